"""Pages set from top to bottom in columns from the right, as Hangul and Chinese may be."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from gyogwa.transforms.ingest.sources.pdf_words import LayerWord

_CLOCKWISE = 90  # what has to be turned back by so many degrees
_TALL = 1.5  # height / width of a word of two characters or more


def set_downwards(words: Sequence[LayerWord], size: tuple[float, float]) -> bool:
    """Whether more than half of the characters stand in words that run downwards, and the rest
    upright or, as digits and stops do in such lines, turned clockwise.

    `size`: width and height of the page in points, whose fractions the boxes of words are.
    """
    if any(word.chars[0].turn not in (0, _CLOCKWISE) for word in words):
        return False
    total = sum(len(word.text) for word in words)
    return 2 * sum(len(word.text) for word in words if _is_tall(word, size)) > total


def _is_tall(word: LayerWord, size: tuple[float, float]) -> bool:
    left, top, right, bottom = word.box
    wide = any(east_asian_width(char) in "WF" for char in word.text)
    return (
        len(word.text) > 1
        and word.chars[0].turn == 0
        and wide
        and (bottom - top) * size[1] > _TALL * (right - left) * size[0]
    )
