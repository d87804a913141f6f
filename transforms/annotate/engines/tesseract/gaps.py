"""Words from the ink: where the gaps of a line are, and which of them are spaces.

A network's space is nearly always real but stands only roughly somewhere; a gap's place is exact
but its meaning is not: letters of a wide font stand as far apart as words of a narrow one. So each
space goes to a gap near it, the wide ones first (an assignment), and of the other gaps only those
as wide as the line's spaces part words too. Widths are in units of the line's height.
Cost: an assignment of some 20 spaces to some 50 gaps a line, below a millisecond.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from gyogwa.transforms.annotate.engines.tesseract.strips import HEIGHT
from gyogwa.transforms.annotate.engines.tesseract.symbols import Symbol

_NARROWEST = 0.11  # no space is narrower
_REACH = 1.2  # how far a network's space may stand from its gap
_CERTAIN = 0.5  # a gap this wide is a space though the network saw none
_WIDE = 1.4  # and this many times as wide as the line's spaces are


@dataclass(frozen=True)
class Gap:
    """Columns without ink, from `left` up to `right`, in pixels of the strip."""

    left: int
    right: int

    @property
    def width(self) -> float:
        """In heights of the line."""
        return (self.right - self.left) / HEIGHT

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class InkWord:
    """Columns `left` to `right` of a strip, and the characters read there."""

    left: int
    right: int
    symbols: list[Symbol]


def gaps_of(ink: NDArray[np.bool_]) -> list[Gap]:
    """All gaps between ink, the margins left out."""
    columns = np.flatnonzero(ink.any(axis=0))
    jumps = np.flatnonzero(np.diff(columns) > 1)
    return [Gap(int(columns[j]) + 1, int(columns[j + 1])) for j in jumps]


def words_of(ink: NDArray[np.bool_], symbols: list[Symbol]) -> list[InkWord]:
    """The words of a line, left to right; a word may have no characters, when none were read."""
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(columns):
        return []
    gaps = [gap for gap in gaps_of(ink) if gap.width >= _NARROWEST]
    spaces = [index for index, symbol in enumerate(symbols) if symbol.space and index]
    cuts = _matched(spaces, symbols, gaps)
    usual = float(np.median([gap.width for gap in cuts.values()])) if cuts else 0.0
    wide = max(_WIDE * usual, _CERTAIN)
    breaks = {gap: index for index, gap in cuts.items()}
    for gap in gaps:
        if gap not in breaks and gap.width >= wide:
            breaks[gap] = sum(symbol.centre < gap.middle for symbol in symbols)
    return _cut(int(columns[0]), int(columns[-1]) + 1, symbols, breaks)


def _matched(spaces: list[int], symbols: list[Symbol], gaps: list[Gap]) -> dict[int, Gap]:
    """The gap of each space (by the character after it); without those that have none near."""
    if not spaces or not gaps:
        return {}
    places = np.array([(symbols[i - 1].right + symbols[i].left) / 2 for i in spaces]) / HEIGHT
    middles = np.array([gap.middle for gap in gaps]) / HEIGHT
    widths = np.array([min(gap.width, 0.5) for gap in gaps])
    away = np.abs(places[:, None] - middles[None, :])
    far = away > _REACH
    cost = np.where(far, 100.0, away - 3 * widths)
    rows, columns = linear_sum_assignment(cost)
    return {
        spaces[row]: gaps[column]
        for row, column in zip(rows, columns, strict=True)
        if not far[row, column]
    }


def _cut(left: int, right: int, symbols: list[Symbol], breaks: dict[Gap, int]) -> list[InkWord]:
    words = []
    first = 0
    for gap, index in sorted(breaks.items(), key=lambda item: item[0].left):
        index = max(index, first)
        words.append(InkWord(left, gap.left, symbols[first:index]))
        left, first = gap.right, index
    words.append(InkWord(left, right, symbols[first:]))
    return words
