"""The JSON of Qwen2.5-VL and Qwen3-VL: a list of `{"bbox_2d": [x1, y1, x2, y2], ...}`.

OCR holds `text_content`, grounding `label`, one object a box; top left comes first. The two models
differ in the unit:

- Qwen2.5-VL: pixels of the image as the model sees it, resized by `smart_resize` (both sides
  multiples of 28), rounded and clamped to 0..side - 1. Source: `smart_resize` of huggingface/
  transformers (`qwen2_vl/image_processing_qwen2_vl.py`); `convert_to_qwen25vl_format` of
  QwenLM/Qwen2.5-VL (`qwen-vl-finetune/tools/process_bbox.ipynb`), read in copies that name it.
- Qwen3-VL: thousandths of width and height, rounded and clamped to 0..1000
  (`convert_to_qwen2vl_format` there; QwenLM/Qwen3-VL issues 1486 and 1623 say that it holds for
  Qwen3-VL). A vendor's page says 0..999, and issue 1741 which asks about it is unanswered.

The prompts are those of the models' OCR cookbook, in copies too, which say "line-level"; words and
blocks are asked for alike, as "word-level" and "paragraph-level". The layout of the list, a line
and a tab an object, is that of published training data; no source fixes white space.

JSON escapes a text by itself. What it leaves alone, special tokens of the tokeniser and the key
`"bbox_2d"` in running text, is escaped as in the other dialects.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.targets.dialect import Item, Size, merged
from gyogwa.transforms.targets.escaping import Escaping
from gyogwa.transforms.targets.grid import Grid, box_of, indices

_ESCAPING = Escaping('bbox_2d"', others=r"\|[a-z_]+\|>", first='[<"]')
_OBJECT = re.compile(r'\{\s*"bbox_2d"')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Params:
    """For Qwen2.5-VL: sides become multiples of `factor`, their product at least `min_pixels` and
    at most `max_pixels`, defaults as in the checkpoints' `preprocessor_config.json`. The code's own
    default, 1,003,520, is that of a processor without such a file."""

    factor: int = 28
    min_pixels: int = 56 * 56
    max_pixels: int = 28 * 28 * 16384


def smart_resize(size: Size, params: Params) -> Size:
    """The size at which Qwen2.5-VL sees an image.

    The source refuses sides in a ratio above 200; a stage's filters are there for such images.
    """
    width, height, factor = size.width, size.height, params.factor
    across = max(factor, round(width / factor) * factor)
    down = max(factor, round(height / factor) * factor)
    if across * down > params.max_pixels:
        shrink = math.sqrt(width * height / params.max_pixels)
        across = max(factor, math.floor(width / shrink / factor) * factor)
        down = max(factor, math.floor(height / shrink / factor) * factor)
    elif across * down < params.min_pixels:
        grow = math.sqrt(params.min_pixels / (width * height))
        across = math.ceil(width * grow / factor) * factor
        down = math.ceil(height * grow / factor) * factor
    return Size(across, down)


def _prompts(ending: str) -> Mapping[str, str]:
    levels = {"word": "word", "line": "line", "block": "paragraph"}
    begins = "Spotting all the text in the image with"
    return MappingProxyType(
        {
            name: f"{begins} {level}-level, and output in JSON format{ending}"
            for name, level in levels.items()
        }
    )


class Qwen3:
    """Qwen3-VL. See `transforms.targets.dialect.Dialect`."""

    name = "qwen3-vl"
    ocr_prompts: Mapping[str, str] = _prompts(
        " as [{'bbox_2d': [x1, y1, x2, y2], 'text_content': 'text'}, ...]."
    )
    ocr_mark = ""
    grounding_prompt = ""
    has_boxes = True
    inline_places = False
    several_turns = True

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()

    def serialise(self, items: list[Item], size: Size) -> str:
        return self._list([(item.boxes[0], item.text) for item in items], "text_content", size)

    def parse(self, text: str, size: Size) -> list[Item]:
        across, down = self._grids(size)
        items: list[Item] = []
        rest, end = "", 0
        while found := _OBJECT.search(text, end):
            rest += text[end : found.start()]
            value, end = _DECODER.raw_decode(text, found.start())
            items.append(_item(value, across, down))
        _ESCAPING.check(rest + text[end:])
        return items

    def ground(self, item: Item, size: Size) -> str:
        return self._list([(box, item.text) for box in item.boxes], "label", size)

    def parse_ground(self, text: str, size: Size) -> Item:
        return merged(self.parse(text, size))

    def detect(self, things: list[Item], size: Size) -> str:
        return self._list([(thing.boxes[0], thing.text) for thing in things], "label", size)

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        return self.parse(text, size)

    def region(self, noun: str, box: Box, size: Size) -> str:
        numbers = indices(box, *self._grids(size))
        return f"{noun} {json.dumps({'bbox_2d': numbers})}"

    def escape(self, text: str) -> str:
        return _ESCAPING.escape(text)

    def tolerance(self, size: Size) -> tuple[float, float]:
        across, down = self._grids(size)
        return across.tolerance, down.tolerance

    def _grids(self, size: Size) -> tuple[Grid, Grid]:
        return Grid(1000, 1000), Grid(1000, 1000)

    def _list(self, pairs: list[tuple[Box, str]], key: str, size: Size) -> str:
        across, down = self._grids(size)
        objects = [
            {"bbox_2d": indices(box, across, down), key: _ESCAPING.escape(text)}
            for box, text in pairs
        ]
        lines = ",\n\t".join(json.dumps(value, ensure_ascii=False) for value in objects)
        return f"[\n\t{lines}\n]" if lines else "[]"


class Qwen25(Qwen3):
    """Qwen2.5-VL. See `transforms.targets.dialect.Dialect`."""

    name = "qwen2.5-vl"
    ocr_prompts: Mapping[str, str] = _prompts(".")

    def _grids(self, size: Size) -> tuple[Grid, Grid]:
        resized = smart_resize(size, self.params)
        return Grid(resized.width, resized.width - 1), Grid(resized.height, resized.height - 1)


def _item(value: dict[str, Any], across: Grid, down: Grid) -> Item:
    numbers, text = value["bbox_2d"], value.get("text_content", value.get("label", ""))
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise ValueError(f"expected a list of whole numbers as bbox_2d, found {numbers!r}")
    if not isinstance(text, str):
        raise ValueError(f"expected a string beside bbox_2d, found {text!r}")
    return Item(_ESCAPING.unescape(text), [box_of(numbers, across, down)])
