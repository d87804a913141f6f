"""The dialect that tasks write in: marks that stand for what each family's markup will say.

A task composes strings; what hangs on the dialect is a mark in them, between noncharacters of
Unicode, which hardly any text holds. `parts` takes a string apart again. What a mark reads as, a
region's noun or a text that has to be escaped, stands in it, so that a task which looks at its
strings (for a particle, a length, a quotation) sees what it would without.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.doctags import Part as DocPart
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.targets.target import (
    LEVELS,
    Asked,
    Items,
    Kinds,
    Mark,
    Node,
    Part,
    Places,
    Quoted,
    Region,
    Section,
)

_TEXT, _NODE, _READ, _END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_MARKED = re.compile(f"{_TEXT}([^{_END}]*){_END}|{_NODE}([0-9a-f]+){_READ}[^{_END}]*{_END}")
_RESERVED = re.compile(f"[{_TEXT}-{_END}]")

Written = Callable[[list[Part]], str]


class Neutral:
    """See `transforms.targets.dialect.Dialect`. `dialect` decides what can be asked at all, and
    reads what `written` makes of an answer; `items` are those of the page on `level`, to which
    answers refer."""

    name = "neutral"
    ocr_prompts: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self, dialect: Dialect, written: Written, level: str = "", items: list[Item] | None = None
    ) -> None:
        self.dialect = dialect
        self.image = 0
        """The image whose places are written next."""
        self.has_boxes = dialect.has_boxes
        self.inline_places = dialect.inline_places and bool(dialect.grounding_prompt)
        self.several_turns = dialect.several_turns
        self._written = written
        self._level = next((name for name in LEVELS if name == level and items), None)
        self._items = items or []
        self._nodes: dict[str, Node] = {}
        self.ocr_mark = self._mark(Mark("ocr"))
        self.grounding_prompt = self._mark(Mark("ground"))

    def serialise(self, items: list[Item], size: Size) -> str:
        return self.page(items, [])

    def page(self, items: list[Item], sections: list[DocPart]) -> str:
        """OCR with boxes, and the same as a document where `sections` are known."""
        listed = [Section(part.kind, part.box, part.lines, part.otsl) for part in sections]
        if self._level and items == self._items:
            return self._mark(Items(self._level, None, listed))
        numbers = {tuple(item.boxes[0]): number for number, item in enumerate(self._items)}
        changed: list[tuple[str | None, int | Box]] = []
        for item in items:
            number = numbers.get(tuple(item.boxes[0])) if self._level else None
            if number is None:
                changed.append((item.text, item.boxes[0]))
            else:
                own = item.text == self._items[number].text
                changed.append((None if own else item.text, number))
        return self._mark(Items(self._level or "", changed, listed))

    def parse(self, text: str, size: Size) -> list[Item]:
        return self.dialect.parse(self._written(self.parts(text)), size)

    def ground(self, item: Item, size: Size) -> str:
        return self._mark(Places(item.text, item.boxes, self.image))

    def parse_ground(self, text: str, size: Size) -> Item:
        return self.dialect.parse_ground(self._written(self.parts(text)), size)

    def detect(self, things: list[Item], size: Size) -> str:
        return self._mark(Kinds([(thing.text, thing.boxes[0]) for thing in things]))

    def parse_detected(self, text: str, size: Size) -> list[Item]:
        return self.dialect.parse_detected(self._written(self.parts(text)), size)

    def region(self, noun: str, box: Box, size: Size) -> str:
        return self._mark(Region(noun, box, self.image), noun)

    def asked(self, key: str, words: str, subject: str = "") -> str:
        """A request in the fixed words of those families that have them."""
        return self._mark(Asked(key, self.parts(words), self.parts(subject)))

    def table(self, otsl: str) -> str:
        """A table in OTSL, between marks where there are any around it."""
        cells = otsl.removeprefix("<otsl>").removesuffix("</otsl>")
        return self._mark(Mark("<otsl>")) + cells + self._mark(Mark("</otsl>"))

    def escape(self, text: str) -> str:
        if _RESERVED.search(text):
            return self._mark(Quoted(text))
        if "<" not in text and '"' not in text:  # what a token of any markup begins with
            return text
        alike = all(dialect.escape(text) == text for dialect in DIALECTS.values())
        return text if alike else f"{_TEXT}{text}{_END}"

    def tolerance(self, size: Size) -> tuple[float, float]:
        return self.dialect.tolerance(size)

    def parts(self, text: str) -> list[Part]:
        """A string of a task as running text and nodes."""
        found: list[Part] = []
        end = 0
        for match in _MARKED.finditer(text):
            found += [text[end : match.start()]] if match.start() > end else []
            found.append(Quoted(match[1]) if match[1] is not None else self._nodes[match[2]])
            end = match.end()
        return found + ([text[end:]] if end < len(text) else [])

    def _mark(self, node: Node, read: str = "") -> str:
        # By its content, so that a choice by the hash of a text is the same in every process.
        name = hash_of("node", repr(node))[:12]
        self._nodes[name] = node
        return f"{_NODE}{name}{_READ}{read}{_END}"
