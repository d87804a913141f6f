"""What dialects share that say a thing as they say a text: one item after another, each with its
boxes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from gyogwa.transforms.targets.dialect import Item, Size, merged
from gyogwa.transforms.targets.escaping import Escaping


class OneMarkup(ABC):
    """See `transforms.targets.dialect.Dialect`. `between` parts items; `escaping` is that of their
    texts."""

    ocr_prompts: Mapping[str, str] = MappingProxyType({})
    ocr_mark = ""
    grounding_prompt = ""
    has_boxes = True
    inline_places = False
    several_turns = False
    between: ClassVar[str] = ""
    escaping: ClassVar[Escaping]

    @abstractmethod
    def parse(self, text: str, size: Size) -> list[Item]:
        """The items of a text."""

    @abstractmethod
    def ground(self, item: Item, size: Size) -> str:
        """One item."""

    def serialise(self, items: list[Item], size: Size) -> str:
        return self.between.join(self.ground(item, size) for item in items)

    def parse_ground(self, text: str, size: Size) -> Item:
        return merged(self.parse(text, size))

    def detect(self, things: list[Item], size: Size) -> str:
        return self.serialise(things, size)

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        return self.parse(text, size)

    def escape(self, text: str) -> str:
        return self.escaping.escape(text)
