"""What is known of a copy that was dropped is known of the image that is kept instead.

Words, known tables, charts, parts of the page (where the kept one's words stand in no known blocks)
and the image's kind move where the kept one lacks them and nothing that is said of it contradicts
them (`annotate.truths`). They move with their boxes, as far as those can
be told on the image kept (`alignment`): where one can't, the copy's labels stay behind and leave a
reject, as those do that have another licence than the image. What was read by OCR never moves.

Only pages that tell something travel for this, and only those of copies on to the image kept.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ledger import LabelRule, Reject
from gyogwa.schemas.page import Chart, Table, Word
from gyogwa.schemas.records import ANY_KIND, Annotation, MovedLabels, Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.annotate.regions import in_regions
from gyogwa.transforms.annotate.truths import contradict, lacking, richness
from gyogwa.transforms.dedup.alignment import Alignment, carried, carried_point, quarters


class Labels(Row, frozen=True):
    """The page of a copy that was dropped, and where its places lie on the image kept."""

    page: Page
    alignment: Alignment


class Instead(Row, frozen=True):
    """The image kept instead of one, whose size is `width` x `height`, and where its places lie."""

    kept: str
    alignment: Alignment
    width: int
    height: int


class Merged(NamedTuple):
    """The page kept with what it was given, what that was, and rejects, one at most a copy."""

    page: Page
    moved: list[MovedLabels]
    rejects: list[Reject]


def is_labelled(page: Page) -> bool:
    """Whether a source says what stands on a page."""
    return page.annotation.origin != "ocr"


def has_labels(page: Page) -> bool:
    """Whether a source says what stands on a page, or names its parts."""
    return is_labelled(page) or bool(page.image.regions)


def tells(page: Page) -> bool:
    """Whether anything of a page could move to another."""
    return has_labels(page) or page.image.kind != ANY_KIND


def merged(page: Page, copies: Iterable[Labels]) -> Merged:
    """The page kept with the labels of its copies, the richest first."""
    moved: list[MovedLabels] = []
    rejects: list[Reject] = []
    for copy in sorted(copies, key=_richest):
        image = copy.page.image
        if page.image.kind == ANY_KIND != image.kind:
            page = replace(page, image=replace(page.image, kind=image.kind))
        if not has_labels(copy.page):
            continue
        found = _with_labels(page, copy) if is_labelled(copy.page) else _with_regions(page, copy)
        if isinstance(found, Reject):
            rejects.append(found)
        elif found is not None:
            page = replace(page, annotation=found.annotation)
            moved.append(found)
    return Merged(page, moved, rejects)


def _richest(copy: Labels) -> tuple[int, int, str]:
    structures, characters = richness(copy.page.annotation)
    return -structures, -characters, copy.page.image.image_id


def _with_labels(page: Page, copy: Labels) -> MovedLabels | Reject | None:
    """What the page is given; None where the copy adds nothing."""
    here, there, image = page.annotation, copy.page.annotation, copy.page.image
    where = f"{page.image.source}: {page.image.uri}"
    if contradict(here, there):
        message = f"the same picture has other labels in {where}"
        return left_behind(copy.page, "contradicting_labels", message)
    parts = sorted(lacking(here, there))
    if not parts:
        return None
    if image.licence != page.image.licence:
        message = f"under {image.licence}; the picture that was kept is under {page.image.licence}"
        return left_behind(copy.page, "other_licence", message)
    for part in parts:
        moved = _MOVES[part](here, there, copy.alignment)
        if moved is None:
            message = f"its boxes can't be told on the picture that was kept, {where}"
            return left_behind(copy.page, "unplaced_labels", message)
        here = moved
    told = (image.source, image.uri, image.licence)
    return MovedLabels(page.image.image_id, image.image_id, ",".join(parts), *told, here)


def _with_regions(page: Page, copy: Labels) -> MovedLabels | Reject | None:
    """The page kept, its lines in the parts of the page that labels of the copy name; None where
    it has known blocks, or no labels itself: what was read there is read in them."""
    here, image = page.annotation, copy.page.image
    if not is_labelled(page) or any(block.known for block in here.blocks) or here.turned:
        return None
    if image.licence != page.image.licence:
        message = f"under {image.licence}; the picture that was kept is under {page.image.licence}"
        return left_behind(copy.page, "other_licence", message)
    parts = [_placed(region, copy.alignment) for region in image.regions]
    if None in parts:
        where = f"{page.image.source}: {page.image.uri}"
        message = f"its boxes can't be told on the picture that was kept, {where}"
        return left_behind(copy.page, "unplaced_labels", message)
    told = (image.source, image.uri, image.licence)
    found = in_regions(here, parts)
    return MovedLabels(page.image.image_id, image.image_id, "regions", *told, found)


def _words(here: Annotation, there: Annotation, by: Alignment) -> Annotation | None:
    """With the words, lines and blocks of the other, the pictures between these, and what is told
    of them."""
    if not by:
        return None
    words = [_word(word, by) for word in there.words]
    lines = [_placed(line, by) for line in there.lines]
    blocks = [_placed(block, by) for block in there.blocks]
    pictures = [_placed(picture, by) for picture in there.pictures]
    if any(None in placed for placed in (words, lines, blocks, pictures)):
        return None
    scale = here.height / there.height * abs(by[4] or by[3])
    return replace(
        there,
        image_id=here.image_id,
        width=here.width,
        height=here.height,
        words=words,
        lines=lines,
        blocks=blocks,
        pictures=pictures,
        tables=here.tables,
        charts=here.charts,
        text_height=round(there.text_height * scale, 1),
        turned=(there.turned - quarters(by)) % 360,
    )


def _tables(here: Annotation, there: Annotation, by: Alignment) -> Annotation | None:
    known = [_table(table, by) for table in there.known_tables]
    return None if None in known else replace(here, tables=known)


def _charts(here: Annotation, there: Annotation, by: Alignment) -> Annotation | None:
    charts: list[Chart | None] = [_placed(chart, by) for chart in there.charts]
    return None if None in charts else replace(here, charts=charts)


_MOVES = {"words": _words, "tables": _tables, "charts": _charts}


def _placed(thing: Any, by: Alignment) -> Any:
    """A line, block, cell or chart on the image kept."""
    box = _box(thing.box, by)
    return None if box is None else replace(thing, box=box)


def _box(box: Box, by: Alignment) -> Box | None:
    return carried(box, by) if by else None


def _word(word: Word, by: Alignment) -> Word | None:
    box = _box(word.box, by)
    if box is None:
        return None
    points = zip(word.quad[::2], word.quad[1::2], strict=True)
    quad = [value for x, y in points for value in carried_point(x, y, by)]
    return replace(word, box=box, quad=quad)


def _table(table: Table, by: Alignment) -> Table | None:
    cells = [_placed(cell, by) for cell in table.cells]
    box = _box(table.box, by)
    return None if box is None or None in cells else replace(table, box=box, cells=cells)


def left_behind(page: Page, rule: LabelRule, message: str) -> Reject:
    """The reject of a copy's labels, which go nowhere."""
    image = page.image
    return Reject(
        id=image.image_id,
        step="near_duplicates",
        unit="labels",
        rule=rule,
        message=message,
        source=image.source,
        uri=image.uri,
    )
