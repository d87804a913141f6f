"""Digits that a page sets high and small, as what they look like: `예¹`, `m²`, not `예1`, `m2`.

A layer gives the marks of footnotes and exponents as plain digits, which a reader of the page would
take for a part of the word or number before them. What tells them is the box that the font gives
every character: it is smaller, and ends above the line's.
"""

from collections.abc import Sequence

from gyogwa.transforms.ingest.sources.pdf_characters import Char

_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALL, _RAISED = 0.85, 0.2
"""Height at most, and how far above the lower edge it ends at least, of what it stands by. A small
digit on the same line ends .03 to .08 higher, one of TeX, LibreOffice or a browser .25 to .45."""


def shown(run: Sequence[Char]) -> str:
    """The text of a word's characters."""
    text = "".join(char.text for char in run)
    if len(run) > 1 and any(char.text in "0123456789" for char in run):
        base = max((c for c in run if c.turn == 0 and c.em), key=_height, default=None)
        if base:
            text = "".join(
                char.text.translate(_HIGH) if _is_high(char, base) else char.text for char in run
            )
    return text


def _is_high(char: Char, base: Char) -> bool:
    if char.turn != 0 or not char.em or not char.text.isdigit():
        return False
    return (
        _height(char) <= _SMALL * _height(base)
        and base.em[3] - char.em[3] >= _RAISED * _height(base)
        and char.em[1] < base.em[3]
    )


def _height(char: Char) -> float:
    return char.em[3] - char.em[1]
