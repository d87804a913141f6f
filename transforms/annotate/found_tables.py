"""Tables found from where the words stand: rows of short runs that share columns.

Lines in reading order make visual rows; rows of two runs or more that follow each other closely are
a candidate. Its columns are the stretches of the page's width that its runs cover, and a run that
covers two columns spans them. Running text in two columns looks alike, so what holds many words a
run is none. Cost: linear in lines but for sorting each row.

What comes out is `known=False`: cells of several lines come out as several rows.
"""

from dataclasses import dataclass
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Cell, Line, Table, Word

_LEAST_ROWS = 3
_MOST_WORDS = 4  # median words a run; more is running text
_ROW_GAP = 3.5  # of a line's height: rows further apart are of different tables


@dataclass(frozen=True)
class FoundTable:
    """A table and the lines that it is made of, `first` to `last - 1`."""

    table: Table
    first: int
    last: int


@dataclass(frozen=True)
class _Row:
    """Lines `first` to `last - 1`, beside each other."""

    first: int
    last: int
    box: Box


def find_tables(words: list[Word], lines: list[Line], aspect: float) -> list[FoundTable]:
    """Tables of a page whose lines are in reading order; `aspect` is its height / width."""
    found = []
    for group in _candidates(_rows(lines)):
        grid = _found(group, words, lines, aspect)
        if grid is not None:
            found.append(grid)
    return found


def _rows(lines: list[Line]) -> list[_Row]:
    rows: list[_Row] = []
    for index, line in enumerate(lines):
        last = rows[-1] if rows else None
        if last is not None and _beside(last.box, line.box):
            box = [last.box[0], min(last.box[1], line.box[1]), line.box[2], last.box[3]]
            box[3] = max(last.box[3], line.box[3])
            rows[-1] = _Row(last.first, index + 1, box)
        else:
            rows.append(_Row(index, index + 1, line.box))
    return rows


def _beside(row: Box, line: Box) -> bool:
    overlap = min(row[3], line[3]) - max(row[1], line[1])
    return line[0] >= row[2] and overlap >= 0.5 * min(row[3] - row[1], line[3] - line[1])


def _candidates(rows: list[_Row]) -> list[list[_Row]]:
    """Runs of rows of two lines or more, close under one another; one lone line may stand between,
    as a heading across the table or a row that is empty but for its name."""
    groups: list[list[_Row]] = []
    for place, row in enumerate(rows):
        several = row.last - row.first > 1
        following = rows[place + 1 : place + 2]
        between = bool(following) and following[0].last - following[0].first > 1
        if groups and groups[-1] and _follows(groups[-1][-1], row) and (several or between):
            groups[-1].append(row)
        elif several:
            groups.append([row])
        else:
            groups.append([])
    return [group for group in groups if len(group) >= _LEAST_ROWS]


def _follows(above: _Row, below: _Row) -> bool:
    height = max(above.box[3] - above.box[1], below.box[3] - below.box[1])
    return -0.5 * height <= below.box[1] - above.box[3] <= _ROW_GAP * height


def _found(
    group: list[_Row], words: list[Word], lines: list[Line], aspect: float
) -> FoundTable | None:
    runs = [lines[i] for row in group for i in range(row.first, row.last)]
    if median(line.last - line.first for line in runs) > _MOST_WORDS:
        return None
    height = median(line.box[3] - line.box[1] for line in runs) * aspect
    most = max(row.last - row.first for row in group)
    full = [row for row in group if row.last - row.first >= max(2, most - 1)]
    boxes = [[lines[i].box for i in range(row.first, row.last)] for row in full]
    columns = _columns(boxes, 0.3 * height)
    if len(columns) < 2 or len(full) < _LEAST_ROWS:
        return None
    cells = [
        cell
        for number, row in enumerate(group)
        for index in range(row.first, row.last)
        for cell in _cells(number, words[lines[index].first : lines[index].last], columns)
    ]
    box = [
        min(row.box[0] for row in group), group[0].box[1],
        max(row.box[2] for row in group), group[-1].box[3],
    ]  # fmt: skip
    return FoundTable(Table(box, cells, known=False), group[0].first, group[-1].last)


def _columns(rows: list[list[Box]], gap: float) -> list[tuple[float, float]]:
    """Stretches of the width that the boxes cover, closer than `gap` joined, left to right.

    A heading centred over figures set to the right may cover a stretch of its own; so neighbours
    that no row fills both are joined as well, the closest first.
    """
    columns: list[tuple[float, float]] = []
    for left, right in sorted((box[0], box[2]) for row in rows for box in row):
        if columns and left <= columns[-1][1] + gap:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    while True:
        apart = [
            (columns[n + 1][0] - columns[n][1], n)
            for n in range(len(columns) - 1)
            if not any(_fills(row, columns[n]) and _fills(row, columns[n + 1]) for row in rows)
        ]
        if not apart:
            return columns
        _, n = min(apart)
        columns[n : n + 2] = [(columns[n][0], columns[n + 1][1])]


def _fills(row: list[Box], column: tuple[float, float]) -> bool:
    return any(column[0] <= (box[0] + box[2]) / 2 <= column[1] for box in row)


def _cells(row: int, words: list[Word], columns: list[tuple[float, float]]) -> list[Cell]:
    """The cells of one run: words that lie in different columns are cells of their own, as the gap
    between columns may be as narrow as a wide space."""
    places = [_covered(word.box, columns) for word in words]
    whole = _covered(union([word.box for word in words]), columns)
    alone = all(first == last for first, last in places)
    if whole[0] == whole[1] or not alone or len({first for first, _ in places}) < 2:
        return [_cell(row, words, whole)]
    numbers = sorted({first for first, _ in places})
    return [
        _cell(row, [w for w, place in zip(words, places, strict=True) if place[0] == n], (n, n))
        for n in numbers
    ]


def _covered(box: Box, columns: list[tuple[float, float]]) -> tuple[int, int]:
    """The first and last column that a box lies over; the nearest where it lies between."""
    over = [n for n, (left, right) in enumerate(columns) if left <= box[2] and box[0] <= right]
    nearest = min(range(len(columns)), key=lambda n: abs(sum(columns[n]) - box[0] - box[2]))
    return (over[0], over[-1]) if over else (nearest, nearest)


def _cell(row: int, words: list[Word], place: tuple[int, int]) -> Cell:
    text = " ".join(word.text for word in words)
    box = union([word.box for word in words])
    return Cell(row, place[0], 1, place[1] - place[0] + 1, row == 0, text, box)
