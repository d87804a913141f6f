"""A page of a PDF put together: tables, figures, furniture and blocks, its words in reading order.

What stands as the page does is told by its setting; words that stand otherwise, such as stamps up
the margin and watermarks, follow as blocks that nothing is known of.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pypdfium2 as pdfium

from gyogwa.schemas.boxes import Box, turned
from gyogwa.schemas.page import OBLIQUE, Truth, Word
from gyogwa.transforms.ingest.sources.pdf_objects import Drawn
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord
from gyogwa.transforms.ingest.sources.structure.aligned import aligned_tables
from gyogwa.transforms.ingest.sources.structure.building import PageBuilder
from gyogwa.transforms.ingest.sources.structure.column_rules import column_rules, sides_of
from gyogwa.transforms.ingest.sources.structure.downwards import set_downwards
from gyogwa.transforms.ingest.sources.structure.drawn import drawings_of
from gyogwa.transforms.ingest.sources.structure.figures import figures_of
from gyogwa.transforms.ingest.sources.structure.flow import Figure, Frame, Item, put_down
from gyogwa.transforms.ingest.sources.structure.frames import framed
from gyogwa.transforms.ingest.sources.structure.grids import Grid, grids_of
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.marks import depth_of, is_bullet, is_number
from gyogwa.transforms.ingest.sources.structure.pieces import Piece, Strip, pieces_of
from gyogwa.transforms.ingest.sources.structure.ruled import ruled_tables
from gyogwa.transforms.ingest.sources.structure.setting import Setting
from gyogwa.transforms.ingest.sources.structure.tagged import tagged_tables, trusted
from gyogwa.transforms.ingest.sources.structure.tags import tags_of


class Furnishing(NamedTuple):
    """A line of furniture: page-header, page-footer or page-number, and where, fractions."""

    kind: str
    box: Box


class Around(NamedTuple):
    """What the pages around a page tell of it."""

    setting: Setting
    furniture: list[Furnishing]
    lines: Sequence[str] = ()


def main_turn(words: Sequence[LayerWord]) -> int:
    """How most of the characters have to be turned to stand upright."""
    weights: Counter[int] = Counter()
    for word in words:
        turn = word.chars[0].turn
        weights[turn] += 0 if turn == OBLIQUE else len(word.text)
    return max(min(weights, key=lambda turn: (-weights[turn], turn), default=0), 0)


def size_of(page: pdfium.PdfPage, turn: int) -> tuple[float, float]:
    """Width and height in points of a page that is read when turned."""
    width, height = page.get_size()
    return (height, width) if turn in (90, 270) else (width, height)


def truth_of(
    page: pdfium.PdfPage, words: Sequence[LayerWord], objects: Sequence[Drawn], around: Around
) -> Truth:
    """What stands on a page whose words are these; those that are bare marks of lists tell where
    items begin, and are no words. Of a page that is set downwards only the words are told: columns
    from the right are found where its lines are."""
    turn = main_turn(words)
    said = [word for word in words if not word.mark]
    if set_downwards(said, page.get_size()):
        return Truth("text_layer", [Word(word.text, word.box) for word in said])
    size = size_of(page, turn)
    mine = [word for word in words if word.chars[0].turn == turn]
    builder = PageBuilder(size, (360 - turn) % 360, around.lines)
    _main(builder, page, mine, objects, around, turn)
    upright = len(builder.words)
    for other in sorted({word.chars[0].turn for word in words} - {turn}, key=lambda t: (t < 0, t)):
        builder.apart([word for word in words if word.chars[0].turn == other and not word.mark])
    turns = [turn] * upright + builder.turns
    return Truth(
        "text_layer",
        builder.words,
        builder.lines,
        builder.blocks,
        builder.tables,
        turns=turns if any(turns) else [],
        pictures=builder.pictures,
    )


def _main(
    builder: PageBuilder,
    page: pdfium.PdfPage,
    words: Sequence[LayerWord],
    objects: Sequence[Drawn],
    around: Around,
    turn: int,
) -> None:
    size = builder.size
    pieces = pieces_of(words, size, turn)
    marks = {at for at, word in enumerate(words) if word.mark}
    drawings = drawings_of(page, objects, size, turn)
    tags = trusted(tags_of(page), pieces)
    heads = [
        Furnishing(each.kind, _points(turned(each.box, turn), size)) for each in around.furniture
    ]
    found = grids_of(drawings.level, drawings.upright, [*drawings.fills, *drawings.holes])
    furniture = {p.at: n for p in pieces for n, f in enumerate(heads) if _stands_in(p, f.box)}
    in_tables = _of_tables(found, pieces, furniture)
    furniture = {at: n for at, n in furniture.items() if n not in in_tables}
    body = [piece for piece in pieces if piece.at not in furniture]
    tables, grids, taken = ruled_tables(
        found,
        [piece for piece in body if piece.at not in marks],
        drawings,
        tags,
    )
    more = tagged_tables(tags, [p for p in body if p.at not in taken and p.at not in marks])
    tables += more
    taken |= {p.at for t in more for c in t.cells for s in c.strips for p in s.pieces}
    figures = figures_of(drawings, [t.box for t in tables], grids, body, size)
    in_figure = {
        p.at: n
        for p in body
        if p.at not in taken
        for n, f in enumerate(figures)
        if _stands_in(p, f)
    }
    flow = [p for p in body if p.at not in taken and p.at not in in_figure]
    walls = [((b[0] + b[2]) / 2, b[1], b[3]) for b in drawings.upright]
    strips = _joined_marks(strips_of(flow, walls), marks)
    whole = [*(table.box for table in tables), *grids, *figures]
    apart = column_rules(drawings.upright, whole, size)
    alone = [strip for strip in strips if not tags and strip.pieces[0].at not in marks]
    unruled = [table for side in sides_of(alone, apart) for table in aligned_tables(side)]
    tables += unruled
    taken |= {p.at for t in unruled for c in t.cells for s in c.strips for p in s.pieces}
    strips = [strip for strip in strips if strip.pieces[0].at not in taken]
    frames = [] if tags else framed(drawings, strips, size)
    in_frame = {id(strip) for frame in frames for strip in frame}
    items: list[Item] = [strip for strip in strips if id(strip) not in in_frame]
    items += [Frame(frame) for frame in frames]
    items += tables
    for number, box in enumerate(figures):
        own = [p for p in pieces if in_figure.get(p.at) == number and p.at not in marks]
        items.append(Figure(box, strips_of(own)))
    for upper in (True, False):
        if not upper:
            put_down(builder, items, around.setting, tags, marks, apart)
        for number, head in enumerate(heads):
            if (head.box[1] < size[1] / 2) == upper:
                own = [p for p in pieces if furniture.get(p.at) == number and p.at not in marks]
                builder.block(head.kind, strips_of(own))


def _of_tables(
    grids: Sequence[Grid], pieces: Sequence[Piece], furniture: dict[int, int]
) -> set[int]:
    """The furniture that isn't any: the head of a table that is repeated on every page. A table
    holds other words too, in several of its cells."""
    found: set[int] = set()
    for grid in grids:
        inside = [piece for piece in pieces if _stands_in(piece, grid.box)]
        others = [piece for piece in inside if piece.at not in furniture]
        if sum(any(_stands_in(p, cell.box) for p in others) for cell in grid.cells) > 1:
            found |= {furniture[piece.at] for piece in inside if piece.at in furniture}
    return found


def _joined_marks(strips: list[Strip], marks: set[int]) -> list[Strip]:
    """A mark or number and the text that it belongs to, as one line, however wide the tab."""
    found: list[Strip] = []
    for strip in sorted(strips, key=lambda s: (round(s.bottom), s.box[0])):
        last = found[-1] if found else None
        if last and len(last.pieces) == 1 and abs(last.bottom - strip.bottom) < 0.5 * strip.size:
            first = last.pieces[0]
            number = first.text.rstrip(".")
            mark = first.at in marks or is_bullet(first.text) or is_number(first.text)
            section = depth_of(f"{number} x") > 0 and len(number) < 12
            near = 0 < strip.box[0] - last.box[2] < 4.5 * strip.size
            if (mark or section) and near:
                found[-1] = Strip([*last.pieces, *strip.pieces])
                continue
        found.append(strip)
    return found


def _stands_in(piece: Piece, box: Box) -> bool:
    x, y = (piece.box[0] + piece.box[2]) / 2, (piece.box[1] + piece.box[3]) / 2
    return box[0] - 0.5 <= x <= box[2] + 0.5 and box[1] - 0.5 <= y <= box[3] + 0.5


def _points(box: Box, size: tuple[float, float]) -> Box:
    return [box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]]
