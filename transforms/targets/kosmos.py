"""The markup of Kosmos-2: `<phrase>text</phrase><object>two patches a box</object>`.

A 32 x 32 grid lies over the image; a box is the patch of its top left and that of its bottom right
corner, `<patch_index_0044><patch_index_0863>`, counted row by row. Several boxes are parted by
`</delimiter_of_multi_objects/>`. Source: huggingface/transformers,
`kosmos2/processing_kosmos2.py`, `coordinate_to_patch_index` (floor of the one corner, ceiling less
one of the other) and `patch_index_to_coordinate`, taken over from microsoft/unilm. Read back, a
corner is the centre of its patch, but of a box within one row or column of patches the outer edges
count: such a box moves by up to a whole patch, and lines of text are often that thin. A box that
has no area is widened to a patch; the source expects none.

The processor puts no space before a tag, so items follow each other directly. Kosmos-2 has no
published prompt for OCR; `<grounding>` before a request asks for places (arXiv 2306.14824).
"""

import math
import re
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.one_markup import OneMarkup

_BETWEEN = "</delimiter_of_multi_objects/>"
_ESCAPING = Escaping(
    r"/?(?:phrase|object)>|/delimiter_of_multi_objects/>|patch_index_[0-9]+>",
    others="/?(?:grounding|doc|chunk|s)>|/(?:line|delimiter_of_eoc)/>",
)
_PAIR = r"<patch_index_[0-9]{4}><patch_index_[0-9]{4}>"
_ITEM = re.compile(
    rf"<phrase>(.*?)</phrase><object>((?:{_PAIR}{_BETWEEN})*{_PAIR})</object>", re.DOTALL
)


@dataclass(frozen=True)
class Params:
    """`side` of the grid, patches."""

    side: int = 32


class Kosmos2(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "kosmos-2"
    grounding_prompt = "<grounding>"
    inline_places = True
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()

    def parse(self, text: str, size: Size) -> list[Item]:
        return [
            Item(
                _ESCAPING.unescape(match[1]),
                [self._box(pair) for pair in match[2].split(_BETWEEN)],
            )
            for match in _ESCAPING.find(_ITEM, text)
        ]

    def ground(self, item: Item, size: Size) -> str:
        pairs = _BETWEEN.join(self._pair(box) for box in item.boxes)
        return f"<phrase>{_ESCAPING.escape(item.text)}</phrase><object>{pairs}</object>"

    def region(self, noun: str, box: Box, size: Size) -> str:
        return self.ground(Item(noun, [box]), size)

    def tolerance(self, size: Size) -> tuple[float, float]:
        return 1 / self.params.side, 1 / self.params.side

    def _pair(self, box: Box) -> str:
        side = self.params.side
        left, top = (min(max(math.floor(value * side), 0), side - 1) for value in box[:2])
        right, bottom = (min(math.ceil(value * side - 1), side - 1) for value in box[2:])
        first, last = top * side + left, max(bottom, top) * side + max(right, left)
        return f"<patch_index_{first:04}><patch_index_{last:04}>"

    def _box(self, pair: str) -> Box:
        side = self.params.side
        first, last = (int(number) for number in re.findall("[0-9]+", pair))
        (top, left), (bottom, right) = divmod(first, side), divmod(last, side)
        if bottom >= side or top > bottom or left > right:
            raise ValueError(f"expected two patches of a {side} x {side} grid, found {pair}")
        before, after = (0.0, 1.0) if left == right or top == bottom else (0.5, 0.5)
        corners = (left + before, top + before, right + after, bottom + after)
        return [value / side for value in corners]
