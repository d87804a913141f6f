"""What a question says before it is said in a dialect: texts with references to things and boxes.

A turn is a list of parts: running text that is the same in every dialect, and nodes for what each
writes in its own way. Boxes are exact fractions, or the number of the word, line or block of the
page that has them. `transforms.targets.neutral` makes targets, `transforms.targets.saying` says
them.

In `KEY.json` a target is JSON text beside each question (`QuestionEntry.target`), "" where nothing
hangs on the dialect: text, so that readers which infer columns find one type in every sample. Nodes
are arrays whose first element names them.
"""

from typing import Literal

import msgspec

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.errors import GyogwaError

Level = Literal["word", "line", "block"]
LEVELS: tuple[Level, ...] = ("word", "line", "block")
"""What of a page is numbered in `KEY.json`, so that a target may refer to it."""


class _Node(msgspec.Struct, array_like=True, frozen=True):
    """A part that dialects write differently."""


class Quoted(_Node, frozen=True, tag="text"):
    """Text that some dialect must escape."""

    text: str


class Mark(_Node, frozen=True, tag="mark"):
    """What stands before a request for OCR (`ocr`) or for places (`ground`), with the line break
    behind it, in dialects that have it; `<otsl>` and `</otsl>` where tables stand in them."""

    name: Literal["ocr", "ground", "<otsl>", "</otsl>"]


class Section(_Node, frozen=True):
    """A part of a page as a whole document: see `transforms.targets.doctags.Part`."""

    kind: str
    box: Box
    lines: list[str]
    otsl: str


class Items(_Node, frozen=True, tag="items"):
    """OCR with boxes. `level` and no `changed`: every word (line, block) of the page. `changed`: a
    text, None for the page's own, and a box each, or the number on that level. `sections`: the same
    page as a document, where its parts are known."""

    level: Level | Literal[""]
    changed: list[tuple[str | None, int | Box]] | None = None
    sections: list[Section] = []


class Places(_Node, frozen=True, tag="places"):
    """A text with every box where it stands, on the image of this number."""

    text: str
    boxes: list[Box]
    image: int = 0


class Kinds(_Node, frozen=True, tag="kinds"):
    """Things by their kind, each with its box."""

    things: list[tuple[str, Box]]


class Region(_Node, frozen=True, tag="region"):
    """A place as a question names it; without a noun the bare place."""

    noun: str
    box: Box
    image: int = 0


class Asked(_Node, frozen=True, tag="asked"):
    """A request that some families have fixed words for, by its key in `targets.protocols`; in
    others `words`. `subject` is what they ask for."""

    key: str
    words: "list[Part]"
    subject: "list[Part]"


Node = Quoted | Mark | Items | Places | Kinds | Region | Asked
Part = str | Node


class Target(msgspec.Struct, frozen=True, omit_defaults=True, rename={"otherwise": "else"}):
    """A question. `turns`: None for one that every dialect says as it stands in the conversation.

    `variant`, `subject` and `region` are what fixed requests need, as in `tasks.page.Draft`.
    `otherwise` is said in dialects with a fixed request for places, which have no words for a text
    that isn't there; `detail` is then the task's choice.
    """

    turns: list[list[Part] | None] = []
    variant: str = ""
    subject: list[Part] = []
    region: list[Part] = []
    chosen: list[Part] | None = None
    rejected: list[Part] | None = None
    detail: list[Part] = []
    otherwise: "Target | None" = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Target)


def encoded(target: Target, native: list[str]) -> str:
    """A target as it is stored beside the turns `native`."""
    turns = [
        None if parts == [text] else parts for parts, text in zip(target.turns, native, strict=True)
    ]
    short = msgspec.structs.replace(target, turns=turns, detail=[])
    if short == Target(turns=[None] * len(native)):
        return ""
    return _encoder.encode(short).decode()


def decoded(text: str, turns: int) -> Target:
    """What was stored for a question of so many turns. Raises GyogwaError for anything else."""
    if not text:
        return Target(turns=[None] * turns)
    try:
        target = _decoder.decode(text)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise GyogwaError(f"not a target of this release: {error}; build the run again") from error
    if len(target.turns) != turns:
        raise GyogwaError(f"a target of {len(target.turns)} turns for a question of {turns}")
    return target


def nodes_of(target: Target) -> list[Node]:
    """Every node of a target, those within requests too."""
    lists = [parts for parts in target.turns if parts] + [target.subject, target.region]
    lists += [parts for parts in (target.chosen, target.rejected) if parts]
    found: list[Node] = []
    while lists:
        for part in lists.pop():
            if not isinstance(part, str):
                found.append(part)
            if isinstance(part, Asked):
                lists += [part.words, part.subject]
    return found
