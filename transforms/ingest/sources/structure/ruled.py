"""Ruled tables: grids of rulings with the words that stand in their cells.

A table is known where each of its words lies in one cell and enough of its cells hold some. Heads
are cells that are set apart: on another ground than the body, or bold where the body isn't.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.grids import Grid, GridCell
from gyogwa.transforms.ingest.sources.structure.pieces import Piece, Strip, strips_of
from gyogwa.transforms.ingest.sources.structure.tags import Tag

_FILLED = 0.4
"""Of a table's cells hold words; less is a form to be filled in or the grid of a chart."""
_LEAST_FILLED = 3
_ACROSS = 0.25
"""Of a word's width may lie over a ruling: boxes are those of ink, and italics lean over."""
_STRAYS = 0.02
_CUT = 0.25  # ems
_SPACE = 0.7  # ems between words of a line, at most
_BANDS = 0.5  # of a cell lies on a fill


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
    fills: Sequence[Box],
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
        filled = sum(bool(words) for words in placed)
        enough = filled >= max(_LEAST_FILLED, _FILLED * len(grid.cells))
        running = _runs_through(grid, pieces)
        if not enough or running or (strays > 1 and strays > 0.3 * len(inside)):
            others.append(grid.box)
            continue
        cut = any(_hangs_out(grid.box, piece) for piece in pieces)
        known = grid.whole and not cut and strays <= _STRAYS * len(inside)
        heads = _tagged_heads(placed, tags) or _heads(grid, placed, fills)
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


def _hangs_out(box: Box, piece: Piece) -> bool:
    """Whether a word stands directly below a table, as the rest of a cell does that a page's end
    cuts off."""
    x = (piece.box[0] + piece.box[2]) / 2
    near = box[3] - 1 < piece.middle and piece.box[1] < box[3] + _CUT * piece.face.size
    return near and box[0] <= x <= box[2]


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


def _tagged_heads(placed: Sequence[list[Piece]], tags: Mapping[int, Tag]) -> list[bool] | None:
    """Which cells are heads as the page's tags have it; None where these don't know the cells."""
    told = [[tags[p.at] for p in words if p.at in tags] for words in placed]
    if any(
        words and (not own or any(tag.kind != "cell" for tag in own))
        for words, own in zip(placed, told, strict=True)
    ):
        return None
    return [bool(own) and all(tag.cell[4] for tag in own) for own in told]


def _heads(grid: Grid, placed: Sequence[list[Piece]], fills: Sequence[Box]) -> list[bool]:
    """Which cells are heads: the rows at the top, and the columns at the left, that are set apart
    as a whole from all that is below or right of them."""
    apart = _apart([_on_fill(cell, fills) for cell in grid.cells])
    if apart is None:
        apart = _apart([_is_bold(words) for words in placed])
    if apart is None:
        return [False] * len(grid.cells)
    marked = [
        mark or not words for mark, words in zip(apart, placed, strict=True)
    ]  # an empty corner belongs to the head
    rows = _leading(grid, marked, apart, [(cell.row, cell.last_row) for cell in grid.cells])
    columns = _leading(
        grid,
        [m or c.last_row <= rows for m, c in zip(marked, grid.cells, strict=True)],
        apart,
        [(cell.column, cell.last_column) for cell in grid.cells],
    )
    return [cell.last_row <= rows or cell.last_column <= columns for cell in grid.cells]


def _apart(marks: list[bool | None]) -> list[bool] | None:
    """Marks that tell some cells from others; None where they don't."""
    told = [mark for mark in marks if mark is not None]
    if not any(told) or all(told):
        return None
    return [bool(mark) for mark in marks]


def _leading(
    grid: Grid, marked: Sequence[bool], apart: Sequence[bool], bounds: Sequence[tuple[int, int]]
) -> int:
    """How many rows (or columns) from the first on hold marked cells only, one truly marked in
    each, and at least one that isn't is left."""
    last = max(end for _, end in bounds)
    count = 0
    while count < last - 1:
        here = [n for n, (start, end) in enumerate(bounds) if start <= count < end]
        if not all(marked[n] for n in here) or not any(apart[n] for n in here):
            break
        count += 1
    while count and any(start < count < end for start, end in bounds):
        count -= 1
    return count


def _on_fill(cell: GridCell, fills: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = cell.box
    area = (x1 - x0) * (y1 - y0)
    return any(
        max(0.0, min(f[2], x1) - max(f[0], x0)) * max(0.0, min(f[3], y1) - max(f[1], y0))
        > _BANDS * area
        for f in fills
    )


def _is_bold(words: Sequence[Piece]) -> bool | None:
    if not words:
        return None
    return all(piece.face.bold for piece in words if any(char.isalnum() for char in piece.text))


def box_of_cell(cell: PlacedCell) -> Box:
    """Around its text; the room between its rulings where it has none."""
    return union([strip.box for strip in cell.strips]) if cell.strips else cell.room
