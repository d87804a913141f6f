"""Builds on a cluster against one process: the same bytes, also when the cluster loses a machine.

    BEAM_JOB_ENDPOINT=HOST:8099 BEAM_WORKER_POOL=HOST:50000 \\
        python -m benchmarks.cluster FOLDER --kill 'COMMAND' [--times 3] [--only KIND …]

The corpus has labelled pages with near duplicates, scans for OCR (which is measured too) and an
evaluation set. It is built in this process first, command by command, then on the cluster:

- `undisturbed`: the whole build;
- `annotate`, `assemble`: that command alone on what the ones before it left, while COMMAND, which
  ends a machine of the cluster and may start another, is run once in the middle: at 30, 50 and 70 %
  of the time that the command took undisturbed, one after the other.

Every file of the run is compared but `run.json`, which holds times. FOLDER must be seen by the
workers under the same name.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.pipelines.synthesize import synthesize

KINDS = ("undisturbed", "annotate", "assemble")
SHARES = (0.3, 0.5, 0.7)
"""When the machine is lost, of the time that a command takes."""


def corpus(folder: Path) -> None:
    """Pages with labels and copies, scans, and an evaluation set with one of the pages."""
    if (folder / "K-Test.parquet").exists():
        return
    languages = ["ko", "en"]
    synthesize(folder / "pages", count=14, seed=11, languages=languages, copies=0.3)
    synthesize(folder / "drawn", count=4, seed=12, languages=languages, copies=0)
    (folder / "scans").mkdir()
    for image in (folder / "drawn" / "images").iterdir():
        shutil.copy(image, folder / "scans" / image.name)
    shown = sorted((folder / "pages" / "images").iterdir())[3]
    row = {"index": 1, "question": "가장 큰 값은 무엇인가?", "answer": "A"}
    row |= {f"choice_{letter}": text for letter, text in zip("abcd", "가나다라", strict=True)}
    held = [row | {"image": {"bytes": shown.read_bytes(), "path": shown.name}}]
    pq.write_table(pa.Table.from_pylist(held), folder / "K-Test.parquet")


def command(folder: Path, name: str) -> list[str]:
    """The flags of ingest, annotate, assemble or build."""
    flags = [name, f"--output={folder / 'run'}"]
    if name in ("ingest", "build"):
        flags += [f"--input={each}={folder / each}" for each in ("pages", "scans")]
    if name in ("annotate", "build"):
        flags += ["--measure_ocr=2"]
    if name in ("assemble", "build"):
        flags += ["--benchmarks", str(folder / "K-Test.parquet")]
    return flags


def run(flags: list[str], log: Path) -> float:
    """Seconds that the command took. Raises SystemExit when it fails."""
    began = time.monotonic()
    with log.open("ab") as said:
        program = [sys.executable, "-P", "-m", "gyogwa", *flags]
        code = subprocess.run(program, stdout=said, stderr=said, check=False).returncode
    if code:
        raise SystemExit(f"{flags[0]} failed: see {log}")
    return time.monotonic() - began


def files_of(run: Path) -> dict[str, bytes]:
    """What is compared."""
    found = {str(p.relative_to(run)): p.read_bytes() for p in run.rglob("*") if p.is_file()}
    return {name: data for name, data in found.items() if name != "run.json"}


def start_from(folder: Path, before: str) -> None:
    shutil.rmtree(folder / "run", ignore_errors=True)
    if before:
        shutil.copytree(folder / before, folder / "run")


def here(folder: Path) -> None:
    """Each command in one process; what it leaves stays under its name."""
    if (folder / "assemble").exists():
        return
    start_from(folder, "")
    for name in ("ingest", "annotate", "assemble"):
        run(command(folder, name), folder / "here.log")
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(folder / "run", folder / name)


def there(folder: Path, kind: str, kill: tuple[float, str] | None) -> tuple[float, list[str]]:
    """Seconds, and the files that differ, of a command on the cluster."""
    name = "build" if kind == "undisturbed" else kind
    start_from(folder, {"annotate": "ingest", "assemble": "annotate"}.get(name, ""))
    flags = [
        "--runner=PortableRunner", f"--job_endpoint={os.environ['BEAM_JOB_ENDPOINT']}",
        "--environment_type=EXTERNAL", f"--environment_config={os.environ['BEAM_WORKER_POOL']}",
    ]  # fmt: skip
    timer = None
    if kill:
        timer = threading.Timer(kill[0], lambda: subprocess.run(kill[1], shell=True, check=True))
        timer.start()
    seconds = run([*command(folder, name), *flags], folder / "there.log")
    if timer and timer.is_alive():
        timer.cancel()
        raise SystemExit(f"{name} ended before the machine was lost")
    expected = files_of(folder / ("assemble" if name == "build" else name))
    found = files_of(folder / "run")
    unlike = [n for n in found.keys() | expected.keys() if found.get(n) != expected.get(n)]
    return seconds, sorted(unlike)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kill", default="", metavar="COMMAND")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    corpus(folder)
    here(folder)
    worst = 0
    for kind in options.only:
        usual = 0.0
        if kind != "undisturbed":
            usual, unlike = there(folder, kind, None)
            print(f"{kind} alone: {usual:.0f} s, {len(unlike)} files differ", flush=True)
        for number in range(options.times):
            kill = (usual * SHARES[number % len(SHARES)], options.kill) if usual else None
            seconds, unlike = there(folder, kind, kill)
            lost = f", a machine lost after {kill[0]:.0f} s" if kill else ""
            print(f"{kind}: {seconds:.0f} s{lost}; differ: {unlike or 'none'}", flush=True)
            worst = max(worst, len(unlike))
    raise SystemExit(worst > 0)


if __name__ == "__main__":
    main()
