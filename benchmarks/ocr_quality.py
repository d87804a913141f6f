"""Error rates of OCR against the text layer of real pages, Korean and English, by resolution.

    python -m benchmarks.ocr_quality [--pages 12] [--dpi 100 150] [--languages en ko]
        [--engine NAME] [--option NAME=VALUE ...] [--processes 2] [--json FILE]

The rates are those of `transforms.annotate.quality`; words right: of the true words whose place was
found, the share with exactly the true text. Seconds are a page's on one core, in one of
`--processes`. Pages with fewer than 40 words and tables of contents with dotted leaders are left
out.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from benchmarks.debian_faq import CACHE, write_pdfs
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.annotate.engines.page_text import word_on_image
from gyogwa.transforms.annotate.engines.pool import EnginePool, Limits, ReadFailure
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.quality import quality_of, score
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.ingest.sources.pdf_words import words_of


@dataclass(frozen=True)
class Quality:
    """Rates over all pages; `words` is read words / true words."""

    language: str
    dpi: int
    pages: int
    cer: float
    cer_without_spaces: float
    word_box_recall: float
    words_right: float
    words: float
    seconds: float


def measure(language: str, folder: Path, dpi: int, pages: int, pool: EnginePool) -> Quality:
    """Read the first `pages` pages that have text."""
    truths, refs, aspects = rendered(folder, dpi, pages)
    asked = [(ref, sha256_hex(Path(ref.path).read_bytes())) for ref in refs]
    scores = []
    started = time.monotonic()
    for index, read in pool.read_all(asked):
        assert not isinstance(read, ReadFailure), read
        words = arrange(read.words, read.height / read.width)[0]
        with Image.open(refs[index].path) as image:
            placed = [word_on_image(word, read, *image.size) for word in words]
        scores.append(score(arrange(truths[index], aspects[index])[0], placed))
    seconds = (time.monotonic() - started) * pool.processes
    found = quality_of(language, "document", scores)
    return Quality(
        language=language,
        dpi=dpi,
        pages=len(refs),
        cer=found.cer,
        cer_without_spaces=found.cer_without_spaces,
        word_box_recall=found.word_box_recall,
        words_right=round(found.word_recall / max(found.word_box_recall, 1e-9), 4),
        words=found.words_read,
        seconds=round(seconds / len(refs), 2),
    )


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
