"""The markup of the VARCO-VISION model cards: `<char>`, `<obj>`, `<bbox>` with fractions.

OCR answers hold one item a line, `<char>text</char><bbox>x1, y1, x2, y2</bbox>`; grounding answers
`<obj>text</obj><bbox>a<delim>b</bbox>`. Coordinates are fractions of width and height, top left
first, rounded half to even to three decimals with trailing zeros dropped. Source: the model cards
of NCSOFT/VARCO-VISION-14B and VARCO-VISION-2.0-14B, whose example is
`<char>백범로</char><bbox>0.172, 0.266, 0.328, 0.341</bbox>`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size, merged
from gyogwa.transforms.targets.escaping import Escaping

_ESCAPING = Escaping("/?(?:char|obj|bbox|delim)>", others="/?(?:ocr|gro|image)>")
_ITEM = re.compile(r"<(char|obj)>(.*?)</\1><bbox>(.*?)</bbox>", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """`decimals` of a coordinate; half of the last one is the largest error of a box."""

    decimals: int = 3


class Varco:
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "varco"
    ocr_prompts: Mapping[str, str] = MappingProxyType({"word": "<ocr>"})
    ocr_mark = "<ocr>"
    grounding_prompt = "<gro>"
    has_boxes = True
    inline_places = True
    several_turns = True

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()

    def serialise(self, items: list[Item], size: Size) -> str:
        return "\n".join(self._item("char", item) for item in items)

    def parse(self, text: str, size: Size) -> list[Item]:
        return [_item(match) for match in _ESCAPING.find(_ITEM, text)]

    def ground(self, item: Item, size: Size) -> str:
        return self._item("obj", item)

    def parse_ground(self, text: str, size: Size) -> Item:
        return merged(self.parse(text, size))

    def detect(self, things: list[Item], size: Size) -> str:
        return "\n".join(self._item("obj", thing) for thing in things)

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        return self.parse(text, size)

    def region(self, noun: str, box: Box, size: Size) -> str:
        return self._item("obj", Item(noun, [box]))

    def escape(self, text: str) -> str:
        return _ESCAPING.escape(text)

    def tolerance(self, size: Size) -> tuple[float, float]:
        half = 0.5 * 10**-self.params.decimals
        return half, half

    def _item(self, tag: str, item: Item) -> str:
        boxes = [", ".join(self._number(value) for value in box) for box in item.boxes]
        return f"<{tag}>{_ESCAPING.escape(item.text)}</{tag}><bbox>{'<delim>'.join(boxes)}</bbox>"

    def _number(self, value: float) -> str:
        text = f"{min(max(value, 0.0), 1.0):.{self.params.decimals}f}"
        return text.rstrip("0").rstrip(".")


def _item(match: re.Match[str]) -> Item:
    return Item(_ESCAPING.unescape(match[2]), [_box(part) for part in match[3].split("<delim>")])


def _box(text: str) -> Box:
    box = [float(value) for value in text.split(",")]
    if len(box) != 4 or not all(0 <= value <= 1 for value in box):
        raise ValueError(f"expected four numbers in 0..1, found {text!r}")
    return box
