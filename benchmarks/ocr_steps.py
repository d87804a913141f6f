"""What each step of reading by lines contributes: Tesseract plain, then step upon step.

    python -m benchmarks.ocr_steps [--pages 12] [--dpi 100 150] [--quick] [--json FILE]

- plain: what Tesseract (kor+eng) makes of the whole page.
- lines: lines found and cut out by their ink, enlarged, read by the Korean model alone; its spaces
  part the words.
- gaps: words from the gaps in the ink instead, boxes tight to the ink.
- Latin: what isn't Hangul read again by the Latin model.
- marks: bullets, bars and pictures put right. This is the engine as it is.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.ocr_quality import rendered
from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.engines.tesseract.engine import Tesseract
from gyogwa.transforms.annotate.engines.tesseract.gaps import InkWord, words_of
from gyogwa.transforms.annotate.engines.tesseract.layout import lines_of
from gyogwa.transforms.annotate.engines.tesseract.marks import StripWord
from gyogwa.transforms.annotate.engines.tesseract.reader import LineReader, readings_of
from gyogwa.transforms.annotate.engines.tesseract.scripts import Part
from gyogwa.transforms.annotate.engines.tesseract.strips import Strip, cut
from gyogwa.transforms.annotate.engines.tesseract.symbols import Symbol
from gyogwa.transforms.annotate.quality import quality_of, score
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.files.text import clean

STEPS = ("plain", "lines", "gaps", "Latin", "marks")


def parts(step: str, reader: LineReader, strip: Strip) -> list[Part]:
    """The words of a line as they are after a step."""
    if step == "Latin":
        return reader.both(strip)
    symbols = reader.korean.read(strip.grey)
    words = words_of(strip.ink, symbols) if step == "gaps" else list(spaced(symbols))
    return [Part(w.left, w.right, w.symbols, True, False) for w in words if w.symbols]


def spaced(symbols: list[Symbol]) -> Iterator[InkWord]:
    """Words as the network's own spaces part them."""
    run: list[Symbol] = []
    for symbol in [*symbols, None]:
        if run and (symbol is None or symbol.space):
            yield InkWord(round(run[0].left), round(run[-1].right), run)
            run = []
        if symbol is not None:
            run.append(symbol)


def words(step: str, engine: Tesseract, plain: Tesseract, image: Image.Image) -> list[Word]:
    """What is read of a page after a step."""
    if step == "plain":
        return plain.read(image)
    if step == "marks":
        return engine.read(image)
    assert engine.lines is not None
    dpi = round(max(image.size) / 11.7)
    page, boxes = lines_of(image.convert("L"), engine.lines.layout, dpi)
    found = []
    for box in boxes:
        strip = cut(page, box)
        for reading in readings_of(strip, parts(step, engine.lines.reader, strip)) if strip else []:
            found += placed(reading, strip, image.size)
    return found


def placed(reading: StripWord, strip: Strip | None, size: tuple[int, int]) -> list[Word]:
    """A reading as a word of the page, if it is one."""
    assert strip is not None
    box = fractions(strip.to_page(*reading.box), *size)
    text = clean(reading.text)
    flat = not text or box[0] >= box[2] or box[1] >= box[3]
    return [] if flat else [Word(text, box, reading.confidence)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--dpi", type=int, nargs="+", default=[100, 150])
    parser.add_argument("--quick", action="store_true", help="two pages")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    engine = Tesseract(EngineSettings("tesseract"))
    plain = Tesseract(EngineSettings("tesseract", {"mode": "plain"}))
    rows = []
    for language, folder in write_pdfs(CACHE).items():
        for dpi in arguments.dpi:
            truths, refs, aspects = rendered(folder, dpi, 2 if arguments.quick else arguments.pages)
            for step in STEPS:
                scores = []
                for truth, ref, aspect in zip(truths, refs, aspects, strict=True):
                    with Image.open(ref.path) as image:
                        read = words(step, engine, plain, image.convert("RGB"))
                    ordered = (arrange(truth, aspect)[0], arrange(read, aspect)[0])
                    scores.append(score(*ordered))
                found = quality_of(language, step, scores)
                rows.append(
                    {
                        "language": language,
                        "dpi": dpi,
                        "step": step,
                        "cer": found.cer,
                        "cer_without_spaces": found.cer_without_spaces,
                        "word_box_recall": found.word_box_recall,
                        "word_recall": found.word_recall,
                        "words": found.words_read,
                    }
                )
                print(rows[-1], flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
