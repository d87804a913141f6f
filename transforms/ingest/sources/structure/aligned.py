"""Tables without rulings or tags: rows of short runs in columns that begin, end or are centred at
one place.

How they are built is a guess, so they are never known; but what stands in them is no running text.
Columns of running text have longer lines on the left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gyogwa.schemas.boxes import union
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.ruled import PlacedCell, PlacedTable

_LEAST_ROWS = 3
_MOST_WORDS = 3  # median words of a run in the first column
_ROW_GAP = 3.0  # ems from row to row
_AT = 2.5  # points that a run may stand off its column
_ALIGNED = 0.65  # of the rows stand in their first two columns as the others do


@dataclass
class _Row:
    strips: list[Strip]

    @property
    def bottom(self) -> float:
        return max(strip.bottom for strip in self.strips)

    @property
    def middle(self) -> float:
        return (self.strips[0].box[1] + self.strips[0].box[3]) / 2


def aligned_tables(strips: Sequence[Strip]) -> list[PlacedTable]:
    """The tables that lines make by where they begin, none of them known."""
    rows = _rows([strip for strip in strips if not strip.formula])
    formulas = [strip for strip in strips if strip.formula]
    return [table for run in _runs(rows) if (table := _table(run, formulas)) is not None]


def _rows(strips: Sequence[Strip]) -> list[_Row]:
    rows: list[_Row] = []
    for strip in sorted(strips, key=lambda s: (s.bottom, s.box[0])):
        last = rows[-1] if rows else None
        if last and abs(last.strips[0].bottom - strip.bottom) < 0.5 * strip.size:
            last.strips.append(strip)
        else:
            rows.append(_Row([strip]))
    for row in rows:
        row.strips.sort(key=lambda s: s.box[0])
    return rows


def _runs(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows of several lines that follow each other."""
    runs: list[list[_Row]] = [[]]
    for row in rows:
        if len(row.strips) < 2:
            runs.append([])
            continue
        last = runs[-1][-1] if runs[-1] else None
        if last and row.bottom - last.bottom > _ROW_GAP * row.strips[0].size:
            runs.append([])
        runs[-1].append(row)
    return [run for run in runs if len(run) >= _LEAST_ROWS]


def _aligned(column: Sequence[Strip]) -> int:
    """How many runs of a column begin, end or are centred where most of them are."""
    sides = (
        [strip.box[0] for strip in column],
        [strip.box[2] for strip in column],
        [(strip.box[0] + strip.box[2]) / 2 for strip in column],
    )
    return max(sum(abs(place - median(side)) <= _AT for place in side) for side in sides)


def _table(rows: Sequence[_Row], formulas: Sequence[Strip]) -> PlacedTable | None:
    """The table of some rows, with the formulas that stand in it; None where they are none."""
    words = median(len(row.strips[0].pieces) for row in rows)
    aligned = min(_aligned([row.strips[at] for row in rows]) for at in (0, 1))
    if words > _MOST_WORDS or aligned < _ALIGNED * len(rows):
        return None
    around = union([strip.box for row in rows for strip in row.strips])
    for strip in formulas:
        middle = (strip.box[1] + strip.box[3]) / 2
        if around[0] < strip.box[0] < around[2] and around[1] < middle < around[3]:
            near = min(rows, key=lambda row: abs(row.middle - middle))
            near.strips.append(strip)
    columns: list[float] = []
    for left in sorted(strip.box[0] for row in rows for strip in row.strips):
        if not columns or left - columns[-1] > 2 * rows[0].strips[0].size:
            columns.append(left)
    cells: dict[tuple[int, int], list[Strip]] = {}
    for number, row in enumerate(rows):
        for strip in row.strips:
            column = max(at for at, left in enumerate(columns) if left <= strip.box[0] + _AT)
            cells.setdefault((number, column), []).append(strip)
    placed = [
        PlacedCell(row, column, 1, 1, False, own, union([strip.box for strip in own]))
        for (row, column), own in sorted(cells.items())
    ]
    return PlacedTable(union([cell.room for cell in placed]), placed, known=False)
