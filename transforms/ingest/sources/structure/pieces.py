"""The words of a page with how they are set, and lines of them (see `lines`)."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gyogwa.schemas.boxes import Box, turned, union
from gyogwa.transforms.ingest.sources.pdf_faces import Face
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord

INITIAL = 1.8  # times the size of the text, at least, of a letter over several lines
_WORD = re.compile(r"[^\W\d_⁰¹²³⁴-⁹]{3,}|[가-힣]")
_FUNCTIONS = frozenset(
    [
        *("cos", "cosh", "cot", "csc", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim"),
        *("liminf", "limsup", "ln", "log", "max", "min", "mod", "sec", "sin", "sinh", "sup", "tan"),
        *("tanh", "and", "def", "for"),
    ]
)
"""What is set upright in formulas."""


@dataclass(frozen=True)
class Piece:
    """A word: its place among the page's words, its text, the box of its ink, the upper and lower
    edge of its font's em, and how most of its letters are set, or its characters without any."""

    at: int
    text: str
    box: Box
    top: float
    bottom: float
    face: Face

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Strip:
    """Words on one line, from left to right; an initial, which reaches over the next lines too,
    counts for where it begins alone."""

    pieces: list[Piece]

    @cached_property
    def box(self) -> Box:
        around = union([piece.box for piece in self.pieces])
        own = union([piece.box for piece in self._own])
        return [around[0], own[1], around[2], own[3]]

    @cached_property
    def top(self) -> float:
        return min(piece.top for piece in self._own)

    @cached_property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self._own)

    @cached_property
    def _own(self) -> list[Piece]:
        """Its words but for an initial."""
        return self.pieces[1:] if self.initial else self.pieces

    @cached_property
    def initial(self) -> Piece | None:
        """The large letter that a paragraph begins with."""
        first, *rest = self.pieces
        is_large = rest and len(first.text) == 1 and first.face.size >= INITIAL * self.size
        return first if is_large and first.text.isalpha() else None

    @cached_property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @cached_property
    def size(self) -> float:
        """The em of most of its characters, to half a point."""
        weights: Counter[float] = Counter()
        for piece in self.pieces:
            weights[round(2 * piece.face.size) / 2] += len(piece.text)
        return max(weights, key=lambda size: (weights[size], size))

    @cached_property
    def bold(self) -> bool:
        """Whether nearly all of its letters are."""
        return self._share(lambda face: face.bold) > 0.9

    @cached_property
    def mono(self) -> bool:
        """Whether nearly all of it is set in a font of one width."""
        return self._share(lambda face: face.mono) > 0.9

    @cached_property
    def formula(self) -> bool:
        """Whether it is one: some of it is set in a font for formulas, and no words stand there."""
        return any(piece.face.math for piece in self.pieces) and not any(
            word.lower() not in _FUNCTIONS
            for piece in self.pieces
            for word in _WORD.findall(piece.text)
        )

    def _share(self, told: Callable[[Face], bool]) -> float:
        whole = sum(len(piece.text) for piece in self.pieces)
        if not whole:  # a mark alone, which is no character
            return 0.0
        return sum(len(piece.text) for piece in self.pieces if told(piece.face)) / whole


def pieces_of(words: Sequence[LayerWord], size: tuple[float, float], turn: int) -> list[Piece]:
    """Words with their turn taken away; `size`: of the page so turned, in points."""
    pieces = []
    for at, word in enumerate(words):
        ems = union([turned(char.em or char.box, turn) for char in word.chars])
        box = turned(word.box, turn)
        letters = [char for char in word.chars if char.text.isalpha()]
        faces = Counter(char.face for char in letters or word.chars)
        pieces.append(
            Piece(
                at,
                word.text,
                [box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]],
                ems[1] * size[1],
                ems[3] * size[1],
                max(faces, key=lambda face: (faces[face], face)),
            )
        )
    return pieces
