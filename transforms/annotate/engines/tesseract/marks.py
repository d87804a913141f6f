"""Signs that a network guesses at, told by their shape or their company; and what is no text.

A network without bullets in its alphabet calls them e, * or ㆍ, and a capital I beside a space |.
Neither is a guess here: a bullet is a small square blot at half height that begins a line, and a
bar reaches below the baseline where an I stands on it.
Cost: none to speak of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.annotate.engines.tesseract.strips import HEIGHT, PAD

_BULLET = (0.12, 0.5)  # sides of a bullet, heights
_MIDDLE = (0.25, 0.75)  # where its middle lies
_FULL = 0.6  # the share of its box that is ink
_BELOW = 0.06  # heights below the baseline that an I may reach
_DOUBTFUL = 0.6  # a short line whose words are all less sure than this is a picture's
_SHORT = 8  # characters
_STROKES = frozenset("\\/|'\"‘’“”『』「」^~<>=_.,:;`")


@dataclass(frozen=True)
class StripWord:
    """A word of a strip: `box` in its pixels, confidence 0..1."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float


def corrected(readings: list[StripWord], ink: NDArray[np.bool_]) -> list[StripWord]:
    """The words of a line with such signs put right; none when it isn't text."""
    readings = _addresses(readings)
    short = sum(len(reading.text) for reading in readings) < _SHORT
    if short and not any(_is_word(reading) for reading in readings):
        return []
    if len(readings) > 1 and _is_bullet(readings[0], ink):
        readings = [replace(readings[0], text="•"), *readings[1:]]
    baseline = median(reading.box[3] for reading in readings)
    return [replace(reading, text=_text(reading, readings, baseline)) for reading in readings]


def _is_word(reading: StripWord) -> bool:
    return reading.confidence >= _DOUBTFUL and not _STROKES.issuperset(reading.text)


def _text(reading: StripWord, line: Sequence[StripWord], baseline: float) -> str:
    if reading.text == "|" and len(line) > 1 and reading.box[3] <= baseline + _BELOW * HEIGHT:
        return "I"
    # three dots are read as one and an ellipsis, which no one writes
    return reading.text.replace(".…", "...")


def _is_bullet(reading: StripWord, ink: NDArray[np.bool_]) -> bool:
    left, top, right, bottom = reading.box
    sides = (right - left) / HEIGHT, (bottom - top) / HEIGHT
    middle = ((top + bottom) / 2 - PAD) / HEIGHT
    square = max(sides) <= 1.4 * min(sides)
    sized = _BULLET[0] <= min(sides) and max(sides) <= _BULLET[1]
    full = ink[top:bottom, left:right].mean() >= _FULL
    return bool(square and sized and full and _MIDDLE[0] <= middle <= _MIDDLE[1])


def _addresses(readings: list[StripWord]) -> list[StripWord]:
    """In a typewriter's font the colon of an address stands alone: "https: //" is "https://"."""
    joined: list[StripWord] = []
    for reading in readings:
        if joined and joined[-1].text.endswith(":") and reading.text.startswith("//"):
            last = joined.pop()
            box = (
                last.box[0], min(last.box[1], reading.box[1]),
                reading.box[2], max(last.box[3], reading.box[3]),
            )  # fmt: skip
            sure = mean([last.confidence, reading.confidence])
            reading = StripWord(last.text + reading.text, box, sure)
        joined.append(reading)
    return joined
