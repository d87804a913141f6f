"""Columns of running text: words of a page parted along its gutters, in reading order.

A gutter is a stripe without words, wider than spaces are, that runs down past several lines, with
running text on both sides: lines of some words that fill their column, which cells of a table
don't. Word spaces of five lines hardly ever stand below each other. The longest gutter parts the
words into what stands above it, left of it, right of it and below it, each parted in turn; so a
headline across columns, a side bar beside them and a footer below come in the order that they are
read in. Beside two such columns stands a third, of whatever lines.

Cost: a coarse picture of where words stand, 5 to 10 ms a page and another as much for each gutter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.page import Word

_WIDTH = 0.6  # word heights; spaces are .25 to .5
_LINES = 4  # lines that a gutter runs past, on both sides
_PITCH = 1.1  # word heights from line to line, at least
_WORDS = 3  # median words a line that make running text
_FEW_WORDS = 2  # or these, where lines are filled
_FILLED = 0.6  # of the column's width, of the median line
_WELL_FILLED = 0.72
_PARTLY_FILLED = 0.4  # beside two columns of running text
_FEW_LINES = 2  # there
_SPACE = 1.0  # word heights between words of a line at most; cells stand further apart
_LETTERS = 6  # median characters a line
_TRIES = 6  # gutters looked at


@dataclass(frozen=True)
class _Gutter:
    """Its middle, and where it begins and ends; in the units of `_Placed`."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True)
class _Placed:
    """`boxes`: n x 4 in proportion to pixels (x as shares of the width). `height`: of a word.
    `known`: how words of this page are parted, by their boxes: most gutters that are tried leave
    the same words on a side."""

    words: list[Word]
    boxes: NDArray[np.float64]
    height: float
    known: dict[tuple[bytes, bool], "list[_Placed]"]

    def part(self, chosen: NDArray[np.bool_]) -> "_Placed":
        words = [word for word, yes in zip(self.words, chosen, strict=True) if yes]
        return _Placed(words, self.boxes[chosen], self.height, self.known)


def columns_of(words: Sequence[Word], aspect: float) -> list[list[Word]]:
    """The words of each column, and of what stands between columns, in reading order; in each they
    come as they came. `aspect` is the image's height / width."""
    if len(words) < 2 * _LINES * _FEW_WORDS:
        return [list(words)]
    boxes = np.array([word.box for word in words], np.float64) * (1, aspect, 1, aspect)
    heights = boxes[:, 3] - boxes[:, 1]
    placed = _Placed(list(words), boxes, float(np.median(heights)), {})
    return [part.words for part in _parted(placed)]


def _parted(placed: _Placed, beside: bool = False) -> list[_Placed]:
    """`beside`: columns of running text are known to stand beside these words."""
    if len(placed.words) < 2 * _LINES * _FEW_WORDS or placed.height <= 0:
        return [placed] if placed.words else []
    key = placed.boxes.tobytes(), beside
    if key not in placed.known:
        placed.known[key] = _at_a_gutter(placed, beside)
    return placed.known[key]


def _at_a_gutter(placed: _Placed, beside: bool) -> list[_Placed]:
    for gutter in _gutters(placed):
        middles = placed.boxes[:, 1::2].mean(axis=1)
        above, below = middles < gutter.top, middles > gutter.bottom
        left = ~above & ~below & (placed.boxes[:, [0, 2]].mean(axis=1) < gutter.x)
        right = ~above & ~below & ~left
        sides = [_text(placed.part(side), beside) for side in (left, right)]
        for number, other in ((0, 1), (1, 0)):
            if not sides[number] and len(sides[other]) > 1:
                sides[number] = _text(placed.part((left, right)[number]), True)
        if all(sides):
            ends = [_parted(placed.part(end)) for end in (above, below)]
            return [*ends[0], *sides[0], *sides[1], *ends[1]]
    return [placed]


def _text(side: _Placed, beside: bool) -> list[_Placed]:
    """The columns of one side of a gutter, where it is running text; else none."""
    lines = _lines(side)
    if not _is_running(side, lines, beside):
        return []
    spaces = median(_widest_gap(side.boxes[line]) for line in lines)
    parts = _parted(side, beside)
    # lines with wide gaps are columns beside each other, or cells
    return parts if len(parts) > 1 or spaces <= _SPACE * side.height else []


def _gutters(placed: _Placed) -> list[_Gutter]:
    """Stripes without words, the longest first, those beside each other told once."""
    across, down = placed.height / 6, placed.height / 3
    left, top = placed.boxes[:, :2].min(axis=0)
    right, bottom = placed.boxes[:, 2:].max(axis=0)
    shape = (int((bottom - top) / down) + 1, int((right - left) / across) + 1)
    if shape[0] * shape[1] > 4_000_000:  # a few specks among large letters
        return []
    taken = np.zeros(shape, bool)
    cells = (placed.boxes - (left, top, left, top)) / (across, down, across, down)
    firsts, lasts = cells[:, :2].astype(int).tolist(), np.ceil(cells[:, 2:]).astype(int).tolist()
    for (x0, y0), (x1, y1) in zip(firsts, lasts, strict=True):
        taken[y0:y1, x0:x1] = True
    wide = max(round(_WIDTH * placed.height / across), 1)
    sums = np.pad(taken.cumsum(axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    blank = sums[:, wide:] == sums[:, :-wide]
    found = _stripes(blank, _LINES * _PITCH * placed.height / down)
    chosen: list[tuple[int, int, int, int]] = []
    for candidate in sorted(found, key=lambda item: (-item[0], item[1])):
        if all(abs(candidate[1] - other[1]) > 2 * wide for other in chosen):
            chosen.append(candidate)
        if len(chosen) == _TRIES:
            break
    return [
        _Gutter(left + (column + wide / 2) * across, top + first * down, top + last * down)
        for _, column, first, last in chosen
    ]


def _stripes(blank: NDArray[np.bool_], least: float) -> list[tuple[int, int, int, int]]:
    """Of each column its longest run of blanks, the first of those, if it is `least` long: its
    length, the column, where it begins and ends."""
    rows, columns = blank.shape
    padded = np.zeros((columns, rows + 2), np.int8)
    padded[:, 1:-1] = blank.T
    edges = np.flatnonzero(np.diff(padded, axis=1))  # begin and end in turn, column by column
    begins, lengths = edges[::2], edges[1::2] - edges[::2]
    begins, lengths = begins[lengths >= least], lengths[lengths >= least]
    column, first = np.divmod(begins, rows + 1)
    order = np.lexsort((first, -lengths, column))
    longest = order[np.diff(column[order], prepend=-1) > 0]
    values = (lengths, column, first, first + lengths)
    return list(zip(*(value[longest].tolist() for value in values), strict=True))


def _is_running(side: _Placed, lines: list[list[int]], beside: bool) -> bool:
    """Whether words on one side of a gutter are lines that fill it; `beside` columns of such lines
    a list or a listing does too."""
    if len(lines) < (_FEW_LINES if beside else _LINES):
        return False
    wide = side.boxes[:, 2].max() - side.boxes[:, 0].min()
    spans = [(side.boxes[n, 2].max() - side.boxes[n, 0].min()) / wide for n in lines]
    words = median(len(line) for line in lines)
    letters = median(sum(len(side.words[n].text) for n in line) for line in lines)
    filled = median(spans)
    if letters < _LETTERS:
        return False
    if beside and filled >= _PARTLY_FILLED:
        return True
    if words < _FEW_WORDS:
        return False
    return bool(filled >= (_FILLED if words >= _WORDS else _WELL_FILLED))


def _widest_gap(line: NDArray[np.float64]) -> float:
    """Between neighbours of one line."""
    boxes = line[np.argsort(line[:, 0])]
    return float(max(boxes[1:, 0] - boxes[:-1, 2], default=0.0))


def _lines(side: _Placed) -> list[list[int]]:
    """Which words stand level."""
    middles = side.boxes[:, 1::2].mean(axis=1)
    lines: list[list[int]] = []
    last = -np.inf
    for place in np.argsort(middles, kind="stable").tolist():
        if middles[place] - last > 0.5 * side.height:
            lines.append([])
        lines[-1].append(place)
        last = middles[place]
    return lines
