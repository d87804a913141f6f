"""Native markup as text with placeholders and the things and boxes that stand there.

ms-swift writes `<ref-object>` and `<bbox>` into a text and lists what they stand for beside it, so
that every model gets them in its own way (docs of ms-swift, "Grounding"; `bbox_type: norm1` means
fractions). Our native markup holds a literal `<bbox>`, which it would take for such a placeholder:
it must never be written out as it is beside a list.
"""

import re
from typing import NamedTuple

from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS

_ITEM = re.compile(
    r"<(char|obj)>(?:(?!<\1>).)*?</\1><bbox>[^<]*(?:<delim>[^<]*)*</bbox>", re.DOTALL
)
_ANY = Size(1, 1)


class Placed(NamedTuple):
    """`text` with placeholders; in their order the texts, and boxes, fractions x0, y0, x1, y1."""

    text: str
    texts: list[str]
    boxes: list[list[float]]


def placed(text: str) -> Placed:
    """Native text with a placeholder for every thing and box.

    >>> placed("<char>백범로</char><bbox>0.1, 0.2, 0.3, 0.4</bbox>")
    Placed(text='<ref-object><bbox>', texts=['백범로'], boxes=[[0.1, 0.2, 0.3, 0.4]])
    """
    texts: list[str] = []
    boxes: list[list[float]] = []

    def instead(match: re.Match[str]) -> str:
        (item,) = DIALECTS["varco"].parse(match.group(), _ANY)
        texts.append(item.text)
        boxes.extend(list(box) for box in item.boxes)
        return "<ref-object>" + "<bbox>" * len(item.boxes)

    return Placed(_ITEM.sub(instead, text), texts, boxes)
