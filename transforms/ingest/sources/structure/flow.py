"""The body of a page put down in reading order: lines between tables, figures and frames."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.blocks import parts_of
from gyogwa.transforms.ingest.sources.structure.breaks import leadings_of
from gyogwa.transforms.ingest.sources.structure.building import PageBuilder
from gyogwa.transforms.ingest.sources.structure.flowing import Flowing, Part
from gyogwa.transforms.ingest.sources.structure.marks import ordinal_of
from gyogwa.transforms.ingest.sources.structure.order import Ordered, Thing, ordered
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.ruled import PlacedTable
from gyogwa.transforms.ingest.sources.structure.setting import Setting
from gyogwa.transforms.ingest.sources.structure.side_notes import notes_of, side_notes
from gyogwa.transforms.ingest.sources.structure.tags import Tag


@dataclass(frozen=True)
class Figure:
    """A picture or drawing, and the lines in it."""

    box: Box
    strips: list[Strip]


@dataclass(frozen=True)
class Frame:
    """Lines in one frame, which is read as a whole."""

    strips: list[Strip]

    @property
    def box(self) -> Box:
        return union([strip.box for strip in self.strips])


Item = Strip | Frame | PlacedTable | Figure


def put_down(
    builder: PageBuilder,
    items: Sequence[Item],
    setting: Setting,
    tags: Mapping[int, Tag],
    marks: set[int],
    walls: Sequence[Box] = (),
) -> None:
    """Give the builder the blocks that these things in any order make. `tags`: of words by their
    `at`; `marks`: which words are bare marks of lists; `walls`: rulings between columns."""
    strips = [item for item in items if isinstance(item, Strip)]
    if notes := [] if tags else side_notes(strips, setting):
        beside = {id(note) for note in notes}
        items = [item for item in items if id(item) not in beside]
    run: list[Flowing] = []
    headings = any(tag.kind == "heading" for tag in tags.values())
    before: Box | None = None

    def close(after: Box | None) -> None:
        beside = (before, after)
        for part in parts_of(run, setting, builder.size[1], headings, beside, leadings):
            builder.part(part, marks)
        run.clear()

    things = [Thing(item.box, _words(item), at, _number(item)) for at, item in enumerate(items)]
    placed = ordered(things, walls)
    rights = _right_edges(placed)
    lines = {
        each.thing.at: _line(item, rights[tuple(each.column)], tags, marks)
        for each in placed
        if isinstance(item := items[each.thing.at], Strip)
    }
    leadings = leadings_of(list(lines.values()))
    for found in placed:
        item = items[found.thing.at]
        if isinstance(item, Strip):
            run.append(lines[found.thing.at])
            continue
        framed = isinstance(item, Frame)
        close(None if framed else item.box)
        before = None if framed else item.box
        if isinstance(item, Frame):
            put_down(builder, item.strips, setting, tags, marks)
        elif isinstance(item, PlacedTable):
            builder.table(item)
        else:
            builder.picture(item.box, item.strips)
    close(None)
    for note in notes_of(notes):
        builder.part(Part("side-note", [Flowing(strip, strip.box[2]) for strip in note]), marks)


def _line(strip: Strip, right: float, tags: Mapping[int, Tag], marks: set[int]) -> Flowing:
    return Flowing(strip, right, _tag_of(strip, tags), strip.pieces[0].at in marks)


def _number(item: Item) -> int:
    return ordinal_of(item.pieces[0].text) if isinstance(item, Strip) else 0


def _words(item: Item) -> int:
    return len(item.pieces) if isinstance(item, Strip) else 0


def _right_edges(placed: Sequence[Ordered]) -> dict[tuple[float, ...], float]:
    """Where the lines of each column end: where most long ones do, or else the longest."""
    ends: dict[tuple[float, ...], list[float]] = defaultdict(list)
    for each in placed:
        if each.thing.words:
            ends[tuple(each.column)].append(each.thing.box[2])
    found = {}
    for column, rights in ends.items():
        near = {right: sum(abs(right - other) < 3 for other in rights) for right in rights}
        found[column] = max(near, key=lambda right: (near[right] >= 3, right))
    return found


def _tag_of(strip: Strip, tags: Mapping[int, Tag]) -> Tag | None:
    told = Counter(tags[p.at] for p in strip.pieces if p.at in tags and tags[p.at].kind != "cell")
    return max(told, key=lambda tag: (told[tag], -tag.element)) if told else None
