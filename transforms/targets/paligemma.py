"""The markup of PaliGemma: `<locY1><locX1><locY2><locX2> text`, items joined by " ; ".

Numbers have four digits, 0000 to 1023, and y comes before x. They are `round(fraction * 1023)`,
clamped: google-research/big_vision, `pp/proj/paligemma/segmentation.py`, which writes RefCOCO boxes
so; read back they are divided by 1023 again, where some demonstrations divide by 1024. The order
and the space before the label: roboflow/supervision's tests of PaliGemma's answers. A text with
several boxes is repeated for each.

Prompts: `detect {thing} ; {thing}` asks for places, `caption` and four location tokens for what is
in a box (arXiv 2407.07726, section 3.2.5, and the "Prompt task syntax" page of Google's
documentation). Its `ocr` prompt asks for text without boxes, so it isn't used here; OCR with boxes
is no task of the model as published, and is written like a detection.
"""

import re
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices
from gyogwa.transforms.targets.one_markup import OneMarkup

_BETWEEN = " ; "
_ESCAPING = Escaping("loc[0-9]{4}>", others="seg[0-9]{3}>|(?:bos|eos|pad|unk)>")
# No text holds a bare token, so a separator is one that a token follows.
_ITEM = re.compile(rf"((?:<loc[0-9]{{4}}>){{4}}) ?(.*?)(?={_BETWEEN}<loc[0-9]{{4}}>|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """`last` of the numbers, which stands for the right and the bottom edge."""

    last: int = 1023


class PaliGemma(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "paligemma"
    between = _BETWEEN
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        last = (params or Params()).last
        self.grid = Grid(last, last)

    def parse(self, text: str, size: Size) -> list[Item]:
        return [
            Item(_ESCAPING.unescape(match[2]), [self._box(match[1])])
            for match in _ESCAPING.find(_ITEM, text)
        ]

    def ground(self, item: Item, size: Size) -> str:
        text = _ESCAPING.escape(item.text)
        return _BETWEEN.join(f"{self._tokens(box)} {text}" for box in item.boxes)

    def region(self, noun: str, box: Box, size: Size) -> str:
        return f"{noun} {self._tokens(box)}"

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.grid.tolerance, self.grid.tolerance

    def _tokens(self, box: Box) -> str:
        x0, y0, x1, y1 = indices(box, self.grid, self.grid)
        return "".join(f"<loc{number:04}>" for number in (y0, x0, y1, x1))

    def _box(self, tokens: str) -> Box:
        y0, x0, y1, x1 = (int(number) for number in re.findall("[0-9]+", tokens))
        return box_of([x0, y0, x1, y1], self.grid, self.grid)
