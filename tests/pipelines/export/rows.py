"""A row of an export as any tool gives it, and what of it can be compared."""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from PIL import Image

Picture = bytes | Image.Image
Box = tuple[float, ...]

NAMES = ("messages", "prompt", "chosen", "rejected")
"""Of lists of messages."""

_BOXES = re.compile(r"<bbox>([0-9., ]+(?:<delim>[0-9., ]+)*)</bbox>")


class Row(NamedTuple):
    """A sample as a tool gives it.

    `key`: "" where the tool drops it. `images`: encoded, or decoded where the tool does that.
    `told`: `messages`, or `prompt`, `chosen` and `rejected`, messages of the tool's form each.
    `objects`: boxes that stand beside the text.
    """

    key: str
    images: list[Picture]
    told: dict[str, Any]
    objects: Sequence[Sequence[float]] = ()

    @property
    def texts(self) -> list[str]:
        """What is said, turn by turn, images left out."""
        contents = [turn["content"] for name in NAMES for turn in self.told.get(name, [])]
        return [
            content
            if isinstance(content, str)
            else "".join(part["text"] for part in content if part["type"] == "text")
            for content in contents
        ]

    @property
    def boxes(self) -> list[Box]:
        """Fractions x0, y0, x1, y1: those beside the text, then those of native markup in it.

        Rounded to nine decimals: `datasets` reads a JSON's 0.3 as 0.30000000000000004."""
        beside = [tuple(round(float(value), 9) for value in box) for box in self.objects]
        return beside + boxes_in(self.texts)


def boxes_in(texts: list[str]) -> list[Box]:
    """The boxes of native markup.

    >>> boxes_in(["<obj>a</obj><bbox>0.1, 0.2, 0.3, 0.4<delim>0, 0, 1, 1</bbox>"])
    [(0.1, 0.2, 0.3, 0.4), (0.0, 0.0, 1.0, 1.0)]
    """
    found = (each for text in texts for match in _BOXES.findall(text) for each in match.split("<"))
    return [tuple(map(float, each.removeprefix("delim>").split(","))) for each in found]


def said(told: dict[str, Any]) -> str:
    """The messages as JSON that is the same wherever they are."""
    return json.dumps({name: told[name] for name in NAMES if name in told}, sort_keys=True)


def digest(picture: Picture) -> str:
    """A hash of the bytes, or of the pixels where they are decoded."""
    data = picture if isinstance(picture, bytes) else picture.convert("RGB").tobytes()
    return hashlib.sha256(data).hexdigest()
