"""What Tesseract's confidence means: the share of words that are right where it says so much.

Tesseract says .6 of words half of which are wrong, and .9 of nearly all. The tables give, by kind
of word, what it says and the share of words that were right (text and place), made monotone by
isotonic regression; between these points lines are straight. They were fitted by
`python -m benchmarks.ocr_confidence` on clean and damaged pages of the Debian FAQ; what they are
worth on another document stands in docs/benchmarks.md.
"""

from collections.abc import Mapping

import numpy as np

Table = tuple[tuple[float, float], ...]
"""(what is said, share that is right), both rising."""

_SMALL = 11.0  # pixels of a word's height

TABLES: dict[str, Table] = {
    "Korean": (
        (0.664, 0.335), (0.902, 0.81), (0.93, 0.951), (0.933, 0.978), (0.95, 0.978), (0.97, 0.993),
    ),
    "other": (
        (0.549, 0.255), (0.918, 0.818), (0.956, 0.917), (0.962, 0.954), (0.964, 0.977),
        (0.969, 0.977),
    ),
    "small Korean": (
        (0.078, 0.02), (0.338, 0.082), (0.61, 0.229), (0.77, 0.229), (0.87, 0.479), (0.92, 0.708),
        (0.933, 0.833), (0.963, 0.979),
    ),
    "small other": (
        (0.072, 0.019), (0.369, 0.032), (0.786, 0.563), (0.946, 0.905), (0.962, 0.975),
        (0.97, 0.987),
    ),
}  # fmt: skip
"""From 4,728 words, all read by lines; words of a second opinion are taken to be alike, which
flatters Korean ones of whole pages in one step, as these come in pieces."""


def kind_of(korean: bool, height: float) -> str:
    """The table for a word with or without Hangul, this many pixels high."""
    return f"{'small ' if height < _SMALL else ''}{'Korean' if korean else 'other'}"


def share(tables: Mapping[str, Table], korean: bool, height: float, said: float) -> float:
    """How likely a word is right; what is said where no table tells."""
    table = tables.get(kind_of(korean, height))
    if not table:
        return said
    # below the first point towards none, as words of confidence 0 are none
    points = [(0.0, 0.0), *table]
    return float(np.interp(said, [x for x, _ in points], [y for _, y in points]))
