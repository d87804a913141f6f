"""Error rates of OCR against the text layer of real pages, Korean and English, by resolution.

    python -m benchmarks.ocr_quality [--pages 12] [--dpi 100 150] [--languages en ko]
        [--engine NAME] [--option NAME=VALUE ...] [--processes 2] [--json FILE]

CER: edits (insert, delete, replace) of a page's text in reading order / its characters, spaces
counted; CER without spaces beside it. Word-box recall: the share of true words that some read word
covers at an intersection over union of at least 0.5; words right: of those, the share with exactly
the true text. Seconds are a page's on one core, in one of `--processes`. Pages with fewer than 40
words and tables of contents with dotted leaders are left out.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2 as pdfium
from rapidfuzz.distance import Levenshtein

from benchmarks.debian_faq import write_pdfs
from schemas.records import Box, ImageRef, Word
from transforms.engines.pool import EnginePool, Failure, Limits
from transforms.engines.protocol import EngineSettings
from transforms.reading_order import arrange
from transforms.sources.pdf import words_of

CACHE = Path(tempfile.gettempdir()) / "gyogwa-benchmarks"


@dataclass(frozen=True)
class Quality:
    """Means over pages; `words` is read words / true words."""

    language: str
    dpi: int
    pages: int
    cer: float
    cer_without_spaces: float
    word_box_recall: float
    words_right: float
    words: float
    seconds: float


def iou(first: Box, second: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return both / (areas - both)


def text_of(words: list[Word], aspect: float) -> str:
    """The words in reading order, a space between each."""
    return " ".join(word.text for word in arrange(words, aspect)[0])


def measure(language: str, folder: Path, dpi: int, pages: int, pool: EnginePool) -> Quality:
    """Read the first `pages` pages that have text."""
    truths, refs, aspects = rendered(folder, dpi, pages)
    sums = [0.0] * 6
    started = time.monotonic()
    for index, read in pool.read_all(refs):
        assert not isinstance(read, Failure), read
        truth = text_of(truths[index], aspects[index])
        found = text_of(read, aspects[index])
        sums[0] += Levenshtein.distance(truth, found) / len(truth)
        bare, other = truth.replace(" ", ""), found.replace(" ", "")
        sums[1] += Levenshtein.distance(bare, other) / len(bare)
        on = [(t, w) for t in truths[index] for w in read if iou(t.box, w.box) >= 0.5]
        sums[2] += len({id(t) for t, _ in on}) / len(truths[index])
        sums[3] += sum(t.text == w.text for t, w in on) / max(len(on), 1)
        sums[4] += len(read) / len(truths[index])
    sums[5] = (time.monotonic() - started) * pool.processes
    means = [round(value / len(refs), 4) for value in sums]
    return Quality(language, dpi, len(refs), *means)


def rendered(
    folder: Path, dpi: int, most: int
) -> tuple[list[list[Word]], list[ImageRef], list[float]]:
    """Of pages that have text: true words, pictures, and heights over widths."""
    truths: list[list[Word]] = []
    refs: list[ImageRef] = []
    aspects: list[float] = []
    for path in sorted(folder.glob("*.pdf")):
        document = pdfium.PdfDocument(path)
        for number, page in enumerate(document):
            words = words_of(page)
            if len(words) < 40 or _leaders(words) or len(refs) == most:
                continue
            image = CACHE / f"{path.stem}-{number}-{dpi}.png"
            page.render(scale=dpi / 72).to_pil().convert("RGB").save(image)
            truths.append(words)
            refs.append(ImageRef(str(image), 0, image.stat().st_size))
            aspects.append(page.get_height() / page.get_width())
    return truths, refs, aspects


def _leaders(words: list[Word]) -> bool:
    """Whether a page is mostly dots, as a table of contents is: no reader is judged by those."""
    return sum(not any(c.isalnum() for c in word.text) for word in words) > 0.1 * len(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--dpi", type=int, nargs="+", default=[100, 150])
    parser.add_argument("--languages", nargs="+", default=["en", "ko"])
    parser.add_argument("--engine", default="tesseract")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="two pages")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    folders = write_pdfs(CACHE)
    options = dict(option.split("=", 1) for option in arguments.option)
    pool = EnginePool(EngineSettings(arguments.engine, options), arguments.processes, Limits())
    pages = 2 if arguments.quick else arguments.pages
    results = [
        measure(language, folder, dpi, pages, pool)
        for dpi in arguments.dpi
        for language, folder in folders.items()
        if language in arguments.languages
    ]
    pool.close()
    for row in results:
        print(asdict(row))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in results], indent=2))


if __name__ == "__main__":
    main()
