"""An answer about a page as pieces of text with their places: what corruptions work on.

A corruption maps an answer to what a model that fails in one way would have said, or to None where
the page gives it nothing to fail on. It is pure; its chance is a hash of the key it is given.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.tasks.page import items_of

STRENGTHS = (1, 2, 3)


@dataclass(frozen=True)
class Piece:
    """A word, line or block as it is read: its text, its box, and which line and block it is of."""

    text: str
    box: Box
    line: int
    block: int


@dataclass(frozen=True)
class Answer:
    """The pieces in reading order, with the page's language ("" if unknown) and image kind.
    `described`: the page in a few sentences of the other language, where that is asked for."""

    pieces: list[Piece]
    language: str
    kind: str
    described: str = ""

    def having(self, pieces: Iterable[Piece]) -> "Answer":
        """The same page read as other pieces."""
        return replace(self, pieces=list(pieces))


Corruption = Callable[[Answer, int, str], Answer | None]
"""From the true answer, a strength of 1 to 3 and a key; a greater strength changes no less."""


def answer_of(page: Page, granularity: str) -> Answer:
    """The true answer in words, lines or blocks, the same items as `items_of`."""
    annotation = page.annotation
    block_of = {
        line: number
        for number, block in enumerate(annotation.blocks)
        for line in range(block.first, block.last)
    }
    line_of = {
        word: number
        for number, line in enumerate(annotation.lines)
        for word in range(line.first, line.last)
    }
    pieces = []
    for index, item in enumerate(items_of(page, granularity)):
        line = line_of.get(index, -1) if granularity == "word" else index
        block = index if granularity == "block" else block_of.get(line, -1)
        pieces.append(Piece(item.text, item.boxes[0], line, block))
    return Answer(pieces, annotation.language, page.image.kind)


def with_boxes(answer: Answer, dialect: Dialect, size: Size) -> str:
    """The answer to a request for OCR with boxes."""
    return dialect.serialise([Item(piece.text, [piece.box]) for piece in answer.pieces], size)


def running_text(answer: Answer, dialect: Dialect) -> str:
    """The answer to a request to read: a piece a line, blocks parted by an empty line."""
    blocks = groupby(answer.pieces, key=lambda piece: piece.block)
    paragraphs = ["\n".join(piece.text for piece in block) for _, block in blocks]
    return dialect.escape("\n\n".join(paragraphs))


def lines_of(answer: Answer) -> list[list[Piece]]:
    """The pieces of every line."""
    return [list(line) for _, line in groupby(answer.pieces, lambda p: (p.block, p.line))]


def blocks_of(answer: Answer) -> list[list[Piece]]:
    """The pieces of every block."""
    return [list(block) for _, block in groupby(answer.pieces, lambda p: p.block)]


def pick(count: int, *key: object) -> int:
    """A position in 0 to `count` - 1."""
    return int(fraction_of(*key) * count)


def ranked(count: int, *key: object) -> list[int]:
    """All positions in an order by hash: what a weak corruption changes, a strong one does too."""
    return sorted(range(count), key=lambda position: hash_of(*key, position))


def amount(strength: int, available: int, shares: tuple[float, float, float]) -> int:
    """How many of the places that could change do: a share of them, and no fewer than strength."""
    return min(available, max(strength, round(shares[strength - 1] * available)))


def disjoint_pairs(count: int, allowed: Iterable[int]) -> list[int]:
    """Of positions `p` that stand for the pairs `p, p + 1`, the first ones that don't overlap."""
    used = [False] * (count + 1)
    firsts = []
    for first in allowed:
        if not used[first] and not used[first + 1]:
            used[first] = used[first + 1] = True
            firsts.append(first)
    return firsts
