"""The markup of the VARCO-VISION model cards: `<char>`, `<obj>`, `<bbox>` with fractions.

OCR answers hold one item a line, `<char>text</char><bbox>x1, y1, x2, y2</bbox>`; grounding answers
`<obj>text</obj><bbox>a<delim>b</bbox>`. Coordinates are fractions of width and height, top left
first, rounded half to even to three decimals with trailing zeros dropped. Source: the model cards
of NCSOFT/VARCO-VISION-14B and VARCO-VISION-2.0-14B, whose example is
`<char>백범로</char><bbox>0.172, 0.266, 0.328, 0.341</bbox>`.

Text that itself holds a token of the markup comes with a backslash behind its `<`, one more than
it had: `<bbox>` is written `<\\bbox>`, and a `<\\bbox>` `<\\\\bbox>`. All other text is untouched.
"""

import re
from dataclasses import dataclass
from typing import Literal

from schemas.records import Box

OCR = "<ocr>"
GROUNDING = "<gro>"

_TOKENS = "char|bbox|obj|delim|ocr|gro|image"
_ESCAPED = re.compile(rf"<(\\*)(/?(?:{_TOKENS})>)")
_UNESCAPED = re.compile(rf"<\\(\\*)(/?(?:{_TOKENS})>)")
_ITEM = re.compile(r"<(char|obj)>(.*?)</\1><bbox>(.*?)</bbox>", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """`decimals` of a coordinate; half of the last one is the largest error of a box."""

    decimals: int = 3


@dataclass(frozen=True)
class Item:
    """A text with the boxes where it stands, at least one."""

    text: str
    boxes: list[Box]


def escape(text: str) -> str:
    """Text that can't be taken for markup."""
    return _ESCAPED.sub(r"<\\\1\2", text)


def unescape(text: str) -> str:
    """What `escape` was given."""
    return _UNESCAPED.sub(r"<\1\2", text)


def number(value: float, params: Params) -> str:
    """A fraction as the markup writes it, clamped to 0..1: 0.5, 0.172, 1."""
    text = f"{min(max(value, 0.0), 1.0):.{params.decimals}f}"
    return text.rstrip("0").rstrip(".")


def bbox(boxes: list[Box], params: Params) -> str:
    """`<bbox>` with one or several boxes."""
    texts = [", ".join(number(value, params) for value in box) for box in boxes]
    return f"<bbox>{'<delim>'.join(texts)}</bbox>"


def serialise_item(
    item: Item, kind: Literal["char", "obj"] = "char", params: Params | None = None
) -> str:
    """One item: `<char>` for text that is read, `<obj>` for what is pointed at."""
    return f"<{kind}>{escape(item.text)}</{kind}>{bbox(item.boxes, params or Params())}"


def serialise(items: list[Item], params: Params | None = None) -> str:
    """An OCR answer, one item a line."""
    return "\n".join(serialise_item(item, "char", params) for item in items)


def parse(text: str) -> list[Item]:
    """The items of an answer, `<char>` and `<obj>` alike. Raises ValueError for broken markup."""
    items = []
    for _, content, boxes in _ITEM.findall(text):
        items.append(Item(unescape(content), [_box(part) for part in boxes.split("<delim>")]))
    rest = _ITEM.sub("", text)
    token = re.search(r"</?(?:char|obj|bbox|delim)>", rest)
    if token:
        raise ValueError(f"a stray {token.group()} outside any item")
    return items


def _box(text: str) -> Box:
    box = [float(value) for value in text.split(",")]
    if len(box) != 4 or not all(0 <= value <= 1 for value in box):
        raise ValueError(f"expected four numbers in 0..1, found {text!r}")
    return box
