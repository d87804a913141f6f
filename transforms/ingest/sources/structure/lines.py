"""The lines that the words of a page make.

A line is what stands on one height without a gap that is wider than spaces are. Heights are those
of the fonts' ems, so a comma, a full stop and a capital are equally high. A title or signature
that is set wide, syllable by syllable, is one line, and an initial belongs to the first of the
lines that begin beside it.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from gyogwa.transforms.ingest.sources.structure.pieces import INITIAL, Piece, Strip

_GAP = 1.3
"""Ems between two words of a line, at most: spaces of justified lines reach one em, gutters begin
at some two."""
_CODE_GAP = 12.0
"""The same in a font of one width, in which code is set in columns."""
_LEAST_SPREAD = 3  # syllables
_HIGHER = 2.0
"""Ems from which on a ruling is higher than a line."""
_WIDEST = 4.0
"""Ems of a space in a justified line that the lines next to it go across."""


def strips_of(
    pieces: Iterable[Piece], walls: Sequence[tuple[float, float, float]] = ()
) -> list[Strip]:
    """Lines in any order. `walls`: (x, top, bottom) of rulings that no line goes across, but for
    those of frames around words of it, which are no higher than it is."""
    rows: list[list[Piece]] = []
    pieces = list(pieces)
    initials = _initials(pieces)
    small = [piece for piece in pieces if piece not in initials]
    for piece in sorted(small, key=lambda p: (p.middle, p.box[0], p.at)):
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
        others = [strip for strip in near if strip not in strips]
        joined += [_whole(strips)] if _is_spread(strips, others) else _rejoined(strips, others)
    for initial in initials:
        first = min(
            (strip for strip in joined if _begins(initial, strip.pieces[0])),
            key=lambda strip: strip.top,
        )
        joined[joined.index(first)] = Strip([initial, *first.pieces])
    return joined


def _is_spread(row: Sequence[Strip], near: Sequence[Strip]) -> bool:
    """Whether a row is a title or signature set wide: syllables at even distances. Those above
    columns have rows of such columns next to them."""
    columns = [strip for strip in near if not _is_syllable(strip.text)]
    if len(row) < _LEAST_SPREAD or len(columns) >= len(row):
        return False
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(row)]
    even = max(gaps) - min(gaps) < 0.5 * row[0].size
    return even and all(_is_syllable(strip.text) for strip in row)


def _is_syllable(text: str) -> bool:
    return len(text) == 1 and east_asian_width(text) == "W"


def _whole(row: Sequence[Strip]) -> Strip:
    return Strip([piece for strip in row for piece in strip.pieces])


def _initials(pieces: Sequence[Piece]) -> list[Piece]:
    """Large letters that two lines of a paragraph or more begin beside, and that belong to the
    first of them."""
    large = [p for p in pieces if len(p.text) == 1 and p.text.isalpha() and not p.face.math]
    return [
        initial
        for initial in large
        if len({round(p.middle) for p in pieces if _begins(initial, p)}) > 1
    ]


def _begins(initial: Piece, piece: Piece) -> bool:
    """Whether a word stands directly beside a letter that is twice as large, within its height."""
    return (
        initial.face.size >= INITIAL * piece.face.size
        and 0 <= piece.box[0] - initial.box[2] + 1 < _GAP * piece.face.size
        and initial.box[1] - 0.5 * piece.face.size < piece.middle < initial.box[3]
    )


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
