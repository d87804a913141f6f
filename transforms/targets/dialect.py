"""What a dialect of layout-aware text is: a serialiser and its parser over the same items.

Boxes of items are fractions of the displayed image. A dialect that writes pixels or bins gets the
image's stored size; `tolerance` says how far a box may move on the way there and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from gyogwa.schemas.boxes import Box


@dataclass(frozen=True)
class Item:
    """A text with the boxes where it stands; none only where a dialect has no boxes at all."""

    text: str
    boxes: list[Box]


class Size(NamedTuple):
    """Width and height of the stored image, pixels."""

    width: int
    height: int


def merged(items: list[Item]) -> Item:
    """The one item of several that repeat its text. Raises ValueError for none, or two texts."""
    texts = {item.text for item in items}
    if len(texts) != 1:
        raise ValueError(f"expected places of one text, found {len(texts)} texts")
    return Item(texts.pop(), [box for item in items for box in item.boxes])


class Dialect(Protocol):
    """One markup. All methods are pure; `size` is that of the image the boxes lie on."""

    name: str
    ocr_prompts: Mapping[str, str]
    """The fixed requests for OCR with boxes by granularity; others are phrased in words."""
    ocr_mark: str
    """What stands before such words, "" for nothing."""
    grounding_prompt: str
    """What stands before a request for places, "" for nothing."""
    has_boxes: bool
    inline_places: bool
    """Whether a phrase within a sentence can be given its places, with `ground`."""
    several_turns: bool
    """Whether its models go on after an answer; others take one question and answer it."""

    def serialise(self, items: list[Item], size: Size) -> str:
        """OCR with boxes: every item with its (one) box, in order."""
        ...

    def parse(self, text: str, size: Size) -> list[Item]:
        """The items of `serialise`; those of `ground` and `region` in a running text too.

        Text without markup has none. Raises ValueError for markup that can't have been written.
        """
        ...

    def ground(self, item: Item, size: Size) -> str:
        """A text with every box where it stands, at least one."""
        ...

    def parse_ground(self, text: str, size: Size) -> Item:
        """The item of `ground`. Raises ValueError for what it could not have written."""
        ...

    def detect(self, things: list[Item], size: Size) -> str:
        """Things by their kind, each with its (one) box, in order."""
        ...

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        """The things of `detect`. Raises ValueError for what it could not have written."""
        ...

    def region(self, noun: str, box: Box, size: Size) -> str:
        """A place as a question names it; `noun` is what it is called, such as "this region"."""
        ...

    def escape(self, text: str) -> str:
        """Running text that can't be taken for this markup."""
        ...

    def tolerance(self, size: Size) -> tuple[float, float]:
        """How far a coordinate may move across and down, fractions of width and height.

        Half a quantisation step, except where a source's own numbers allow no better.
        """
        ...
