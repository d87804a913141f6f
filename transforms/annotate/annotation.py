"""What stands on one image: words to lines, blocks, tables, languages; pure functions.

Words come from what a source says (truth) or from an OCR engine; either way they are put in order,
and lines, blocks and tables are found from their boxes where the source doesn't give them.
"""

from collections.abc import Callable
from statistics import median

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.page import Coverage, Line, Table, Truth, Word
from gyogwa.schemas.records import Annotation, Image
from gyogwa.schemas.row import as_dict
from gyogwa.transforms.annotate.arranging import arranged
from gyogwa.transforms.annotate.direction import is_vertical, quarter_turned
from gyogwa.transforms.annotate.doubt import compare, remainder
from gyogwa.transforms.annotate.engines.page_text import PageText, on_image, word_on_image
from gyogwa.transforms.annotate.language import languages_of, scripts_of
from gyogwa.transforms.annotate.reading_order import blocks_of
from gyogwa.transforms.annotate.regions import in_regions
from gyogwa.transforms.annotate.turned import arrange_turned, line_height, placed_turn
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE


def annotate_truth(image: Image, truth: Truth) -> Annotation:
    """An annotation from what the source says."""
    return _from_source(image, truth)[0]


def _from_source(image: Image, truth: Truth) -> tuple[Annotation, int]:
    """The annotation, and how many of its words, the first ones, stand as the page does."""
    aspect = image.height / image.width
    upright, turned, heights = len(truth.words), 0, None
    if truth.lines and truth.turns:
        found = truth
        upright, turned = placed_turn(truth)
        heights = [line_height(line, truth, image.width, image.height) for line in truth.lines]
    elif truth.lines:
        found = truth if truth.blocks else replace(truth, blocks=blocks_of(truth.lines, aspect))
        found = in_regions(found, image.regions) if image.regions and not truth.blocks else found
    elif truth.turns:
        found, upright, turned, heights = arrange_turned(truth, image.width, image.height)
    else:
        found = arranged(truth.origin, truth.words, aspect)
        found = replace(found, tables=truth.tables or found.tables, charts=truth.charts)
        found = in_regions(found, image.regions) if image.regions else found
    if heights is None:
        heights = [(line.box[3] - line.box[1]) * image.height for line in found.lines]
    sideways = turned in (90, 270)
    words = quarter_turned(found.words) if sideways else found.words
    direction = _direction(words, 1 / aspect if sideways else aspect)
    annotation = _annotation(image, found, truth_engine(image, truth), heights, direction)
    annotation = replace(annotation, turned=turned)
    return _covered(image, annotation, image.coverage), upright


def annotate_doubted(image: Image, layer: Truth, read: PageText, engine: str) -> Annotation:
    """The annotation of a page whose text layer is in doubt: the layer, where what an engine read
    agrees with it, with what it read beside it, where that is much, or else what it read."""
    reading = annotate_reading(image, read, engine)
    said, upright = _from_source(image, layer)
    verdict = compare(said, upright, reading)
    chosen = said if verdict.believed else reading
    if verdict.agrees and not verdict.believed and not (reading.turned or said.turned):
        chosen = completed(image, said, reading)
    return replace(chosen, engine=engine, layer=f"{reading.layer}; {verdict}")


def _covered(image: Image, annotation: Annotation, coverage: Coverage | None) -> Annotation:
    """With how its words lie on the ink, and what is told of the layer they aren't from."""
    if coverage is not None:
        annotation = replace(annotation, coverage=coverage.share, bare_words=coverage.bare)
    if image.layer is None:
        return annotation
    return replace(annotation, layer=image.layer.reason, covered=image.layer.covered)


_MOSTLY = 0.5
"""Of a page's characters are of its layer: then its own order and structure stay as they are."""


def completed(image: Image, said: Annotation, reading: Annotation) -> Annotation:
    """A page that its layer tells in part, and the rest as it was read; words say which are which.
    As a whole it counts as read."""
    own = [replace(word, origin=said.origin) for word in said.words]
    rest = remainder(said.words, reading.words)
    aspect = image.height / image.width
    weights = [sum(len(word.text) for word in words) for words in (own, rest)]
    if weights[0] < _MOSTLY * sum(weights):
        found = arranged("ocr", own + rest, aspect)
    else:
        more = arranged("ocr", rest, aspect)
        at, line = len(own), len(said.lines)
        found = Truth(
            "ocr",
            own + more.words,
            said.lines + [replace(n, first=n.first + at, last=n.last + at) for n in more.lines],
            said.blocks
            + [replace(b, first=b.first + line, last=b.last + line) for b in more.blocks],
            said.tables,
            said.charts,
            pictures=said.pictures,
        )
    heights = [(line.box[3] - line.box[1]) * image.height for line in found.lines]
    annotation = _annotation(image, found, reading.engine, heights, said.direction)
    shares = (said.coverage, reading.coverage)  # of all words it is at least that of either
    annotation = replace(annotation, coverage=max(shares), bare_words=reading.bare_words)
    return replace(annotation, layer=reading.layer, covered=said.covered)


def _direction(words: list[Word], aspect: float) -> str:
    if not words:
        return ""
    return "vertical" if is_vertical(words, aspect) else "horizontal"


def wanted_engine(image: Image, engine: str) -> str:
    """The engine of the annotation that is wanted of an image where `engine` reads: it, or what
    stands for it where the source says all, or with the words of a layer that it decides about and
    the parts that the source names."""
    if image.truth is not None:
        return truth_engine(image, image.truth)
    decided = [as_dict(image.layer)] if image.layer and image.layer.truth else []
    if not image.regions:
        return f"{engine}-{fingerprint_of(decided[0])[:12]}" if decided else engine
    regions = [as_dict(region) for region in image.regions]
    return f"{engine}-{fingerprint_of([*decided, regions])[:12]}"


def truth_engine(image: Image, truth: Truth) -> str:
    """What stands for the engine where nothing is read: another truth is another row."""
    parts = [[as_dict(region) for region in image.regions]] if image.regions else []
    known = [as_dict(truth), image.width, image.height, *parts]
    return f"{TRUTH_ENGINE}-{fingerprint_of(known)[:12]}"


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
    if image.regions:
        on_page = in_regions(on_page, image.regions)
    heights = [(line.box[3] - line.box[1]) * read.height for line in found.lines]
    annotation = _annotation(image, on_page, engine, heights, direction)
    annotation = replace(
        annotation,
        turned=read.posture.turned,
        skew=read.posture.skew,
        reading=read.way,
        dropped_words=read.dropped,
    )
    return _covered(image, annotation, read.coverage)


def _placed_table(table: Table, placed: Callable[[Box], Box]) -> Table:
    cells = [replace(cell, box=placed(cell.box)) for cell in table.cells]
    return replace(table, box=placed(table.box), cells=cells)


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
        pictures=found.pictures,
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
