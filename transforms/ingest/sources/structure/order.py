"""Reading order of what stands on a page: recursive cuts, first between columns of running text,
then across where a band is empty, so that what spans the columns stands before or after them.

Tables and figures are single things in this; a column has running text, three words a line or more,
as the cells of tables without rulings must stay in their rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gyogwa.schemas.boxes import Box, union

_COLUMN_WORDS = 3
_GUTTER = 9.0  # points
_MOST_DEPTH = 40


@dataclass(frozen=True)
class Thing:
    """What is put in order: its box, how many words it has (0: no line), and which it is."""

    box: Box
    words: int
    at: int


@dataclass(frozen=True)
class Ordered:
    """A thing in its place, and the column that it stands in."""

    thing: Thing
    column: Box


def ordered(things: Sequence[Thing]) -> list[Ordered]:
    """In reading order."""
    if not things:
        return []
    return _cut(list(things), union([thing.box for thing in things]), 0)


def _cut(things: list[Thing], column: Box, depth: int) -> list[Ordered]:
    if len(things) == 1 or depth > _MOST_DEPTH:
        return [Ordered(thing, column) for thing in _by_rows(things)]
    gutter = _gutter(things)
    if gutter is not None:
        left = [t for t in things if t.box[2] <= gutter]
        right = [t for t in things if t.box[2] > gutter]
        return [
            found
            for side in (left, right)
            for found in _cut(side, union([t.box for t in side]), depth + 1)
        ]
    bands = _bands(things)
    if len(bands) > 1:
        return [found for band in bands for found in _cut(band, column, depth + 1)]
    return [Ordered(thing, column) for thing in _by_rows(things)]


def _bands(things: Sequence[Thing]) -> list[list[Thing]]:
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
    for band in bands:
        if merged and len(merged[-1]) + len(band) > 2 and _gutter(merged[-1] + band) is not None:
            merged[-1] = merged[-1] + band
        else:
            merged.append(band)
    return merged if len(merged) > 1 else bands


def _gutter(things: Sequence[Thing]) -> float | None:
    """The left edge of the widest empty stripe from top to bottom that parts two columns."""
    right, best = None, None
    for thing in sorted(things, key=lambda t: t.box[0]):
        if right is not None and thing.box[0] - right > _GUTTER:
            width = thing.box[0] - right
            if (best is None or width > best[0]) and _parts(things, right):
                best = (width, right)
        right = thing.box[2] if right is None else max(right, thing.box[2])
    return None if best is None else best[1]


def _parts(things: Sequence[Thing], at: float) -> bool:
    left = [t for t in things if t.box[2] <= at]
    right = [t for t in things if t.box[2] > at]
    return _running(left) and _running(right) and _beside(left, right)


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
