"""Marks of footnotes at the ends of cells and labels (`예¹`), which belong to no answer."""

import re

HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""Digits that are set high: marks of footnotes, exponents of units and of numbers."""
_AT_END = re.compile(rf"\s?[{HIGH}]{{1,2}}$")
_UNIT = re.compile(r"(?:^|[\d\s(/·])(?:[kcdmnμ]?m|in|ft|yd|s|sec)$", re.IGNORECASE)


def unmarked(text: str) -> str | None:
    """The text without the mark at its end, `m²` as it is; None where what is set high may be
    anything, as an exponent or a mark in the midst of it.

    >>> unmarked("예¹"), unmarked("3 m²"), unmarked("10²"), unmarked("no¹ (yes)"), unmarked("2")
    ('예', '3 m²', None, None, '2')
    """
    bare = _AT_END.sub("", text)
    if any(char in HIGH for char in bare):
        return None
    if bare == text or _UNIT.search(bare):
        return text
    return bare if bare[-1:].isalpha() or bare[-1:] in ")]\"”'’」』.!?" else None
