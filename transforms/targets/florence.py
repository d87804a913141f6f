"""The markup of Florence-2: a text, then its place as `<loc_0>` to `<loc_999>`.

OCR writes a quad, top left, top right, bottom right, bottom left, each x, y; grounding writes boxes
of four numbers, top left first, one after the other. Items follow each other directly. A number is
one of 1000 bins, `floor(x / (width / 1000))` clamped to 0..999, and stands for the bin's centre.
Source: huggingface/transformers, `florence2/processing_florence2.py` (`Florence2PostProcessor`;
the pixels that it rounds down to are not imitated), and that processor's tests.

Prompts: `<OCR_WITH_REGION>`, which the processor turns into its own words, and
`<CAPTION_TO_PHRASE_GROUNDING>` before a request for places. A question about a region holds four
tokens, as `<REGION_TO_OCR>` does. That a quad begins top left is how the tests' examples look;
the source only says that it has four corners.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size, merged
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices
from gyogwa.transforms.targets.quad import bounds, corners, groups, runs

_TOKEN = "<loc_[0-9]+>"
_TASKS = (
    "OCR(?:_WITH_REGION)?|OD|(?:(?:MORE_)?DETAILED_)?CAPTION|DENSE_REGION_CAPTION"
    "|CAPTION_TO_PHRASE_GROUNDING|REFERRING_EXPRESSION_SEGMENTATION|OPEN_VOCABULARY_DETECTION"
    "|REGION_PROPOSAL|REGION_TO_(?:SEGMENTATION|CATEGORY|DESCRIPTION|OCR)"
)
_ESCAPING = Escaping(
    "loc_[0-9]+>",
    others="/?(?:s|od|ocr|box|bbox|poly|proposal|seg)>"
    f"|(?:pad|unk|mask|sep|and|obj|ground|grounding|cap|ncap|dcap|region_cap|{_TASKS})>",
)


@dataclass(frozen=True)
class Params:
    """`bins` over each side."""

    bins: int = 1000


class Florence2:
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "florence-2"
    ocr_prompts: Mapping[str, str] = MappingProxyType({"line": "<OCR_WITH_REGION>"})
    ocr_mark = ""
    grounding_prompt = ""
    has_boxes = True
    inline_places = False
    several_turns = False

    def __init__(self, params: Params | None = None) -> None:
        bins = (params or Params()).bins
        self.grid = Grid(bins, bins - 1, centred=True)

    def serialise(self, items: list[Item], size: Size) -> str:
        return "".join(
            _ESCAPING.escape(item.text) + _tokens(corners(self._numbers(item.boxes[0])))
            for item in items
        )

    def parse(self, text: str, size: Size) -> list[Item]:
        return [
            Item(label, [self._box(numbers) for numbers in _quad_or_boxes(run)])
            for label, run in self._runs(text)
        ]

    def ground(self, item: Item, size: Size) -> str:
        return _ESCAPING.escape(item.text) + "".join(
            _tokens(self._numbers(box)) for box in item.boxes
        )

    def parse_ground(self, text: str, size: Size) -> Item:
        return merged(
            [
                Item(label, [self._box(numbers) for numbers in groups(run, 4)])
                for label, run in self._runs(text)
            ]
        )

    def detect(self, things: list[Item], size: Size) -> str:
        return "".join(self.ground(thing, size) for thing in things)

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        return [
            Item(label, [self._box(numbers)])
            for label, run in self._runs(text)
            for numbers in groups(run, 4)
        ]

    def region(self, noun: str, box: Box, size: Size) -> str:
        return f"{noun} {_tokens(self._numbers(box))}"

    def escape(self, text: str) -> str:
        return _ESCAPING.escape(text)

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.grid.tolerance, self.grid.tolerance

    def _runs(self, text: str) -> list[tuple[str, list[int]]]:
        return [(_ESCAPING.unescape(label), run) for label, run in runs(_TOKEN, text)]

    def _numbers(self, box: Box) -> list[int]:
        return indices(box, self.grid, self.grid)

    def _box(self, numbers: list[int]) -> Box:
        return box_of(numbers, self.grid, self.grid)


def _tokens(numbers: list[int]) -> str:
    return "".join(f"<loc_{number}>" for number in numbers)


def _quad_or_boxes(run: list[int]) -> list[list[int]]:
    # Eight numbers are a quad or two boxes. The last two corners of a quad go from right to left,
    # so they make no box; where they do, for want of width, all four corners give it away.
    boxes = groups(run, 4)
    if len(boxes) != 2 or (_is_box(boxes[0]) and _is_box(boxes[1]) and corners(bounds(run)) != run):
        return boxes
    return [bounds(run)]


def _is_box(numbers: list[int]) -> bool:
    x0, y0, x1, y1 = numbers
    return x0 <= x1 and y0 <= y1
