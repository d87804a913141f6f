"""Which cells of a ruled table are heads: those that are set apart, on another ground than the
body, or bold where the body isn't, or by the table's only double ruling, or that the page's tags
call so.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.structure.grids import Grid, GridCell
from gyogwa.transforms.ingest.sources.structure.pieces import Piece
from gyogwa.transforms.ingest.sources.structure.tags import Tag

_BANDS = 0.5  # of a cell lies on a fill
_DOUBLE = (1.0, 4.0)
"""Points between the middles of two rulings that are one double one: TeX sets 2.4 between."""
_ALONG = 0.75  # of a table's width are rulings over all of it


def tagged_heads(placed: Sequence[list[Piece]], tags: Mapping[int, Tag]) -> list[bool] | None:
    """Which cells are heads as the page's tags have it; None where these don't know the cells."""
    told = [[tags[p.at] for p in words if p.at in tags] for words in placed]
    if any(
        words and (not own or any(tag.kind != "cell" for tag in own))
        for words, own in zip(placed, told, strict=True)
    ):
        return None
    return [bool(own) and all(tag.cell[4] for tag in own) for own in told]


def heads_of(grid: Grid, placed: Sequence[list[Piece]], fills: Sequence[Box]) -> list[bool]:
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


def ruled_off(grid: Grid, level: Sequence[Box]) -> int:
    """How many rows at the top a double ruling sets off: the only one inside the table. A title
    over all columns is no head. `level`: the rulings of the page, points."""
    x0, _, x1, _ = grid.box
    long = sorted(
        (box[1] + box[3]) / 2
        for box in level
        if min(box[2], x1) - max(box[0], x0) >= _ALONG * (x1 - x0)
    )
    doubles = [(a + b) / 2 for a, b in pairwise(long) if _DOUBLE[0] <= b - a <= _DOUBLE[1]]
    ends = {cell.last_row: cell.box[3] for cell in grid.cells if cell.last_row < grid.rows}
    rows = [row for row, y in ends.items() if any(abs(y - at) <= _DOUBLE[1] for at in doubles)]
    if len(rows) != 1 or any(cell.row < rows[0] < cell.last_row for cell in grid.cells):
        return 0
    head = [cell for cell in grid.cells if cell.last_row <= rows[0]]
    return 0 if len(head) == 1 or 2 * rows[0] > grid.rows else rows[0]


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
