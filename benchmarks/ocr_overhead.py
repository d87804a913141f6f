"""What annotate adds to the engine: wall time beside a bare loop, memory, and what a rerun costs.

    python -m benchmarks.ocr_overhead [--pages 60] [--rounds 3] [--quick] [--json FILE]

- overhead: `gyogwa annotate` as a whole command over FAQ pages at 100 dpi, beside a command that
  calls the same engine on the same files in as many processes and does nothing else, in turn.
- rerun: the same annotate again, when all is there; then with ten more pages.
- memory: the peak of annotate's own process (not the engines') over 200 and over 2,000 one-line
  images, less what it takes for ten.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from benchmarks.debian_faq import CACHE, write_pdfs
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine

WORK = CACHE / "ocr_overhead"
_engine: Engine | None = None


def write_pages(folder: Path, first: int, last: int) -> None:
    """Pages `first` to `last - 1` of both editions, as PNG without a text layer."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for pdfs in write_pdfs(CACHE).values():
        for path in sorted(pdfs.glob("*.pdf")):
            for page in pdfium.PdfDocument(path):
                number += 1
                if first < number <= last:
                    page.render(scale=100 / 72).to_pil().save(folder / f"{number:04d}.png")


def write_lines(folder: Path, count: int) -> None:
    """Small images with one line each, all different."""
    folder.mkdir(parents=True, exist_ok=True)
    font = ImageFont.truetype("DejaVuSans.ttf", 24)
    for number in range(count):
        image = Image.new("L", (220, 50), 255)
        ImageDraw.Draw(image).text((10, 10), f"Image {number}", 0, font)
        image.save(folder / f"{number:05d}.png")


def gyogwa(*arguments: str) -> float:
    """Seconds that a whole command takes."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "gyogwa.pipelines.cli", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def annotate(output: Path, processes: int) -> float:
    """Seconds of annotate as a whole command."""
    return gyogwa("annotate", "--output", str(output), "--ocr_processes", str(processes))


def _start() -> None:
    global _engine
    _engine = make_engine(EngineSettings("tesseract"))


def _read(path: str) -> int:
    assert _engine is not None
    with Image.open(path) as image:
        return len(_engine.read(image.convert("RGB")))


def bare(paths: Sequence[str], processes: int) -> None:
    """The same engine on the same files, in a bare loop."""
    with multiprocessing.get_context("spawn").Pool(processes, _start) as pool:
        sum(pool.imap_unordered(_read, paths))


def bare_seconds(folder: Path, processes: int) -> float:
    """Seconds of the bare loop as a whole command."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.ocr_overhead", "--bare", str(folder)]
    subprocess.run([*command, "--processes", str(processes)], check=True)
    return time.perf_counter() - started


def peak_memory(output: Path, processes: int) -> int:
    """The most bytes that annotate's own process held."""
    command = [sys.executable, "-m", "gyogwa.pipelines.cli", "annotate", "--output", str(output)]
    process = subprocess.Popen(
        [*command, "--ocr_processes", str(processes)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        peak = max(peak, *(int(kilobytes) * 1024 for kilobytes in peaks), 0)
        time.sleep(0.05)
    if process.wait():
        raise SystemExit("annotate failed")
    return peak


def ingested(pages: Path, output: Path) -> Path:
    """A fresh run with these pages in its catalog."""
    shutil.rmtree(output, ignore_errors=True)
    gyogwa("ingest", "--input", str(pages), "--output", str(output))
    return output


def overhead(pages: int, rounds: int, processes: int) -> dict[str, float]:
    """Ratio of wall times, and of a rerun."""
    shutil.rmtree(WORK, ignore_errors=True)
    folder, output = WORK / "pages", WORK / "run"
    write_pages(folder, 0, pages)
    ratios, first, again = [], [], []
    for _ in range(rounds):
        ingested(folder, output)
        first.append(annotate(output, processes))
        ratios.append(first[-1] / bare_seconds(folder, processes))
        again.append(annotate(output, processes))
    write_pages(folder, pages, pages + 10)
    gyogwa("ingest", "--input", str(folder), "--output", str(output))
    more = annotate(output, processes)
    return {
        "pages": pages,
        "annotate / bare loop": round(statistics.median(ratios), 3),
        "annotate, s": round(statistics.median(first), 1),
        "rerun, s": round(statistics.median(again), 1),
        "times faster": round(statistics.median(first) / statistics.median(again), 1),
        "ten more pages, s": round(more, 1),
    }


def memory(processes: int, counts: Sequence[int]) -> dict[str, float]:
    """Peaks of the parent by number of images, in MB."""
    peaks = {}
    for count in counts:
        folder = WORK / f"lines-{count}"
        write_lines(folder, count)
        output = ingested(folder, WORK / "lines-run")
        peaks[f"{count} images, MB"] = round(peak_memory(output, processes) / 1e6, 1)
    return peaks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--quick", action="store_true", help="8 pages, one round, 10 and 50 images")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        bare(sorted(map(str, Path(arguments.bare).glob("*.png"))), arguments.processes)
        return
    pages, rounds = (8, 1) if arguments.quick else (arguments.pages, arguments.rounds)
    results = {
        "overhead": overhead(pages, rounds, arguments.processes),
        "memory": memory(arguments.processes, (10, 50) if arguments.quick else (10, 200, 2000)),
    }
    for name, row in results.items():
        print(f"{name}: {row}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
