"""The words of a page with how they are set, and the lines that they make.

A line is what stands on one height without a gap that is wider than spaces are. Heights are those
of the fonts' ems, so a comma, a full stop and a capital are equally high.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gyogwa.schemas.boxes import Box, turned, union
from gyogwa.transforms.ingest.sources.pdf_faces import Face
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord

_GAP = 1.3
"""Ems between two words of a line, at most: spaces of justified lines reach one em, gutters begin
at some two."""
_CODE_GAP = 12.0
"""The same in a font of one width, in which code is set in columns."""
_HIGHER = 2.0
"""Ems from which on a ruling is higher than a line."""
_WIDEST = 4.0
"""Ems of a space in a justified line that the lines next to it go across."""


_WORD = re.compile(r"[^\W\d_]{3,}|[가-힣]")
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
    edge of its font's em, and how most of its characters are set."""

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
    """Words on one line, from left to right."""

    pieces: list[Piece]

    @cached_property
    def box(self) -> Box:
        return union([piece.box for piece in self.pieces])

    @cached_property
    def top(self) -> float:
        return min(piece.top for piece in self.pieces)

    @cached_property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self.pieces)

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
        faces = Counter(char.face for char in word.chars)
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


def strips_of(
    pieces: Iterable[Piece], walls: Sequence[tuple[float, float, float]] = ()
) -> list[Strip]:
    """Lines in any order. `walls`: (x, top, bottom) of rulings that no line goes across, but for
    those of frames around words of it, which are no higher than it is."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.middle, p.box[0], p.at)):
        row = next((row for row in reversed(rows[-8:]) if _level(row, piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    cut = [_cut(row, walls) for row in rows]
    cut.sort(key=lambda row: row[0].bottom)
    joined: list[Strip] = []
    for at, strips in enumerate(cut):
        near = [strip for other in (cut[max(at - 1, 0)], *cut[at + 1 : at + 2]) for strip in other]
        joined += _rejoined(strips, [strip for strip in near if strip not in strips])
    return joined


def _rejoined(row: list[Strip], near: Sequence[Strip]) -> list[Strip]:
    """Strips of one row whose gap a line above or below goes across: no gutter, but the wide space
    of a justified line."""
    found = [row[0]]
    for strip in row[1:]:
        last = found[-1]
        left, right, em = last.box[2], strip.box[0], max(last.size, 1.0)
        crossed = any(
            other.box[0] < left - 3 * em
            and other.box[2] > right + 3 * em
            and min(abs(other.top - strip.bottom), abs(strip.top - other.bottom)) < em
            and abs(other.size - strip.size) < 0.1 * em
            for other in near
        )
        if crossed and right - left < _WIDEST * em:
            found[-1] = Strip([*last.pieces, *strip.pieces])
        else:
            found.append(strip)
    return found


def _level(row: Sequence[Piece], piece: Piece) -> bool:
    """Whether a word stands on the height of a row: of its largest word, so that what is set higher
    or lower, as footnote marks are, goes with its line."""
    first = max(row, key=lambda other: other.bottom - other.top)
    high = min(first.bottom - first.top, piece.bottom - piece.top)
    both = min(first.bottom, piece.bottom) - max(first.top, piece.top)
    ink = min(first.box[3], piece.box[3]) - max(first.box[1], piece.box[1])
    least = min(first.box[3] - first.box[1], piece.box[3] - piece.box[1])
    if least > 0.4 * high and ink >= 0.7 * least:
        return True  # fonts that are drawn by procedures have ems of their own
    return both >= 0.6 * high and (ink > -0.3 * high or least < 0.3 * high)


def _cut(row: list[Piece], walls: Sequence[tuple[float, float, float]]) -> list[Strip]:
    row = sorted(row, key=lambda p: (p.box[0], p.at))
    runs = [[row[0]]]
    right = row[0].box[2]
    for piece in row[1:]:
        em = max(piece.face.size, runs[-1][-1].face.size, 1.0)
        wall = any(
            right - 1 <= x <= piece.box[0] + 1
            and top <= piece.middle <= bottom
            and (bottom - top > _HIGHER * em or piece.box[0] - right > em)
            for x, top, bottom in walls
        )
        most = _CODE_GAP if piece.face.mono and runs[-1][-1].face.mono else _GAP
        if piece.box[0] - right > most * em or wall:
            runs.append([])
        runs[-1].append(piece)
        right = max(right, piece.box[2]) if len(runs[-1]) > 1 else piece.box[2]
    return [Strip(run) for run in runs]
