"""Whether text runs across or, as in old Korean print and on signs, from top to bottom.

Vertical text comes either as words taller than wide, or as single syllables stacked on each other.
Its columns follow each other from right to left; turned a quarter, they are rows from top to
bottom, so vertical pages are arranged by the same rules as others. Cost: n log n in words.
"""

from unicodedata import east_asian_width

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Block, Line, Word

_TALL = 1.5  # height / width of a word of two characters or more
_ALIGNED = 0.35  # of the width: how far the centres of stacked syllables may lie apart
_STACKED = 1.2  # of the height: how far below the next one may begin


def is_vertical(words: list[Word], aspect: float) -> bool:
    """Whether more than half of the characters stand in vertical words or stacks of syllables.

    `aspect` is the image's height / width.
    """
    total = sum(len(word.text) for word in words)
    tall = sum(len(word.text) for word in words if _is_tall(word, aspect))
    return total > 0 and tall + _stacked(words, aspect) > total / 2


def _is_tall(word: Word, aspect: float) -> bool:
    width, height = word.box[2] - word.box[0], (word.box[3] - word.box[1]) * aspect
    return len(word.text) > 1 and _is_wide(word.text) and height > _TALL * width


def _is_wide(text: str) -> bool:
    """Whether a letter fills a square, as Hangul and Chinese do: only those are set vertically."""
    return any(east_asian_width(char) in "WF" for char in text)


def _stacked(words: list[Word], aspect: float) -> int:
    """How many single characters stand in stacks of three or more, with nothing close beside."""
    single = sorted(
        (word.box for word in words if len(word.text) == 1 and _is_wide(word.text)),
        key=lambda box: (box[1], box[0]),
    )
    above: dict[int, int] = {}
    for place, box in enumerate(single):
        for later in range(place + 1, len(single)):
            if (single[later][1] - box[3]) * aspect > _STACKED * (box[3] - box[1]) * aspect:
                break
            if _is_below(box, single[later]) and not _has_neighbour(box, single, aspect):
                above[later] = place
                break
    depth = [1] * len(single)
    for place in range(len(single)):
        if place in above:
            depth[place] = depth[above[place]] + 1
    # a stack of n adds n when its third member is met, then one a member
    return sum(3 if d == 3 else 1 for d in depth if d >= 3)


def _is_below(box: Box, other: Box) -> bool:
    centre, width = (box[0] + box[2]) / 2, box[2] - box[0]
    return other[1] >= box[1] + 0.6 * (box[3] - box[1]) and (
        abs((other[0] + other[2]) / 2 - centre) <= _ALIGNED * width
    )


def _has_neighbour(box: Box, boxes: list[Box], aspect: float) -> bool:
    """Whether another character stands on the same line within half a character's width."""
    reach = 0.5 * (box[2] - box[0])
    return any(
        other is not box
        and min(other[3], box[3]) - max(other[1], box[1]) > 0.5 * (box[3] - box[1])
        and box[0] - reach < other[2]
        and other[0] < box[2] + reach
        for other in boxes
    )


def quarter_turned(words: list[Word]) -> list[Word]:
    """Words of a vertical page as they stand when it is turned a quarter counter-clockwise."""
    return [replace(word, box=_turn(word.box)) for word in words]


def turned_back(
    words: list[Word], lines: list[Line], blocks: list[Block]
) -> tuple[list[Word], list[Line], list[Block]]:
    """What was arranged on the turned page, with boxes on the page as it is."""
    return (
        [replace(word, box=_back(word.box)) for word in words],
        [replace(line, box=_back(line.box)) for line in lines],
        [replace(block, box=_back(block.box)) for block in blocks],
    )


def _turn(box: Box) -> Box:
    return [box[1], _whole(1 - box[2]), box[3], _whole(1 - box[0])]


def _back(box: Box) -> Box:
    return [_whole(1 - box[3]), box[0], _whole(1 - box[1]), box[2]]


def _whole(value: float) -> float:
    return round(value, 6)
