"""A line that a source gives as one text in one box, split into words.

Where a word ends is told from how wide its characters are printed, as a share of the line. On
print this is right within a fraction of a letter; `WORD_CONFIDENCE` says that it is a guess.
"""

import unicodedata
from typing import Any

from gyogwa.schemas.page import Word
from gyogwa.transforms.ingest.labels.units import Placed
from gyogwa.transforms.ingest.labels.values import around_points

WORD_CONFIDENCE = 0.9
"""Of a word whose place in its line was reckoned; a line of one word has the source's own box."""
_WIDE, _NARROW, _SPACE = 1.0, 0.55, 0.33
"""Widths of a Hangul syllable or Han character, of another character, and of a space, in ems."""
_ONE_LINE = 2.0
"""Between the 1 of one line and the 4 of two."""


def split_line(text: str, placed: Placed) -> list[Word]:
    """The words of a line that runs from left to right, or along the upper side of its quad."""
    parts = text.split()
    if len(parts) == 1:
        return [Word(parts[0], placed.box, quad=placed.quad)]
    widths = [sum(map(_width, part)) for part in parts]
    total = sum(widths) + _SPACE * (len(parts) - 1)
    words, at = [], 0.0
    for part, width in zip(parts, widths, strict=True):
        start, end = at / total, (at + width) / total
        box, quad = _between(placed, start, end)
        words.append(Word(part, box, WORD_CONFIDENCE, quad))
        at += width + _SPACE
    return words


def is_one_line(text: str, box: Any) -> bool:
    """Whether a text fills its box (as in a file, of any unit that is square) as one line. Ems
    times the height over the width are the lines squared, so two give 4.

    >>> is_one_line("분기별 매출", [0, 0, 150, 30]), is_one_line("분기별 매출", [0, 0, 75, 64])
    (True, False)
    """
    points = box if isinstance(box[0], list) else [box[n : n + 2] for n in range(0, len(box), 2)]
    x0, y0, x1, y1 = around_points(points)
    ems = sum(_SPACE if char == " " else _width(char) for char in text.strip())
    return "\n" not in text.strip() and x1 > x0 and ems * (y1 - y0) < _ONE_LINE * (x1 - x0)


def _width(char: str) -> float:
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW


def _between(placed: Placed, start: float, end: float) -> tuple[list[float], list[float]]:
    """The part of a shape between two shares of its length."""
    x0, y0, x1, y1 = placed.box
    if not placed.quad:
        box = [x0 + (x1 - x0) * start, y0, x0 + (x1 - x0) * end, y1]
        return [round(value, 6) for value in box], []
    upper, lower = placed.quad[:4], placed.quad[6:] + placed.quad[4:6]
    points = [
        _along(side, share)
        for side, share in ((upper, start), (upper, end), (lower, end), (lower, start))
    ]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = [min(max(value, 0.0), 1.0) for value in (min(xs), min(ys), max(xs), max(ys))]
    return [round(v, 6) for v in box], [round(v, 6) for point in points for v in point]


def _along(side: list[float], share: float) -> tuple[float, float]:
    ax, ay, bx, by = side
    return ax + (bx - ax) * share, ay + (by - ay) * share
