"""Lines in their place on a page, and the blocks that they make."""

from dataclasses import dataclass

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.marks import is_bullet, is_number
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.tags import Tag


@dataclass
class Flowing:
    """A line in its place: the right edge that lines of its column end at, what the file's tags say
    it is, and whether a mark of a list that is no character stands before it."""

    strip: Strip
    right: float
    tag: Tag | None = None
    marked: bool = False


@dataclass
class Part:
    """Lines that make a block, and what it is; `level`: of a heading, from 1 on."""

    kind: str
    lines: list[Flowing]
    level: int = 0

    @property
    def box(self) -> Box:
        return union([line.strip.box for line in self.lines])


def is_marked(line: Flowing) -> bool:
    return line.marked or is_bullet(line.strip.pieces[0].text)


def starts_item(line: Flowing) -> bool:
    if line.marked or len(line.strip.pieces) < 2:
        return line.marked
    first, second = line.strip.pieces[:2]
    space = second.box[0] - first.box[2]
    return space > 0.15 * second.face.size and (is_bullet(first.text) or is_number(first.text))
