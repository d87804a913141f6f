"""Lines from top to bottom, read as lines from left to right.

The models know rows of letters only. But Hangul and Chinese characters fill squares, whichever way
they follow each other: so a column is cut between its characters and these are set side by side,
with the space that stood between them, as one row. Where a character ends is told by the gaps of
the column and by how near to a square the pieces come. Boxes come back from where they stood.
Cost: that of reading as many lines.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.annotate.engines.tesseract.foreground import Foreground
from gyogwa.transforms.annotate.engines.tesseract.layout import bounds, regions_of
from gyogwa.transforms.annotate.engines.tesseract.strips import Pixels, Strip, cut

_TALLEST = 1.15  # of a column's width: what is higher is two characters
_GAP = 0.5  # what a gap counts, of the width, against how far a piece is from a square
_LEAST = 2  # characters of a column


@dataclass(frozen=True)
class _Cell:
    """A character: rows `top` to `bottom` of the page, columns `left` to `right` of the row."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Column:
    """A column of the page as a strip; `left` and `right` are its sides on the page."""

    strip: Strip
    left: int
    right: int
    cells: list[_Cell]

    def to_page(self, x0: float, y0: float, x1: float, y1: float) -> list[float]:
        """A box in pixels of the strip as one in pixels of the page, as `Strip.to_page`."""
        left, _, right, _ = self.strip.to_page(x0, y0, x1, y1)
        inside = [cell for cell in self.cells if left < cell.right and cell.left < right]
        middles = [cell for cell in inside if left <= (cell.left + cell.right) / 2 <= right]
        chosen = middles or inside or [min(self.cells, key=lambda cell: abs(cell.left - left))]
        return [self.left, chosen[0].top, self.right, chosen[-1].bottom]


def columns_of(page: Image.Image, writing: Foreground) -> list[Column]:
    """The columns of a page (grey) all of whose lines run from top to bottom."""
    if not len(writing.boxes):
        return []
    grey = np.asarray(page)
    # a page that is mirrored about its diagonal has its columns as rows
    regions = [bounds(region) for region in regions_of(writing.boxes[:, [1, 0, 3, 2]])]
    boxes = [(left, top, right, bottom) for top, left, bottom, right in regions]
    found = [_column(grey, writing.mask, box) for box in boxes]
    return [column for column in found if column is not None]


def _column(grey: NDArray[np.uint8], mask: NDArray[np.bool_], box: Pixels) -> Column | None:
    left, top, right, bottom = box
    width = right - left
    written = np.flatnonzero(mask[top:bottom, left:right].any(axis=1))
    pieces = characters_of(written, width)
    if len(pieces) < _LEAST:
        return None
    gaps = [below[0] - above[1] for above, below in pairwise(pieces)]
    usual = median(gaps)
    high = max(last - first for first, last in pieces)
    ground = np.uint8(np.median(grey[top:bottom, left:right]))
    row = np.full((high, (width + 2) * len(pieces) + sum(gaps) + width), ground, np.uint8)
    cells, at = [], 0
    for number, (first, last) in enumerate(pieces):
        at += round(max(gaps[number - 1] - usual, 0)) if number else 0
        y = (high - (last - first)) // 2
        row[y : y + last - first, at : at + width] = grey[top + first : top + last, left:right]
        cells.append(_Cell(top + first, top + last, at, at + width))
        at += width + 1
    strip = cut(Image.fromarray(row), (0, 0, at, high))
    return None if strip is None else Column(strip, left, right, cells)


def characters_of(written: NDArray[np.int64], width: int) -> list[tuple[int, int]]:
    """First row and last + 1 of each character of a column: `written` are its rows with ink.

    Of all ways to put the pieces between gaps together, that whose parts come nearest to squares
    and are parted by the widest gaps.
    """
    runs: list[tuple[int, int]] = []
    for run in np.split(written, np.flatnonzero(np.diff(written) > 1) + 1):
        if len(run):
            runs += _evenly(int(run[0]), int(run[-1]) + 1, width)
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost of the first n runs, and where the last began
    for end in range(1, len(runs) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            high = (runs[end - 1][1] - runs[start][0]) / width
            if high > _TALLEST and start < end - 1:
                break
            gap = (runs[start][0] - runs[start - 1][1]) / width if start else 0.0
            cost = best[start][0] + (1 - min(high, 1.0)) ** 2 - _GAP * min(gap, 0.5)
            choices.append((cost, start))
        best.append(min(choices))
    found: list[tuple[int, int]] = []
    end = len(runs)
    while end:
        start = best[end][1]
        found.append((runs[start][0], runs[end - 1][1]))
        end = start
    return found[::-1]


def _evenly(first: int, last: int, width: int) -> list[tuple[int, int]]:
    """Characters that touch, cut evenly."""
    count = max(round((last - first) / width), 1) if last - first > _TALLEST * width else 1
    edges = [first + (last - first) * place // count for place in range(count + 1)]
    return list(pairwise(edges))
