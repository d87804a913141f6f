"""Rows of a ruled table that no ruling parts: of many tables only the head is ruled off, and the
columns.

Lines of several cells that stand on the same heights are either texts that all go on over several
lines, or rows. A line of a text ends where the next word has no room; where it has, the line was
ended on purpose. Rows are parted where each has a line in the first column and is told from the one
above it, and the other lines go on from full ones; where that isn't so the table isn't known. Boxes
are in points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.grids import Grid
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.pieces import Piece

_LEVEL = 0.35
"""Ems that two lines on one height may differ by: lines lie one em or more apart."""
_SPACE = 0.25
"""Ems between the words of a line, at least."""
_CENTRED = 1.5
"""Points by which centred lines may miss the middle."""
_ENDED = 0.5
"""Of the ends of lines that cells share are on purpose, at least: a text of two paragraphs has one
such end among many."""
_LEAST_ROWS = 3
"""Lines from which on rows are parted: two may as well be one row whose texts were broken."""

_FULL, _WORDS = 0.7, 3
"""Of a column's width, and words, that a line has at least which goes on in the next one."""

_Line = list[Piece]
_Level = dict[int, _Line]
"""What stands on one height: the line of each cell, by the cell's number, that has one there."""


@dataclass(frozen=True)
class _Column:
    """Where the lines of a column lie: all of them fit in between."""

    left: float
    right: float

    def has_room(self, line: _Line, word: Piece) -> bool:
        """Whether a word would have stood behind a line."""
        left, _, right, _ = _box(line)
        centred = abs(left + right - self.left - self.right) < 2 * _CENTRED
        free = self.right - self.left if centred else self.right - left
        size = max(piece.face.size for piece in line)
        return right - left + _SPACE * size + word.box[2] - word.box[0] <= free

    def is_filled(self, line: _Line) -> bool:
        """Whether a line may go on in the next one."""
        left, _, right, _ = _box(line)
        return len(line) >= _WORDS and right - left >= _FULL * (self.right - self.left)


@dataclass(frozen=True)
class Parted:
    """A grid with such rows as rows of their own. `sure`: all could be told; `head`: how many rows
    at the top are ruled off from them, 0 where others are too."""

    grid: Grid
    sure: bool = True
    head: int = 0


_NONE = _Column(0.0, 0.0)


def parted(grid: Grid, placed: Sequence[Sequence[Piece]]) -> Parted:
    """A grid by its rows; `placed`: the words of each of its cells."""
    lines = [_lines(words) for words in placed]
    columns = _columns(grid, lines)
    cuts: dict[int, list[float]] = {}
    for row in range(grid.rows):
        here = [n for n, cell in enumerate(grid.cells) if cell.row <= row < cell.last_row]
        rooms = {n: columns.get(grid.cells[n].column, _NONE) for n in here}
        levels = _levels({n: lines[n] for n in here})
        ended = _ended(levels, rooms)
        if not _is_parallel(levels, ended):
            continue
        whole = all(grid.cells[n].last_row - grid.cells[n].row == 1 for n in here)
        first = min(here, key=lambda n: grid.cells[n].column)
        found = _cuts(levels, ended, first, rooms)
        if not whole or found is None:
            return Parted(grid, sure=False)
        cuts[row] = found
    if not cuts:
        return Parted(grid)
    return Parted(_cut(grid, cuts), head=grid.rows - 1 if list(cuts) == [grid.rows - 1] else 0)


def _lines(words: Sequence[Piece]) -> list[_Line]:
    """The lines of a cell from top to bottom; what stands beside each other is one."""
    found: list[_Line] = []
    for strip in sorted(strips_of(words), key=lambda s: s.top + s.bottom):
        if found and _is_level(found[-1], strip.pieces):
            found[-1] += strip.pieces
        else:
            found.append(list(strip.pieces))
    return [sorted(line, key=lambda piece: piece.box[0]) for line in found]


def _box(line: _Line) -> Box:
    return union([piece.box for piece in line])


def _middle(line: _Line) -> float:
    return (min(piece.top for piece in line) + max(piece.bottom for piece in line)) / 2


def _is_level(one: _Line, other: _Line) -> bool:
    size = max(piece.face.size for piece in (*one, *other))
    return abs(_middle(one) - _middle(other)) < _LEVEL * size


def _columns(grid: Grid, lines: Sequence[Sequence[_Line]]) -> dict[int, _Column]:
    boxes: dict[int, list[Box]] = {}
    for cell, own in zip(grid.cells, lines, strict=True):
        if cell.last_column - cell.column == 1:
            boxes.setdefault(cell.column, []).extend(_box(line) for line in own)
    return {
        column: _Column(min(box[0] for box in own), max(box[2] for box in own))
        for column, own in boxes.items()
        if own
    }


def _levels(cells: Mapping[int, Sequence[_Line]]) -> list[_Level]:
    """The heights of a row of cells, from top to bottom."""
    levels: list[_Level] = []
    every = [(_middle(line), number, line) for number, own in cells.items() for line in own]
    for _, number, line in sorted(every, key=lambda each: each[:2]):
        same = levels and any(_is_level(line, other) for other in levels[-1].values())
        if same and number not in levels[-1]:
            levels[-1][number] = line
        else:
            levels.append({number: line})
    return levels


def _ended(levels: Sequence[_Level], rooms: Mapping[int, _Column]) -> list[set[int]]:
    """Of each height but the last, the cells whose line ends there on purpose: the next height has
    another, whose first word had room."""
    return [
        {n for n, line in above.items() if n in below and rooms[n].has_room(line, below[n][0])}
        for above, below in pairwise(levels)
    ]


def _is_parallel(levels: Sequence[_Level], ended: Sequence[set[int]]) -> bool:
    """Whether lines of several cells end together, mostly on purpose: in two cells at least, or
    where there are many in one."""
    shared = [
        own
        for (above, below), own in zip(pairwise(levels), ended, strict=True)
        if len(above.keys() & below.keys()) > 1
    ]
    cells = {number for own in shared for number in own}
    enough = len(cells) > 1 or (len(cells) == 1 and len(shared) >= _LEAST_ROWS - 1)
    return enough and sum(bool(own) for own in shared) >= _ENDED * len(shared)


def _cuts(
    levels: Sequence[_Level],
    ended: Sequence[set[int]],
    first: int,
    rooms: Mapping[int, _Column],
) -> list[float] | None:
    """Between which heights rows end; None where that can't be told. `first`: the cell that each
    row has a line in."""
    cuts: list[float] = []
    proven = {number for own in ended for number in own}
    if first not in levels[0] or len(levels) < _LEAST_ROWS or len(proven) < 2:
        return None
    for (above, below), own in zip(pairwise(levels), ended, strict=True):
        if first in below and len(below) > 1:
            if not own and not (first in above and _is_number(above[first], below[first])):
                return None
            cuts.append((_edge(above.values(), 1) + _edge(below.values(), 0)) / 2)
        elif own or first in below or not _go_on(above, below, rooms):
            return None
    return cuts


def _is_number(*lines: _Line) -> bool:
    """Whether each line is a number alone: no text goes on so."""
    return all(len(line) == 1 and line[0].text.isdecimal() for line in lines)


def _go_on(above: _Level, below: _Level, rooms: Mapping[int, _Column]) -> bool:
    """Whether every line is the rest of a full one."""
    return all(number in above and rooms[number].is_filled(above[number]) for number in below)


def _edge(lines: Iterable[_Line], side: int) -> float:
    """The upper (0) or lower (1) edge of what stands on one height."""
    if side:
        return max(piece.bottom for line in lines for piece in line)
    return min(piece.top for line in lines for piece in line)


def _cut(grid: Grid, cuts: Mapping[int, Sequence[float]]) -> Grid:
    """A grid whose rows are cut at these heights."""
    before = [sum(len(cuts.get(above, ())) for above in range(row)) for row in range(grid.rows + 1)]
    cells = []
    for cell in grid.cells:
        left, top, right, bottom = cell.box
        edges = [top, *cuts.get(cell.row, ()), bottom] if cell.row in cuts else [top, bottom]
        start = cell.row + before[cell.row]
        for number, (upper, lower) in enumerate(pairwise(edges)):
            last = cell.last_row + before[cell.last_row]
            last = start + number + 1 if cell.row in cuts else last
            box = [left, upper, right, lower]
            cells.append(replace(cell, row=start + number, last_row=last, box=box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(grid, rows=grid.rows + before[grid.rows], cells=cells)
