"""How many lines of real pages PaddleOCR's detector finds, and what a page takes on one core.

    python -m benchmarks.line_finding --option model_dir=DIR [--option NAME=VALUE ...]
        [--pages 12] [--dpi 100 150] [--json FILE]

A line of the text layer is found when boxes of the detector that share most of its height cover at
least nine tenths of its width. Split lines count as found, so `boxes`, the boxes for each true
line, stands beside. Seconds are means over pages without the first, on one thread.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.ocr_quality import rendered
from gyogwa.schemas.boxes import Box
from gyogwa.transforms.annotate.engines.paddle import Paddle
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.reading_order import arrange


@dataclass(frozen=True)
class Finding:
    """Over all lines of all pages; seconds a page for finding alone, and for all of reading."""

    language: str
    dpi: int
    pages: int
    lines: int
    found: float
    boxes: float
    finding_seconds: float
    reading_seconds: float


def found(line: Box, boxes: list[Box]) -> bool:
    """Whether boxes at the line's height cover nine tenths of its width."""
    height = line[3] - line[1]
    reach, covered = line[0], 0.0
    for box in sorted(boxes):
        if min(line[3], box[3]) - max(line[1], box[1]) < 0.6 * height:
            continue
        start, end = max(box[0], reach), min(box[2], line[2])
        if end > start:
            covered += end - start
            reach = end
    return bool(covered >= 0.9 * (line[2] - line[0]))


def measure(language: str, folder: Path, dpi: int, pages: int, engine: Paddle) -> Finding:
    """The first `pages` pages that have text."""
    truths, refs, aspects = rendered(folder, dpi, pages)
    lines = hits = boxes = 0
    seconds: list[tuple[float, float]] = []
    for words, ref, aspect in zip(truths, refs, aspects, strict=True):
        image = Image.open(ref.path).convert("RGB")
        started = time.perf_counter()
        places = [
            [*(quad.min(axis=0) / image.size), *(quad.max(axis=0) / image.size)]
            for quad in engine.find(image)
        ]
        located = time.perf_counter()
        engine.read(image)
        seconds.append((located - started, time.perf_counter() - located))
        truth = [line.box for line in arrange(words, aspect)[1]]
        lines += len(truth)
        boxes += len(places)
        hits += sum(found(line, places) for line in truth)
    finding, reading = np.mean(seconds[1:] or seconds, axis=0)
    return Finding(
        language, dpi, len(refs), lines, round(hits / lines, 4), round(boxes / lines, 3),
        round(float(finding), 2), round(float(reading), 2),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--dpi", type=int, nargs="+", default=[100, 150])
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--quick", action="store_true", help="two pages")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    options = dict(option.split("=", 1) for option in arguments.option)
    engine = Paddle(EngineSettings("paddle", options))
    pages = 2 if arguments.quick else arguments.pages
    results = [
        measure(language, folder, dpi, pages, engine)
        for dpi in arguments.dpi
        for language, folder in write_pdfs(CACHE).items()
    ]
    for row in results:
        print(asdict(row))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in results], indent=2))


if __name__ == "__main__":
    main()
