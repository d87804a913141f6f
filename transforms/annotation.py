"""What stands on one image: words to lines, blocks, tables, languages; pure functions.

Words come from what a source says (truth) or from an OCR engine; either way they are put in order,
and lines, blocks and tables are found from their boxes where the source doesn't give them.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from statistics import median

from schemas.ids import fingerprint_of
from schemas.page import Box, Line, Table, Truth, Word
from schemas.records import Annotation, Image
from transforms.direction import is_vertical, quarter_turned, turned_back
from transforms.engines.upright import PageText, on_image, word_on_image
from transforms.grids import find_tables
from transforms.language import languages_of, scripts_of
from transforms.reading_order import arrange, blocks_of

LAYOUT_VERSION = 2
"""Raise it when lines, blocks or languages of the same words come out differently."""
TRUTH_ENGINE = f"truth-{LAYOUT_VERSION}"


def annotate_truth(image: Image, truth: Truth) -> Annotation:
    """An annotation from what the source says."""
    aspect = image.height / image.width
    if truth.lines:
        found = truth if truth.blocks else replace(truth, blocks=blocks_of(truth.lines, aspect))
    else:
        found = arranged(truth.origin, truth.words, aspect)
        found = replace(found, tables=truth.tables or found.tables, charts=truth.charts)
    heights = [(line.box[3] - line.box[1]) * image.height for line in found.lines]
    engine = truth_engine(image, truth)
    return _annotation(image, found, engine, heights, _direction(found.words, aspect))


def _direction(words: list[Word], aspect: float) -> str:
    if not words:
        return ""
    return "vertical" if is_vertical(words, aspect) else "horizontal"


def truth_engine(image: Image, truth: Truth) -> str:
    """What stands for the engine where nothing is read: another truth is another row."""
    return f"{TRUTH_ENGINE}-{fingerprint_of([asdict(truth), image.width, image.height])[:12]}"


def annotate_reading(image: Image, read: PageText, engine: str) -> Annotation:
    """An annotation from what an OCR engine read, its words in any order.

    They are put in order on the upright page, where lines are lines, and then on the image as it
    is.
    """
    found = arranged("ocr", read.words, read.height / read.width)
    direction = "vertical" if read.vertical else _direction(found.words, read.height / read.width)
    size = (image.width, image.height)

    def placed(box: Box) -> Box:
        return on_image(box, read, *size)

    on_page = Truth(
        "ocr",
        [word_on_image(word, read, *size) for word in found.words],
        [replace(line, box=placed(line.box)) for line in found.lines],
        [replace(block, box=placed(block.box)) for block in found.blocks],
        [_placed_table(table, placed) for table in found.tables],
    )
    heights = [(line.box[3] - line.box[1]) * read.height for line in found.lines]
    annotation = _annotation(image, on_page, engine, heights, direction)
    return replace(annotation, turned=read.turned, skew=read.skew)


def _placed_table(table: Table, placed: Callable[[Box], Box]) -> Table:
    cells = [replace(cell, box=placed(cell.box)) for cell in table.cells]
    return replace(table, box=placed(table.box), cells=cells)


def arranged(origin: str, words: list[Word], aspect: float) -> Truth:
    """Words in any order with the lines, blocks and tables they make."""
    if is_vertical(words, aspect):
        lines_of = turned_back(*arrange(quarter_turned(words), 1 / aspect))
        return Truth(origin, *lines_of)
    ordered, lines, _ = arrange(words, aspect)
    grids = find_tables(ordered, lines, aspect)
    blocks = blocks_of(lines, aspect, [(grid.first, grid.last) for grid in grids])
    return Truth(origin, ordered, lines, blocks, [grid.table for grid in grids])


def _annotation(
    image: Image, found: Truth, engine: str, heights: list[float], direction: str
) -> Annotation:
    texts = [line_text(found.words, line) for line in found.lines]
    languages = languages_of(texts)
    lines = [
        replace(line, language=language)
        for line, language in zip(found.lines, languages.lines, strict=True)
    ]
    weight = sum(len(word.text) for word in found.words)
    confidence = sum(word.confidence * len(word.text) for word in found.words)
    return Annotation(
        image_id=image.image_id,
        width=image.width,
        height=image.height,
        origin=found.origin,
        engine=engine,
        words=found.words,
        lines=lines,
        blocks=found.blocks,
        tables=found.tables,
        charts=found.charts,
        language=languages.language,
        language_share=languages.share,
        confidence=round(confidence / weight, 4) if weight else 0.0,
        scripts=scripts_of("".join(texts)),
        text_height=round(median(heights), 1) if heights else 0.0,
        direction=direction,
    )


def line_text(words: list[Word], line: Line) -> str:
    """The words of a line, joined by one space."""
    return " ".join(word.text for word in words[line.first : line.last])
