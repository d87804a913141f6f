"""What Tesseract's confidence means: the share of words that are right where it says so much.

Tesseract says .6 of words half of which are wrong, and .9 of nearly all. The tables give, by kind
of word, what it says and the share of words that were right (text and place), made monotone by
isotonic regression; between these points lines are straight. They were fitted by
`python -m benchmarks.ocr_confidence` on clean and damaged pages of the Debian FAQ, and reported on
the Debian installation guide: see docs/benchmarks.md.
"""

from collections.abc import Mapping

import numpy as np

Table = tuple[tuple[float, float], ...]
"""(what is said, share that is right), both rising."""

_SMALL = 11.0  # pixels of a word's height

TABLES: dict[str, Table] = {}


def kind_of(korean: bool, height: float, way: str) -> str:
    """The table for a word with or without Hangul, this many pixels high, read in this way."""
    if way == "plain":  # Korean words come in pieces then
        return "plain Korean" if korean else "plain other"
    return f"{'small ' if height < _SMALL else ''}{'Korean' if korean else 'other'}"


def share(tables: Mapping[str, Table], korean: bool, height: float, said: float, way: str) -> float:
    """How likely a word is right; what is said where no table tells."""
    table = tables.get(kind_of(korean, height, way))
    if not table:
        return said
    # below the first point towards none, as words of confidence 0 are none
    points = [(0.0, 0.0), *table]
    return float(np.interp(said, [x for x, _ in points], [y for _, y in points]))
