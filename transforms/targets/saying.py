"""A target said in a dialect: what a build writes, and what the loader can write anew.

Pure, and the same in both: a run is built in one dialect and loaded in any other that its questions
can be asked in, text for text as if it had been built so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.records import IMAGE
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.doctags import DocTags
from gyogwa.transforms.targets.doctags import Part as DocPart
from gyogwa.transforms.targets.protocols import protocol_of, requested
from gyogwa.transforms.targets.target import (
    Asked,
    Items,
    Kinds,
    Mark,
    Node,
    Part,
    Places,
    Quoted,
    Region,
    Target,
    nodes_of,
)

ItemsOf = Callable[[str], list[Item]]
"""The words, lines or blocks of the page with their boxes."""


class Annotated(Protocol):
    """What stands on an image, as `schemas.records.Annotation` and `KEY.json` have it: words with
    `text` and `box`, and runs of them, `first` to `last - 1`, with a `box`."""

    @property
    def words(self) -> Sequence[Any]: ...
    @property
    def lines(self) -> Sequence[Any]: ...
    @property
    def blocks(self) -> Sequence[Any]: ...


def items_on(page: Annotated, level: str) -> list[Item]:
    """The words, lines or blocks of an image with their boxes, in reading order."""
    if level == "word":
        return [Item(word.text, [word.box]) for word in page.words]
    texts = [" ".join(word.text for word in page.words[x.first : x.last]) for x in page.lines]
    if level == "line":
        return [Item(text, [x.box]) for text, x in zip(texts, page.lines, strict=True)]
    return [Item(" ".join(texts[x.first : x.last]), [x.box]) for x in page.blocks]


class Said(NamedTuple):
    """A question in a dialect: the contents of its turns, and of a preference its answers."""

    turns: list[str]
    chosen: str | None
    rejected: str | None
    detail: str


@dataclass(frozen=True)
class Saying:
    """How to say what stands on some images. `sizes`: of each, in pixels as the model's processor
    gets it; `language` is that of the first."""

    dialect: Dialect
    sizes: Sequence[Size]
    items: ItemsOf
    language: str

    def question(self, target: Target, task: str, native: Sequence[str]) -> Said | None:
        """A question of `task`; None where the dialect can't ask it. `native` are its turns as the
        conversation has them, the images before the first."""
        target = _meant(target, self.dialect)
        if not can_say(target, task, self.dialect):
            return None
        turns = [
            text if parts is None else self.text(parts)
            for parts, text in zip(target.turns, native, strict=True)
        ]
        request = protocol_of(self.dialect).requests.get(_key(target, task))
        if request is not None:
            asked = requested(
                request,
                subject=self.text(target.subject),
                region=self.text(target.region),
                question=turns[0].removeprefix(f"{IMAGE}\n"),
                language=self.language,
            )
            turns[0] = f"{IMAGE}\n{asked}"
        chosen, rejected = (
            None if parts is None else self.text(parts)
            for parts in (target.chosen, target.rejected)
        )
        return Said(turns, chosen, rejected, self.text(target.detail))

    def text(self, parts: Sequence[Part]) -> str:
        """Parts as one string."""
        said, unmarked = "", False
        for part in parts:
            text = part if isinstance(part, str) else self._node(part)
            said += text.removeprefix("\n") if unmarked else text
            unmarked = isinstance(part, Mark) and part.name in ("ocr", "ground") and not text
        return said

    def _node(self, node: Node) -> str:
        dialect = self.dialect
        match node:
            case Quoted(text):
                return dialect.escape(text)
            case Mark("ocr"):
                return dialect.ocr_mark
            case Mark("ground"):
                return dialect.grounding_prompt
            case Mark(name):
                return "" if dialect.name == "paddleocr-vl" else name
            case Items(_, _, sections) if isinstance(dialect, DocTags):
                return dialect.document([DocPart(s.kind, s.box, s.lines, s.otsl) for s in sections])
            case Items():
                return dialect.serialise(self._items(node), self._size(0))
            case Places(text, boxes, image):
                return dialect.ground(Item(text, boxes), self._size(image))
            case Kinds(things):
                listed = [Item(kind, [box]) for kind, box in things]
                return dialect.detect(listed, self._size(0))
            case Region("", box, image):
                return dialect.region("", box, self._size(image)).strip()
            case Region(noun, box, image):
                return dialect.region(noun, box, self._size(image))
            case Asked(key, words, subject):
                request = protocol_of(dialect).requests.get(key)
                if request is None:
                    return self.text(words)
                return requested(request, subject=self.text(subject))

    def _size(self, image: int) -> Size:
        return self.sizes[image]

    def _items(self, node: Items) -> list[Item]:
        own = self.items(node.level) if node.level else []
        if node.changed is None:
            return own
        items = []
        for text, place in node.changed:
            box: Box = own[place].boxes[0] if isinstance(place, int) else place
            said = own[place].text if text is None and isinstance(place, int) else text
            items.append(Item(said or "", [box]))
        return items


def can_say(target: Target, task: str, dialect: Dialect) -> bool:
    """Whether a dialect's models can be asked a question, without saying it."""
    target = _meant(target, dialect)
    if protocol_of(dialect).only and _key(target, task) not in protocol_of(dialect).requests:
        return False
    if task == "chain" and not dialect.several_turns:
        return False
    if task == "ground_caption" and not (dialect.inline_places and dialect.grounding_prompt):
        return False
    nodes = nodes_of(target)
    if not dialect.has_boxes and any(
        isinstance(node, Places | Kinds | Region)
        or (isinstance(node, Items) and target.chosen is not None)
        for node in nodes
    ):
        return False
    listed = [node for node in nodes if isinstance(node, Items)]
    return not isinstance(dialect, DocTags) or all(node.sections for node in listed)


def _meant(target: Target, dialect: Dialect) -> Target:
    """The target, or what is said in place of it where places are asked for in fixed words."""
    fixed = "ground" in protocol_of(dialect).requests
    return target.otherwise if target.otherwise is not None and fixed else target


def _key(target: Target, task: str) -> str:
    return f"{task}/{target.variant}" if target.variant else task
