"""Grids of rulings: tables with their cells, from lines alone.

Rulings that meet make a grid. Its lines are where rulings lie; between two places without a ruling
the cell goes on, so what spans rows or columns is one cell. Sides that a table leaves open are
closed where its other rulings end. A grid of one row or one column is a box, and no table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box, union

_NEAR = 2.5
"""Points: rulings this close are one; double rules lie 2 apart."""
_REACH = 3.0
"""Points by which two rulings may miss each other and still meet."""
_COVERED = 0.75
"""Of a side of a cell is ruled: the rest are corners that don't quite meet."""
_OPEN = 9.0
"""Points by which rulings reach beyond the outermost ones across them where a side is open."""
_THINNEST = 4.0
"""Points: less holds no text, it lies between the two rulings of a double one."""
_MOST_LINES = 120
_MOST_PAIRS = 400_000
"""Rulings along times rulings across: a page with more is a plan or a chart, and no table."""


@dataclass(frozen=True)
class GridCell:
    """Rows `row` to `last_row - 1`, columns likewise, and the room between the rulings."""

    row: int
    last_row: int
    column: int
    last_column: int
    box: Box


@dataclass(frozen=True)
class Grid:
    """Its cells, row by row. `whole`: every one is a rectangle; `painted`: it has no rulings, only
    edges of filled areas."""

    box: Box
    rows: int
    columns: int
    cells: list[GridCell]
    whole: bool
    painted: bool = False


@dataclass
class _Rule:
    """At one height (or place across) from `start` to `end`."""

    at: float
    start: float
    end: float
    painted: bool = False


def grids_of(level: Sequence[Box], upright: Sequence[Box], fills: Sequence[Box]) -> list[Grid]:
    """The grids that rulings make, and the edges of filled areas, which rule tables too."""
    edges = [box for box in fills if min(box[2] - box[0], box[3] - box[1]) > 5]
    flat = _joined(
        [_Rule((b[1] + b[3]) / 2, b[0], b[2]) for b in level]
        + [_Rule(y, b[0], b[2], True) for b in edges for y in (b[1], b[3])]
    )
    steep = _joined(
        [_Rule((b[0] + b[2]) / 2, b[1], b[3]) for b in upright]
        + [_Rule(x, b[1], b[3], True) for b in edges for x in (b[0], b[2])]
    )
    if len(flat) * len(steep) > _MOST_PAIRS:
        return []
    return [grid for group in _groups(flat, steep) if (grid := _grid(*group)) is not None]


def _joined(rules: list[_Rule]) -> list[_Rule]:
    """Rules of one height that touch, as one."""
    found: list[_Rule] = []
    for rule in sorted(rules, key=lambda r: (r.at, r.start)):
        near = [other for other in found[-40:] if abs(other.at - rule.at) <= _NEAR]
        mine = next(
            (
                other
                for other in near
                if rule.start <= other.end + _REACH and rule.end >= other.start - _REACH
            ),
            None,
        )
        if mine is None:
            found.append(_Rule(rule.at, rule.start, rule.end, rule.painted))
        else:
            mine.painted = mine.painted and rule.painted
            mine.start, mine.end = min(mine.start, rule.start), max(mine.end, rule.end)
    return found


def _groups(flat: Sequence[_Rule], steep: Sequence[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Rules that meet, directly or by way of others."""
    parent = list(range(len(flat) + len(steep)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, one in enumerate(flat):
        for j, other in enumerate(steep):
            if (
                one.start - _REACH <= other.at <= one.end + _REACH
                and other.start - _REACH <= one.at <= other.end + _REACH
            ):
                parent[root(i)] = root(len(flat) + j)
    groups: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for i, one in enumerate(flat):
        groups.setdefault(root(i), ([], []))[0].append(one)
    for j, other in enumerate(steep):
        groups.setdefault(root(len(flat) + j), ([], []))[1].append(other)
    return [group for group in groups.values() if group[0] and group[1]]


def _places(rules: Sequence[_Rule], across: Sequence[_Rule]) -> list[float]:
    """Where rules lie, and where a side is open."""
    places: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not places or at - places[-1] > _THINNEST:
            places.append(at)
    low, high = min(r.start for r in across), max(r.end for r in across)
    if places[0] - low > _OPEN:
        places.insert(0, low)
    if high - places[-1] > _OPEN:
        places.append(high)
    return places


def _grid(flat: list[_Rule], steep: list[_Rule]) -> Grid | None:
    ys, xs = _places(flat, steep), _places(steep, flat)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or max(rows, columns) > _MOST_LINES:
        return None
    right = [
        [_ruled(steep, xs[c + 1], ys[r], ys[r + 1]) for c in range(columns - 1)]
        for r in range(rows)
    ]
    below = [
        [_ruled(flat, ys[r + 1], xs[c], xs[c + 1]) for c in range(columns)] for r in range(rows - 1)
    ]
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    whole = True
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken:
                continue
            room = _room(r, c, rows, columns, right, below)
            last_row, last_column = max(y for y, _ in room) + 1, max(x for _, x in room) + 1
            full = {(y, x) for y in range(r, last_row) for x in range(c, last_column)}
            if full != room:
                whole = False
                full = room
            taken |= full
            box = [xs[c], ys[r], xs[last_column], ys[last_row]]
            cells.append(GridCell(r, last_row, c, last_column, box))
    if len(cells) < 2:
        return None
    painted = all(rule.painted for rule in (*flat, *steep))
    return Grid(union([cell.box for cell in cells]), rows, columns, cells, whole, painted)


def _ruled(rules: Sequence[_Rule], at: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start))
        for rule in rules
        if abs(rule.at - at) <= _THINNEST
    )
    return covered >= _COVERED * (end - start)


def _room(
    row: int,
    column: int,
    rows: int,
    columns: int,
    right: list[list[bool]],
    below: list[list[bool]],
) -> set[tuple[int, int]]:
    """All places that are reached from one without crossing a ruling."""
    found = {(row, column)}
    todo = [(row, column)]
    while todo:
        r, c = todo.pop()
        steps = []
        if c + 1 < columns and not right[r][c]:
            steps.append((r, c + 1))
        if c and not right[r][c - 1]:
            steps.append((r, c - 1))
        if r + 1 < rows and not below[r][c]:
            steps.append((r + 1, c))
        if r and not below[r - 1][c]:
            steps.append((r - 1, c))
        for step in steps:
            if step not in found:
                found.add(step)
                todo.append(step)
    return found
