"""The text of Donut, which knows no places: what stands on the page, in reading order.

Donut's pseudo-OCR target is the bare text after a task's start token, `<s_{task}>`: clovaai/donut,
`train.py`, and `json2token` of `donut/model.py`, which writes the field `text_sequence` without
tags (both read in copies). SynthDoG joins the texts of a page with spaces (`synthdog/template.py`),
which can't be read back, so the items here are joined as `json2token` joins a list, by `<sep/>`;
`Params(between=" ")` writes SynthDoG's form, which is then read as one item. The start token is the
prompt, and its name ours, "ocr" for words, "ocr_line" and the like for larger items: Donut takes
that of the data set. The end of sequence is the
tokeniser's business.
"""

from dataclasses import dataclass

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.one_markup import OneMarkup

_ESCAPING = Escaping("/s_[^<>]*>", others="s_[^<>]*>|sep/>|/?s>|(?:pad|unk|mask)>")


@dataclass(frozen=True)
class Params:
    """`task` names the start token; `between` parts the items."""

    task: str = "ocr"
    between: str = "<sep/>"


class Donut(OneMarkup):
    """See `transforms.targets.dialect.Dialect`. Items come back without boxes."""

    name = "donut"
    has_boxes = False
    escaping = _ESCAPING

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()
        task = self.params.task
        self.ocr_prompts = {"word": f"<s_{task}>"} | {
            level: f"<s_{task}_{level}>" for level in ("line", "block", "cell")
        }

    def serialise(self, items: list[Item], size: Size) -> str:
        return self.params.between.join(_ESCAPING.escape(item.text) for item in items)

    def parse(self, text: str, size: Size) -> list[Item]:
        parts = text.split("<sep/>") if text else []
        return [Item(_ESCAPING.unescape(part), []) for part in parts]

    def ground(self, item: Item, size: Size) -> str:
        return _ESCAPING.escape(item.text)

    def region(self, noun: str, box: Box, size: Size) -> str:
        return noun

    def tolerance(self, size: Size) -> tuple[float, float]:
        return 0.0, 0.0
