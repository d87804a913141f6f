"""DocTags: `<text><loc_x1><loc_y1><loc_x2><loc_y2>content</text>`, in `<doctag>`, an item a line.

Numbers are `round(fraction * 500)` clamped to 0..499, top left first, and are divided by 500 again,
so that the right and the bottom edge move by up to a whole step. Source: docling-project/
docling-core, `types/doc/tokens.py` (`DocumentToken.get_location`) and its tests; the division is
that of `extract_bounding_box` in `types/doc/document.py`, where `get_location_tokens` writes four
tokens for every place of an item. Items of no known kind are `<text>`.

A whole page is one `<doctag>` of what it is made of: `<title>`, `<section_header_level_1>`,
`<text>`, `<caption>`, `<page_header>`, `<page_footer>`, lists as `<unordered_list>` of
`<list_item>`, tables as `<otsl>` with their cells, charts as `<picture>`. The names are those of
`DocumentToken`; a list's marks are left out, as its writer does. Where a kind has no name there,
the part is `<text>`.

Prompts: "Convert this page to docling." and, for a region, four bare tokens, as in "OCR the text in
a specific location: <loc_155><loc_233><loc_206><loc_237>", of ibm-granite/granite-docling-258M's
model card, in copies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
_TAGS = {
    "title": "title",
    "heading": "section_header_level_1",
    "caption": "caption",
    "page-header": "page_header",
    "page-footer": "page_footer",
    "page-number": "page_footer",
    "footnote": "footnote",
    "side-note": "footnote",
    "formula": "formula",
    "list": "list_item",
    "table": "otsl",
    "chart": "picture",
    "picture": "picture",
    "code": "code",
    "contents": "document_index",
}
_NAMES = "|".join(["text", *dict.fromkeys(_TAGS.values())])
_ITEM = re.compile(rf"<({_NAMES})>((?:{_GROUP})+)(.*?)</\1>|({_GROUP})", re.DOTALL)
_MARK = re.compile(r"^(?:[○●□■※·•–—*\-]|\d{1,2}[.)]|[가-힣a-z]\))\s+(?=\S)")


@dataclass(frozen=True)
class Part:
    """A part of a page: its kind, place and lines; of a table its cells in OTSL, `</otsl>` last."""

    kind: str
    box: Box
    lines: list[str] = field(default_factory=list)
    otsl: str = ""


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
            Item(_text(match), self._boxes(match[2] or match[4]))
            for match in _ESCAPING.find(_ITEM, text)
        ]

    def document(self, parts: list[Part]) -> str:
        """A whole page."""
        return f"<doctag>{''.join(self._part(part) for part in parts)}</doctag>"

    def _part(self, part: Part) -> str:
        place, tag = self._tokens(part.box), _TAGS.get(part.kind, "text")
        if part.otsl:
            return f"<otsl>{place}{part.otsl}\n"
        if tag == "list_item":
            items = "".join(f"{self._list_item(place, item)}\n" for item in _items(part.lines))
            return f"<unordered_list>{items}</unordered_list>\n"
        return f"<{tag}>{place}{_ESCAPING.escape(' '.join(part.lines))}</{tag}>\n"

    def _list_item(self, place: str, text: str) -> str:
        # The place is that of the whole list: of an item nothing else is known.
        return f"<list_item>{place}{_ESCAPING.escape(text)}</list_item>"

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


def _text(match: re.Match[str]) -> str:
    """The text of an item; that of a table is its cells, which have escapes of their own."""
    if match[1] == "otsl":
        return match[3]
    return _ESCAPING.unescape(match[3] or "")


def _items(lines: list[str]) -> list[str]:
    """The items of a list, each with the lines that go on with it, without their marks."""
    items: list[str] = []
    for line in lines:
        if not items or _MARK.match(line):
            items.append(_MARK.sub("", line, count=1))
        else:
            items[-1] += f" {line}"
    return items
