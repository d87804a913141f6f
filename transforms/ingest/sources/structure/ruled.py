"""Ruled tables: grids of rulings with the words that stand in their cells.

A table is known where each of its words lies in one cell and enough of its cells hold some, and
where nothing tells that its rows go on or that a table lies in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.drawn import Drawings
from gyogwa.transforms.ingest.sources.structure.grids import Grid
from gyogwa.transforms.ingest.sources.structure.heads import heads_of, ruled_off, tagged_heads
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.pieces import Piece, Strip
from gyogwa.transforms.ingest.sources.structure.tags import Tag
from gyogwa.transforms.ingest.sources.structure.unruled_rows import Parted, parted

_FILLED = 0.4
"""Of a table's cells hold words; less is a form to be filled in or the grid of a chart."""
_LEAST_FILLED = 3
_ACROSS = 0.25
"""Of a word's width may lie over a ruling: boxes are those of ink, and italics lean over."""
_STRAYS = 0.02
_CUT = 0.25  # ems
_OUT = 3.0  # points that the rest of a cell may reach over its table's sides
_LEAST_BESIDE = 2  # cells of a column whose words stand in runs beside each other
_ROOM = 0.8  # ems that a cell is wide and high
_SPACE = 0.7  # ems between words of a line, at most


@dataclass(frozen=True)
class PlacedCell:
    """A cell of a table: its place, whether it is a head, and its lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    head: bool
    strips: list[Strip]
    room: Box


@dataclass(frozen=True)
class PlacedTable:
    """A table and where it stands. `known`: how it is built is."""

    box: Box
    cells: list[PlacedCell]
    known: bool


def ruled_tables(
    grids: Sequence[Grid],
    pieces: Sequence[Piece],
    drawings: Drawings,
    tags: Mapping[int, Tag],
) -> tuple[list[PlacedTable], list[Box], set[int]]:
    """The tables among grids, the boxes of the grids that are none, and the words (their `at`) that
    stand in tables."""
    tables: list[PlacedTable] = []
    others: list[Box] = []
    taken: set[int] = set()
    for grid in sorted(grids, key=lambda g: (g.box[3] - g.box[1]) * (g.box[2] - g.box[0])):
        inside = [p for p in pieces if _holds(grid.box, p) and p.at not in taken]
        placed, strays = _assigned(grid, inside)
        split = Parted(grid) if _has_tags(placed, tags) else parted(grid, placed)
        if split.grid is not grid:
            grid = split.grid
            placed, strays = _assigned(grid, inside)
        filled = sum(bool(words) for words in placed)
        enough = filled >= max(_LEAST_FILLED, _FILLED * len(grid.cells))
        if _is_part(inside, pieces, tags):
            continue  # the tags tell all of the table
        running = _runs_through(grid, pieces)
        if not enough or running or (strays > 1 and strays > 0.3 * len(inside)):
            others.append(grid.box)
            continue
        cut = _hangs_out(grid.box, pieces)
        known = grid.whole and not cut and strays <= _STRAYS * len(inside)
        holds = any(_lies_in(table.box, grid.box) for table in tables)
        known = known and split.sure and not _has_columns(grid, placed)
        known = known and not (holds or _goes_on(grid, pieces) or _has_room(grid, placed))
        heads = tagged_heads(placed, tags) or heads_of(grid, placed, drawings.fills)
        if not any(heads):
            head = split.head or ruled_off(grid, drawings.level)
            heads = [cell.last_row <= head for cell in grid.cells]
        cells = [
            PlacedCell(
                cell.row,
                cell.column,
                cell.last_row - cell.row,
                cell.last_column - cell.column,
                head,
                _in_order(strips_of(words)),
                cell.box,
            )
            for cell, words, head in zip(grid.cells, placed, heads, strict=True)
        ]
        tables.append(PlacedTable(grid.box, cells, known))
        taken |= {piece.at for words in placed for piece in words}
    return tables, others, taken


def _is_part(inside: Sequence[Piece], pieces: Sequence[Piece], tags: Mapping[int, Tag]) -> bool:
    """Whether the tags have more rows of the same table elsewhere, as where every other row is
    painted."""
    told = {tags[p.at].table for p in inside if p.at in tags and tags[p.at].kind == "cell"}
    mine = {piece.at for piece in inside}
    return len(told) == 1 and any(
        tags[p.at].kind == "cell" and tags[p.at].table in told
        for p in pieces
        if p.at in tags and p.at not in mine
    )


def _has_tags(placed: Sequence[Sequence[Piece]], tags: Mapping[int, Tag]) -> bool:
    """Whether the tags tell every cell as the rulings do."""
    return all(
        len({(tags[p.at].table, tags[p.at].cell) if p.at in tags else None for p in words}) < 2
        for words in placed
    ) and any(p.at in tags for words in placed for p in words)


def _goes_on(grid: Grid, pieces: Sequence[Piece]) -> bool:
    """Whether rows stand directly above or below what is painted: lines in two of its columns."""
    if not grid.painted:
        return False
    x0, y0, x1, y1 = grid.box
    edges = sorted({cell.box[0] for cell in grid.cells} | {x1})
    rows = ((y0 - (y1 - y0) / grid.rows, y0), (y1, y1 + (y1 - y0) / grid.rows))
    for top, bottom in rows:
        near = [p for p in pieces if top < p.middle < bottom and p.box[2] > x0 and p.box[0] < x1]
        columns = {
            (
                sum(edge <= strip.box[0] + 1 for edge in edges),
                sum(edge < strip.box[2] - 1 for edge in edges),
            )
            for strip in strips_of(near)
        }
        if len(columns) > 1 and all(first == last for first, last in columns):
            return True
    return False


def _lies_in(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] < x < other[2] and other[1] < y < other[3]


def _has_room(grid: Grid, placed: Sequence[Sequence[Piece]]) -> bool:
    """Whether an empty cell is too small for a word: the room around a table in a cell."""
    em = median(piece.face.size for words in placed for piece in words)
    return any(
        not words and min(cell.box[2] - cell.box[0], cell.box[3] - cell.box[1]) < _ROOM * em
        for cell, words in zip(grid.cells, placed, strict=True)
    )


def _has_columns(grid: Grid, placed: Sequence[Sequence[Piece]]) -> bool:
    """Whether a ruled column holds two that no ruling parts: in its uppermost cell, or in most
    cells, words stand in runs beside each other."""
    parts: dict[int, list[bool]] = {}
    for cell, words in zip(grid.cells, placed, strict=True):
        if words and cell.last_column - cell.column == 1:
            strips = strips_of(words)
            level = sorted((strip.top + strip.bottom) / 2 for strip in strips)
            beside = any(b - a < 0.3 * strips[0].size for a, b in pairwise(level))
            parts.setdefault(cell.column, []).append(beside)
    return any(own[0] or sum(own) >= max(_LEAST_BESIDE, 0.5 * len(own)) for own in parts.values())


def _runs_through(grid: Grid, pieces: Sequence[Piece]) -> bool:
    """Whether lines of text go on from outside into most rows, as around framed words."""
    x0, y0, x1, y1 = grid.box
    beside = {
        round(piece.middle)
        for piece in pieces
        if y0 < piece.middle < y1
        and (
            -0.5 < x0 - piece.box[2] < _SPACE * piece.face.size
            or -0.5 < piece.box[0] - x1 < _SPACE * piece.face.size
        )
    }
    return len(beside) >= grid.rows


def _holds(box: Box, piece: Piece) -> bool:
    x = (piece.box[0] + piece.box[2]) / 2
    return box[0] <= x <= box[2] and box[1] <= piece.middle <= box[3]


def _hangs_out(box: Box, pieces: Sequence[Piece]) -> bool:
    """Whether words stand directly below a table, as the rest of a cell does that a page's end cuts
    off. A line that reaches out at a side is text that follows."""
    below = [p for p in pieces if -1 < p.middle - box[3] < 2 * p.face.size]
    return any(
        strip.box[1] < box[3] + _CUT * strip.size
        and box[0] <= (strip.box[0] + strip.box[2]) / 2 <= box[2]
        and box[0] - _OUT < strip.box[0]
        and strip.box[2] < box[2] + _OUT
        for strip in strips_of(below)
    )


def _assigned(grid: Grid, inside: Sequence[Piece]) -> tuple[list[list[Piece]], int]:
    """The words of each cell, and how many reach over its edge."""
    placed: list[list[Piece]] = [[] for _ in grid.cells]
    strays = 0
    for piece in inside:
        at = next((n for n, cell in enumerate(grid.cells) if _holds(cell.box, piece)), None)
        if at is None:
            strays += 1
            continue
        placed[at].append(piece)
        room, width = grid.cells[at].box, piece.box[2] - piece.box[0]
        over = max(room[0] - piece.box[0], piece.box[2] - room[2])
        strays += over > max(_ACROSS * width, 1.5)
    return placed, strays


def _in_order(strips: list[Strip]) -> list[Strip]:
    return sorted(strips, key=lambda s: (round((s.top + s.bottom) / 2, 1), s.box[0]))


def box_of_cell(cell: PlacedCell) -> Box:
    """Around its text; the room between its rulings where it has none."""
    return union([strip.box for strip in cell.strips]) if cell.strips else cell.room
