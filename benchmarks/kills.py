"""Builds that are killed at random moments, and then run again: are they what they would have been?

    python -m benchmarks.kills [--kills 20] [--seed 1] [--pages 24] [--json FILE] [BEAM OPTIONS]

The input is drawn: labelled pages, pages without labels that are to be read by OCR, and copies. A
build that nobody disturbs is the reference, and gives the time over which the moments are spread.
Each trial starts a build in a folder of its own, kills it with SIGKILL (all its processes, its
parent alone, or one of its children, in turn), runs the same command again and compares what both
published, byte by byte; then `gyogwa lint` reads it. A build that goes on after a child was killed
is as good. Other options go to the build: `--direct_running_mode=multi_processing
--direct_num_workers=2` kills workers that are processes of their own.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import psutil

Command = subprocess.Popen[bytes]
TARGETS = ("all", "parent", "child")
PUBLISHED = ("stages", "curriculum.json", "plan.json")
PATIENCE = 1800


def draw_input(folder: Path, pages: int) -> list[str]:
    """Labelled pages, as many without labels for a third of them, and some of the latter twice."""
    labelled, bare = folder / "labelled", folder / "bare"
    for output, count, seed in ((labelled, pages, 7), (bare, pages // 3, 8)):
        drawn = ["synthesize", "--output", str(output), "--count", str(count), "--seed", str(seed)]
        subprocess.run(gyogwa(*drawn), check=True, stdout=subprocess.DEVNULL)
    (bare / "metadata.jsonl").unlink()
    images = sorted(path for path in bare.rglob("*") if path.suffix in {".png", ".jpg"})
    for image in images[: len(images) // 2]:
        shutil.copy(image, image.with_stem(f"{image.stem}-copy"))
    inputs = [f"labelled={labelled}", f"bare={bare}"]
    return [
        "build", "--curriculum", "varco2-1.7b", "--allow_empty",
        *(option for each in inputs for option in ("--input", each)),
    ]  # fmt: skip


def gyogwa(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "gyogwa", *arguments]


def start(arguments: list[str], output: Path, log: Path) -> Command:
    with log.open("ab") as said:
        return subprocess.Popen(
            gyogwa(*arguments, "--output", str(output)),
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip


def kill(command: Command, target: str, choose: random.Random) -> bool:
    """False: it had ended before, or had no child yet."""
    try:
        children = psutil.Process(command.pid).children(recursive=True)
        if command.poll() is not None or (target == "child" and not children):
            return False
        if target == "child":
            choose.choice(children).kill()
        elif target == "parent":
            command.kill()
        else:
            os.killpg(command.pid, signal.SIGKILL)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False
    return True


def end(command: Command) -> int:
    """Its exit code, once all its processes are gone."""
    code = command.wait(PATIENCE)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(command.pid, 0)
        except ProcessLookupError:
            return code
        time.sleep(0.05)
    raise SystemExit(f"processes of {command.pid} outlive it by ten seconds")


def contents(run: Path) -> dict[str, str]:
    """What a run published: path to SHA-256."""
    files = [path for name in PUBLISHED for path in (run / name, *(run / name).rglob("*"))]
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def trial(
    arguments: list[str], folder: Path, target: str, delay: float, choose: random.Random
) -> dict[str, object] | None:
    """What became of one build that was killed after `delay` seconds; None: it was not."""
    output, log = folder / "run", folder / "log"
    command = start(arguments, output, log)
    time.sleep(delay)
    killed = kill(command, target, choose)
    code = end(command)
    if not killed:
        return None
    again = 0
    if code:
        again = end(start(arguments, output, log))
    lint = subprocess.run(gyogwa("lint", str(output)), capture_output=True, check=False)
    return {
        "target": target, "after": round(delay, 1), "code": code, "again": again,
        "lint": lint.stdout.decode().strip().splitlines()[-1], "contents": contents(output),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--json", type=Path)
    options, flags = parser.parse_known_args()
    choose = random.Random(options.seed)
    results: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        arguments = [*draw_input(folder, options.pages), *flags]
        began = time.monotonic()
        if end(start(arguments, folder / "reference", folder / "log")):
            raise SystemExit((folder / "log").read_text()[-2000:])
        took = time.monotonic() - began
        expected = contents(folder / "reference")
        print(f"reference: {took:.0f} s, {len(expected)} files", flush=True)
        targets = cycle(TARGETS)
        while len(results) < options.kills:
            place = folder / "trial"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            delay = choose.uniform(0.02, 1) * took
            result = trial(arguments, place, next(targets), delay, choose)
            if result is None:
                continue
            result["same"] = result.pop("contents") == expected
            results.append(result)
            print(" ".join(f"{key}={value}" for key, value in result.items()), flush=True)
    good = sum(bool(result["same"]) and result["lint"] == "clean" for result in results)
    print(f"{good} of {len(results)} are the same and clean")
    if options.json:
        with suppress(FileExistsError):
            options.json.parent.mkdir(parents=True)
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    raise SystemExit(good < len(results))


if __name__ == "__main__":
    main()
