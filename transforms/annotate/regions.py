"""Parts of a page that a source names, as blocks of the words that stand there.

Data sets of layouts (PubLayNet, DocLayNet and what tools export like them) have boxes and kinds, no
words: these are read, or come from other labels of the same page. A line stands in the smallest
part that holds its middle; parts follow one another as their first lines do, since most of these
data sets have no reading order. Lines outside of all parts stand in blocks that are a guess, as all
do where a part of text holds no line: who asks for all parts of the page would be told too few.
"""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Block, Line, Picture, Region, Truth, Word
from gyogwa.schemas.records import Annotation

_PICTURES = ("picture", "chart")
_Said = TypeVar("_Said", Truth, Annotation)


def in_regions(found: _Said, regions: Sequence[Region]) -> _Said:
    """What was read or labelled, its blocks those regions that hold lines; those of pictures that
    hold none are pictures. The order of lines may change."""
    homes = [_home(line, regions) for line in found.lines]
    empty = [region for at, region in enumerate(regions) if at not in homes]
    missed = any(region.kind not in _PICTURES for region in empty)
    groups: dict[tuple[bool, int], list[int]] = {}
    for number, home in enumerate(homes):
        key = (True, home) if home is not None else (False, _guessed(found.blocks, number))
        groups.setdefault(key, []).append(number)
    words: list[Word] = []
    lines: list[Line] = []
    blocks = []
    for (known, at), members in groups.items():
        first = len(lines)
        for number in members:
            line = found.lines[number]
            start = len(words)
            words += found.words[line.first : line.last]
            lines.append(replace(line, first=start, last=len(words)))
        named = regions[at] if known else found.blocks[at]
        box = named.box if known else union([line.box for line in lines[first:]])
        blocks.append(Block(named.kind, first, len(lines), box, known and not missed))
    pictures = [
        Picture(region.box, _before(region.box, blocks))
        for region in empty
        if region.kind in _PICTURES
    ]
    pictures.sort(key=lambda picture: picture.before)
    return replace(found, words=words, lines=lines, blocks=blocks, pictures=pictures)


def _home(line: Line, regions: Sequence[Region]) -> int | None:
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    holding = [
        ((box[2] - box[0]) * (box[3] - box[1]), at)
        for at, region in enumerate(regions)
        if (box := region.box)[0] <= x <= box[2] and box[1] <= y <= box[3]
    ]
    return min(holding)[1] if holding else None


def _guessed(blocks: Sequence[Block], line: int) -> int:
    return next(at for at, block in enumerate(blocks) if block.first <= line < block.last)


def _before(picture: Box, blocks: Sequence[Block]) -> int:
    """The block that a picture stands before: the first one below it in its column."""
    below = (
        at
        for at, block in enumerate(blocks)
        if block.box[1] >= picture[1] and block.box[0] < picture[2] and picture[0] < block.box[2]
    )
    return next(below, len(blocks))
