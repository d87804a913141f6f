"""How time and memory grow with the corpus: ingest, annotate, assemble and the loader's index.

    python -m benchmarks.scale [--sizes 1000 10000] [--workers 1] [--quick] [--json FILE]

Each image is small, unlike all others, and comes with its words, so that no OCR takes part: what is
left is what the pipelines themselves cost. Every command runs in a process of its own. Of each:

- `cpu`: seconds of the processor, of the command and all its children;
- `parent`, `children`: greatest resident memory in MB, of the command and of its children together
  (sampled ten times a second);
- `exponent`: of CPU seconds over the number of images, from one size to the next, after the time
  that a corpus of eight images takes, which is start-up; none where a step takes less than that.

`--workers 2` and more runs the commands with as many Beam workers in processes of their own.
`beam`: the share of an assemble's own time (`cProfile`, one worker, smallest size) that is spent in
the code of Beam, gRPC and protobuf.
"""

import argparse
import cProfile
import io
import json
import math
import pstats
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from gyogwa.loader import StageLoader
from gyogwa.pipelines.cli import main as command

CURRICULUM = """
name: scale
seed: 1
stages:
  - name: words
    trains: [projector]
    share: 1
    tasks: {ocr: {weight: 1}, ground: {weight: 1}}
  - name: more
    trains: [projector, language_model]
    share: 1
    tasks: {read: {weight: 1}, refer: {weight: 1}}
"""
SIDE, BLOCKS = 192, 16
WORDS = ("교과", "curriculum", "문서", "document", "차트", "chart", "표", "table")
Figures = dict[str, float]


def draw(folder: Path, count: int) -> None:
    """`count` images of random blocks with their words; a folder for every thousand."""
    rows = []
    for number in range(count):
        choose = np.random.default_rng(number)
        blocks = choose.integers(0, 2, (BLOCKS, BLOCKS), dtype=np.uint8) * 255
        pixels = np.kron(blocks, np.ones((SIDE // BLOCKS,) * 2, np.uint8))
        name = f"{number // 1000:03d}/{number:06d}.png"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / name)
        words = [
            {
                "text": f"{choose.choice(WORDS)}{number + n}",
                "box": [8, 8 + 40 * n, 120, 40 + 40 * n],
            }
            for n in range(4)
        ]
        rows.append(json.dumps({"file_name": name, "words": words}, ensure_ascii=False))
    (folder / "metadata.jsonl").write_text("\n".join(rows), "utf-8")


class Watch(threading.Thread):
    """Samples the memory of a process and of its children until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.parent = self.children = 0

    def run(self) -> None:
        while True:
            try:
                self.parent = max(self.parent, self.process.memory_info().rss)
                below = self.process.children(recursive=True)
                self.children = max(self.children, sum(_resident(child) for child in below))
            except psutil.NoSuchProcess:
                return
            time.sleep(0.1)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def measured(arguments: list[str]) -> Figures:
    """CPU seconds and greatest memory of a command. Ends the benchmark when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        watch = Watch(process.pid)
        watch.start()
        said = process.communicate()[1]
    wall = time.monotonic() - began
    if process.returncode:
        raise SystemExit(said.decode()[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall": round(wall, 1), "cpu": round(cpu, 1),
        "parent": round(watch.parent / 1e6), "children": round(watch.children / 1e6),
    }  # fmt: skip


def steps(folder: Path, count: int, workers: int) -> dict[str, Figures]:
    """Each step over a corpus of `count` images."""
    source, run, curriculum = folder / f"in-{count}", folder / f"run-{count}", folder / "c.yaml"
    draw(source, count)
    curriculum.write_text(CURRICULUM)
    mode = "multi_processing" if workers > 1 else "in_memory"  # many would be shared out otherwise
    beam = [f"--direct_running_mode={mode}", f"--direct_num_workers={workers}"]
    gyogwa = ["-P", "-m", "gyogwa"]
    output = ["--output", str(run)]
    opened = "import sys; from gyogwa.loader import StageLoader as L; L(sys.argv[1], batch_size=1)"
    manifest = str(run / "stages/1-words/manifest.json")
    found = {
        "ingest": measured([*gyogwa, "ingest", "--input", f"a={source}", *output, *beam]),
        "annotate": measured([*gyogwa, "annotate", *output, *beam]),
        "assemble": measured(
            [*gyogwa, "assemble", "--curriculum", str(curriculum), "--allow_empty", *output, *beam]
        ),
    }
    if StageLoader(manifest, batch_size=1).manifest.samples:
        found["loader"] = measured(["-P", "-c", opened, manifest])
    return found


def share_of_beam(folder: Path, count: int) -> float:
    """Of the time that an assemble takes in this process, what is spent in code of Beam's."""
    options = ["--output", str(folder / f"run-{count}"), "--curriculum", str(folder / "c.yaml")]
    assemble = ["assemble", *options, "--allow_empty"]
    profile = cProfile.Profile()
    with redirect_stdout(io.StringIO()):
        command(assemble)  # what is imported then isn't measured
        profile.runcall(command, assemble)
    places = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    total = sum(figures[2] for _, figures in places)
    beams = ("apache_beam", "/grpc/", "/google/protobuf", "_upb")
    of_beam = sum(figures[2] for (file, *_), figures in places if any(b in file for b in beams))
    return float(of_beam / total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="200 and 800 images")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sizes = [200, 800] if options.quick else sorted(options.sizes)
    results: dict[int, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        base = steps(folder, 8, options.workers)
        heads = ("images", "wall", "cpu", "parent", "children", "exponent")
        print(f"{'step':9}", *(f"{head:>8}" for head in heads))
        for size in sizes:
            results[size] = steps(folder, size, options.workers)
            for step, figures in results[size].items():
                smaller = [other for other in results if other < size]
                if smaller:
                    before = results[smaller[-1]][step]["cpu"] - base[step]["cpu"]
                    after = figures["cpu"] - base[step]["cpu"]
                    if before > base[step]["cpu"] and after > 0:
                        figures["exponent"] = round(
                            math.log(after / before) / math.log(size / smaller[-1]), 2
                        )
                shown = (figures.get(head, "") for head in heads[1:])
                print(f"{step:9} {size:8,}", *(f"{value:>8}" for value in shown), flush=True)
        beam = share_of_beam(folder, sizes[0])
        print(f"beam {beam:.2f} of an assemble of {sizes[0]:,}")
    if options.json:
        found = {"base": base, "sizes": results, "beam": beam}
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
