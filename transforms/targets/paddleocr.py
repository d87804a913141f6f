"""The spotting of PaddleOCR-VL: a text, then its quad as eight `<|LOC_n|>`, an item a line.

The corners are top left, top right, bottom right, bottom left, each x, y, thousandths of width and
height. Source: PaddlePaddle/PaddleX, `pipelines/paddleocr_vl/uilts.py`, whose
`post_process_for_spotting` divides by 1000. It looks for text and place between `<|TEXT_START|>`,
`<|LOC_BEGIN|>` and their ends, and failing that takes for the text what stands before each eight
tokens (the latter in a later version, read in a copy): the form written here. The tokens are
`<|LOC_0|>` to `<|LOC_1000|>` (PaddlePaddle/ERNIE's tokeniser). The prompt "Spotting:" is that of
the PaddleOCR-VL-1.5 model card's code, in copies.

Not published: how training data was rounded (here to the nearest) and clamped, which corner begins,
the line end between items, grounding and questions about a region, which are written alike here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices
from gyogwa.transforms.targets.one_markup import OneMarkup
from gyogwa.transforms.targets.quad import bounds, corners, groups, runs

_TOKEN = r"<\|LOC_[0-9]+\|>"
_ESCAPING = Escaping(
    r"\|LOC_[0-9]+\|>", others=r"\|(?:[A-Z_]+|[a-z_]+)\|>|/?s>|(?:unk|mask:[0-9]+)>"
)


@dataclass(frozen=True)
class Params:
    """`steps` of the grid over each side."""

    steps: int = 1000


class PaddleOCRVL(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Sizes don't matter: boxes are fractions."""

    name = "paddleocr-vl"
    ocr_prompts: Mapping[str, str] = MappingProxyType({"line": "Spotting:"})
    between = "\n"
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        steps = (params or Params()).steps
        self.grid = Grid(steps, last=steps)

    def parse(self, text: str, size: Size) -> list[Item]:
        items: list[Item] = []
        for label, run in runs(_TOKEN, text):
            # One line end parts two items; any further one is the text's own.
            own = label.removeprefix("\n") if items else label
            items.append(
                Item(_ESCAPING.unescape(own), [self._box(quad) for quad in groups(run, 8)])
            )
        return items

    def ground(self, item: Item, size: Size) -> str:
        return _ESCAPING.escape(item.text) + "".join(self._tokens(box) for box in item.boxes)

    def region(self, noun: str, box: Box, size: Size) -> str:
        return f"{noun} {self._tokens(box)}"

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.grid.tolerance, self.grid.tolerance

    def _tokens(self, box: Box) -> str:
        quad = corners(indices(box, self.grid, self.grid))
        return "".join(f"<|LOC_{number}|>" for number in quad)

    def _box(self, quad: list[int]) -> Box:
        return box_of(bounds(quad), self.grid, self.grid)
