"""The texts of a table's cells, joined over their lines.

A cell is narrow, so words and addresses are broken in it more often than elsewhere. A hyphen goes
where the document writes the word without; Korean words are one again where the document has them
so, and apart where lines end that had room for another syllable. Where nothing tells whether a word
goes on, the text isn't sure. Cost: the document's words are counted only for tables with such ends,
some 20 ms.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.ruled import PlacedCell

_HYPHENS = "-‐\u00ad"
_ROOM = 1.5
"""Ems free at the end of a line that was broken between words: a space and a syllable. Of Hangul
that is broken anywhere lines leave 1.1 at most."""
_LEAST_ENDS = 2
_LEVEL = 0.35
"""Ems that strips on one height may differ by."""


def texts_of_cells(
    cells: Sequence[PlacedCell], words: Callable[[], Vocabulary]
) -> tuple[list[str], bool]:
    """The text of each cell, and whether all are sure. `words`: the document's."""
    spaced = _keeps_words(cells)
    texts, sure = [], True
    for cell in cells:
        lines = _lines(cell.strips)
        if all(_is_plain(above, below) for above, below in pairwise(lines)):
            texts.append(" ".join(lines))
            continue
        texts.append(_joined(lines, words(), spaced))
        sure = sure and all(_is_told(a, b, words(), spaced) for a, b in pairwise(lines))
    return texts, sure


def _lines(strips: Sequence[Strip]) -> list[str]:
    """The lines of a cell; strips beside each other are one."""
    lines: list[str] = []
    last: Strip | None = None
    for strip in strips:
        if last is not None and not _is_below(last, strip):
            lines[-1] += f" {strip.text}"
        else:
            lines.append(strip.text)
        last = strip
    return lines


def _is_below(above: Strip, below: Strip) -> bool:
    middles = (above.top + above.bottom) / 2, (below.top + below.bottom) / 2
    return middles[1] - middles[0] > _LEVEL * below.size


def _is_plain(above: str, below: str) -> bool:
    """Whether a space stands between two lines without doubt."""
    left, right = above.split()[-1], below.split()[0]
    hyphen = left[-1] in _HYPHENS and len(left) > 1 and right[0].isalpha()
    hangul = _is_hangul(left[-1]) and _is_hangul(right[0])
    return not (hyphen or hangul or _is_address(left) or left[-1] == "_")


def _is_address(left: str) -> bool:
    """Whether the last word of a line may be a part of a path or an address."""
    return len(left) > 1 and (left[-1] == "/" or "://" in left or left.count("/") > 1)


def _joined(lines: Sequence[str], known: Vocabulary, spaced: bool) -> str:
    text = lines[0]
    for above, below in pairwise(lines):
        if spaced and _is_hangul(above[-1]) and _is_hangul(below[0]):
            text = f"{text} {below}"
        else:
            text = join_lines([text, below], known)
    return text


def _is_told(above: str, below: str, known: Vocabulary, spaced: bool) -> bool:
    if _is_plain(above, below) or above[-1] == "_":
        return True
    left, right = above.split()[-1], below.split()[0]
    if _is_hangul(left[-1]):
        return spaced or is_sure([above, below], known)
    if left[-1] in _HYPHENS and left[-2].isdigit():
        return True  # "32-bit"
    if left[0] in "/~" and left[-1] == "/":
        return right[0].isalnum()  # a path, whose parts have no spaces
    return is_sure([above, below], known)


def _keeps_words(cells: Sequence[PlacedCell]) -> bool:
    """Whether lines of Hangul end between words: some had room for another syllable. The room of a
    column is what its widest line takes."""
    right: dict[int, float] = {}
    for cell in cells:
        for strip in cell.strips:
            end = cell.column + cell.column_span
            right[end] = max(right.get(end, 0.0), strip.box[2])
    roomy = sum(
        _is_hangul(above.text[-1])
        and _is_hangul(below.text[0])
        and right[cell.column + cell.column_span] - above.box[2] > _ROOM * above.size
        for cell in cells
        for above, below in pairwise(cell.strips)
        if _is_below(above, below)
    )
    return roomy >= _LEAST_ENDS


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
