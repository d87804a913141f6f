"""DocTags: `<text><loc_x1><loc_y1><loc_x2><loc_y2>content</text>`, in `<doctag>`, an item a line.

Numbers are `round(fraction * 500)` clamped to 0..499, top left first, and are divided by 500 again,
so that the right and the bottom edge move by up to a whole step. Source: docling-project/
docling-core, `types/doc/tokens.py` (`DocumentToken.get_location`) and its tests; the division is
that of `extract_bounding_box` in `types/doc/document.py`, where `get_location_tokens` writes four
tokens for every place of an item. Every item is a `<text>`: the kind of a block is not an item's.

Prompts: "Convert this page to docling." and, for a region, four bare tokens, as in "OCR the text in
a specific location: <loc_155><loc_233><loc_206><loc_237>", of ibm-granite/granite-docling-258M's
model card, in copies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices
from gyogwa.transforms.targets.one_markup import OneMarkup
from gyogwa.transforms.targets.quad import groups

_ESCAPING = Escaping(
    "/?text>|loc_[0-9]+>",
    others="/?(?:doctag|title|otsl|chart|ordered_list|unordered_list|page_break|smiles|inline"
    "|caption|footnote|formula|list_item|page_footer|page_header|picture|table|document_index|code"
    "|checkbox_selected|checkbox_unselected|form|key_value_region|paragraph|reference"
    "|section_header_level_[0-9]|[eflux]cel|[crs]hed|srow|nl)>",
)
_GROUP = "(?:<loc_[0-9]+>){4}"
_ITEM = re.compile(rf"<text>((?:{_GROUP})+)(.*?)</text>|({_GROUP})", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """`steps` of the grid over each side."""

    steps: int = 500


class DocTags(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "doctags"
    ocr_prompts: Mapping[str, str] = MappingProxyType({"block": "Convert this page to docling."})
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        steps = (params or Params()).steps
        self.grid = Grid(steps, last=steps - 1)

    def serialise(self, items: list[Item], size: Size) -> str:
        lines = "".join(f"{self.ground(item, size)}\n" for item in items)
        return f"<doctag>{lines}</doctag>"

    def parse(self, text: str, size: Size) -> list[Item]:
        return [
            Item(_ESCAPING.unescape(match[2] or ""), self._boxes(match[1] or match[3]))
            for match in _ESCAPING.find(_ITEM, text)
        ]

    def ground(self, item: Item, size: Size) -> str:
        places = "".join(self._tokens(box) for box in item.boxes)
        return f"<text>{places}{_ESCAPING.escape(item.text)}</text>"

    def region(self, noun: str, box: Box, size: Size) -> str:
        return f"{noun} {self._tokens(box)}"

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.grid.tolerance, self.grid.tolerance

    def _tokens(self, box: Box) -> str:
        return "".join(f"<loc_{number}>" for number in indices(box, self.grid, self.grid))

    def _boxes(self, tokens: str) -> list[Box]:
        numbers = [int(number) for number in re.findall("[0-9]+", tokens)]
        return [box_of(group, self.grid, self.grid) for group in groups(numbers, 4)]
