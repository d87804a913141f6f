"""Reading order of what stands on a page: recursive cuts, first between columns of running text or
along rulings between columns, then across where a band is empty, so that what spans the columns
stands before or after them.

Tables and figures are single things in this; a column has running text, three words a line or more,
as the cells of tables without rulings must stay in their rows, and so must what is numbered by
rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gyogwa.schemas.boxes import Box, union

_COLUMN_WORDS = 3
_GUTTER = 9.0  # points
_MOST_DEPTH = 40
_OVER, _SHORT = 1.0, 12.0
"""Points by which things may reach over a ruling between columns, and stand above or below it."""
_MOST_APART = 5
"""Bands that show two columns: two lines of each, on heights of their own, and what is between."""


@dataclass(frozen=True)
class Thing:
    """What is put in order: its box, how many words it has (0: no line), and which it is. `number`:
    what it begins with, as items of a list do."""

    box: Box
    words: int
    at: int
    number: int = 0


@dataclass(frozen=True)
class Ordered:
    """A thing in its place, and the column that it stands in."""

    thing: Thing
    column: Box


def ordered(things: Sequence[Thing], walls: Sequence[Box] = ()) -> list[Ordered]:
    """In reading order. `walls`: rulings between columns, if they part any."""
    if not things:
        return []
    return _cut(list(things), union([thing.box for thing in things]), walls, 0)


def _cut(things: list[Thing], column: Box, walls: Sequence[Box], depth: int) -> list[Ordered]:
    if len(things) == 1 or depth > _MOST_DEPTH:
        return [Ordered(thing, column) for thing in _by_rows(things)]
    gutter = _gutter(things, walls)
    if gutter is not None:
        left = [t for t in things if t.box[2] <= gutter]
        right = [t for t in things if t.box[2] > gutter]
        return [
            found
            for side in (left, right)
            for found in _cut(side, union([t.box for t in side]), walls, depth + 1)
        ]
    bands = _bands(things, walls)
    if len(bands) > 1:
        return [found for band in bands for found in _cut(band, column, walls, depth + 1)]
    return [Ordered(thing, column) for thing in _by_rows(things)]


def _bands(things: Sequence[Thing], walls: Sequence[Box]) -> list[list[Thing]]:
    """Groups with an empty band right across between them, those that share a gutter together."""
    bands: list[list[Thing]] = []
    bottom = -1.0
    for thing in sorted(things, key=lambda t: (t.box[1], t.box[0])):
        slack = min(0.2 * (thing.box[3] - thing.box[1]), 3.0)
        if thing.box[1] + slack >= bottom:
            bands.append([])
        bands[-1].append(thing)
        bottom = max(bottom, thing.box[3] - slack)
    merged: list[list[Thing]] = []
    at = 0
    while at < len(bands):
        if merged and _gutter(merged[-1] + bands[at], walls) is not None:
            merged[-1] = merged[-1] + bands[at]
            at += 1
            continue
        last = _shares_gutter(bands, walls, at)
        merged.append([thing for band in bands[at : last + 1] for thing in band])
        at = last + 1
    return merged if len(merged) > 1 else bands


def _shares_gutter(bands: Sequence[list[Thing]], walls: Sequence[Box], first: int) -> int:
    """The first band behind one with which it makes two columns that aren't there without it, or
    itself: lines of two columns may stand on different heights, each in a band of its own."""
    for last in range(first + 1, min(first + _MOST_APART, len(bands))):
        run = [thing for band in bands[first : last + 1] for thing in band]
        if _gutter(run, walls) is not None:
            alone = _gutter(run[len(bands[first]) :], walls) is not None
            return first if alone else last
    return first


def _gutter(things: Sequence[Thing], walls: Sequence[Box]) -> float | None:
    """The left edge of the widest empty stripe from top to bottom that parts two columns, where no
    ruling does."""
    for wall in walls:
        x = (wall[0] + wall[2]) / 2
        left = [t.box[2] for t in things if t.box[2] <= x + _OVER]
        right = [t for t in things if t.box[0] >= x - _OVER]
        if left and right and len(left) + len(right) == len(things) and _spans(wall, things):
            return max(left)
    edge: float | None = None
    best: tuple[float, float] | None = None
    for thing in sorted(things, key=lambda t: t.box[0]):
        if edge is not None and thing.box[0] - edge > _GUTTER:
            width = thing.box[0] - edge
            if (best is None or width > best[0]) and _parts(things, edge):
                best = (width, edge)
        edge = thing.box[2] if edge is None else max(edge, thing.box[2])
    return None if best is None else best[1]


def _spans(wall: Box, things: Sequence[Thing]) -> bool:
    """Whether a ruling reaches from the first to the last of things, nearly."""
    top, bottom = min(t.box[1] for t in things), max(t.box[3] for t in things)
    return wall[1] <= top + _SHORT and wall[3] >= bottom - _SHORT


def _parts(things: Sequence[Thing], at: float) -> bool:
    left = [t for t in things if t.box[2] <= at]
    right = [t for t in things if t.box[2] > at]
    if not (_running(left) and _running(right) and _beside(left, right)):
        return False
    return not _numbered_across(things, [*_by_rows(left), *_by_rows(right)])


def _numbered_across(things: Sequence[Thing], columns: Sequence[Thing]) -> bool:
    """Whether the numbers of items follow each other from row to row, and not down the columns, as
    those of the choices of a question do."""
    rows = [thing.number for thing in _by_rows(things) if thing.number]
    down = [thing.number for thing in columns if thing.number]
    return len(rows) > 2 and rows == sorted(set(rows)) and down != rows


def _running(things: Sequence[Thing]) -> bool:
    words = [thing.words for thing in things if thing.words]
    return len(words) > 1 and median(words) >= _COLUMN_WORDS


def _beside(left: Sequence[Thing], right: Sequence[Thing]) -> bool:
    """Whether two sides have a part of their heights in common."""
    one, other = (union([t.box for t in side]) for side in (left, right))
    both = min(one[3], other[3]) - max(one[1], other[1])
    return both > 0.3 * min(one[3] - one[1], other[3] - other[1])


def _by_rows(things: Sequence[Thing]) -> list[Thing]:
    rows: list[list[Thing]] = []
    for thing in sorted(things, key=lambda t: (t.box[1] + t.box[3], t.box[0])):
        row = next((row for row in reversed(rows[-4:]) if _level(row[0].box, thing.box)), None)
        if row is None:
            rows.append([thing])
        else:
            row.append(thing)
    return [thing for row in rows for thing in sorted(row, key=lambda t: (t.box[0], t.box[1]))]


def _level(one: Box, other: Box) -> bool:
    both = min(one[3], other[3]) - max(one[1], other[1])
    return both >= 0.5 * min(one[3] - one[1], other[3] - other[1])
