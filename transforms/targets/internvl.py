"""The markup of InternVL: `<ref>text</ref><box>[[x1, y1, x2, y2], ...]</box>`, thousandths.

Coordinates are `round(x / width * 1000)`, top left first; several boxes share one `<box>`, items
stand one a line. Source: "Chat Data Format" of the InternVL documentation (section "Grounding /
Detection Data"), whose examples from RefCOCO and V3Det the tests hold. It asks for places with
`<ref>text</ref>` in the question and has no fixed prompt for OCR. How a question should name a
region isn't in it: here as an answer would. Rounded values are clamped to 0..1000, its range.
"""

import json
import re
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices
from gyogwa.transforms.targets.one_markup import OneMarkup

_ESCAPING = Escaping("/?box>", others=r"/?(?:ref|quad|img|IMG_CONTEXT)>|\|[a-z_]+\|>")
# A question may name a text by <ref> alone, so an item begins at the last one before its box.
_ITEM = re.compile(r"<ref>((?:(?!<ref>).)*?)</ref><box>(\[\[[0-9, \[\]]*\]\])</box>", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """`steps` of the grid over each side."""

    steps: int = 1000


class InternVL(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "internvl"
    inline_places = True
    several_turns = True
    between = "\n"
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        steps = (params or Params()).steps
        self.grid = Grid(steps, last=steps)

    def parse(self, text: str, size: Size) -> list[Item]:
        return [
            Item(
                _ESCAPING.unescape(match[1]),
                [box_of(numbers, self.grid, self.grid) for numbers in json.loads(match[2])],
            )
            for match in _ESCAPING.find(_ITEM, text)
        ]

    def ground(self, item: Item, size: Size) -> str:
        boxes = [indices(box, self.grid, self.grid) for box in item.boxes]
        return f"<ref>{_ESCAPING.escape(item.text)}</ref><box>{json.dumps(boxes)}</box>"

    def region(self, noun: str, box: Box, size: Size) -> str:
        return self.ground(Item(noun, [box]), size)

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.grid.tolerance, self.grid.tolerance
