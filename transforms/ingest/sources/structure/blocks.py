"""Lines in reading order to blocks: headings, paragraphs, lists, captions, code, footnotes.

A block ends where the setting changes, where the distance to the next line is more than the usual
one, where a line is indented, or where the first word of the next line would still have fitted: no
typesetter breaks a line there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.marks import (
    depth_of,
    is_bullet,
    is_caption,
    is_label,
    is_number,
)
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.setting import Setting
from gyogwa.transforms.ingest.sources.structure.tags import Tag

_LEADING = 1.3  # times the usual distance of lines: more is between paragraphs
_WIDEST = 2.3  # ems from line to line of one block, at most
_INDENT = 0.8  # ems
_HANGS = 3.0  # ems that a first line may stand further in than the next one, at most
_ALIKE = 0.08  # of the size
_FITS = 1.2  # ems that would have been left behind the next line's first word
_SHORT = 0.12
"""Of the way to the right edge: a line that ends earlier than the rest may end a paragraph."""
_ENDS = (".", "!", "?", ":", "。", ")", "”", '"')
_MOST_HEADING = 4  # lines
_NEAR = 3.0  # ems between a caption and what it is of
_NOTE = 0.93  # times the body's size: notes at the foot are smaller
_FOOT = 0.55  # of the page's height: notes stand below


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


def parts_of(
    lines: Sequence[Flowing],
    setting: Setting,
    height: float,
    tagged_headings: bool,
    beside: tuple[Box | None, Box | None] = (None, None),
) -> list[Part]:
    """Blocks of lines in reading order; `height`: of the page. `tagged_headings`: tags tell which
    are headings. `beside`: the edges of what may have a caption and stands before and after."""
    if not lines:
        return []
    leading = _leading(lines)
    groups: list[list[Flowing]] = []
    for line in lines:
        if groups and not _breaks(groups[-1], line, leading, setting):
            groups[-1].append(line)
        else:
            groups.append([line])
    parts = []
    for group, after in zip(groups, [*groups[1:], None], strict=True):
        parts.append(_part(group, setting, height, tagged_headings or _is_term(group, after)))
    for at, box in ((0, beside[0]), (len(parts) - 1, beside[1])):
        if box is not None and _captions(parts[at], box):
            parts[at] = Part("caption", parts[at].lines)
    return _joined(parts, setting)


def _captions(part: Part, box: Box) -> bool:
    """Whether lines begin as a caption does and stand close above or below a table or figure."""
    if part.kind != "paragraph" or len(part.lines) > _MOST_HEADING:
        return False
    around = part.box
    gap = max(box[1] - around[3], around[1] - box[3])
    return bool(is_caption(part.lines[0].strip.text)) and gap < _NEAR * part.lines[0].strip.size


def _is_term(group: Sequence[Flowing], after: Sequence[Flowing] | None) -> bool:
    """Whether lines are a term: what explains it stands below, further in."""
    if after is None or depth_of(group[0].strip.text):
        return False
    last, first = group[-1].strip, after[0].strip
    near = 0 < first.bottom - last.bottom < _WIDEST * first.size
    return near and first.box[0] > group[0].strip.box[0] + _INDENT * first.size


def _leading(lines: Sequence[Flowing]) -> float:
    """The usual distance from line to line, in ems."""
    steps = [
        (below.strip.bottom - above.strip.bottom) / above.strip.size
        for above, below in pairwise(lines)
        if above.strip.size > 0 and above.strip.size == below.strip.size
    ]
    usual = [step for step in steps if 0.9 <= step <= _WIDEST]
    return median(usual) if len(usual) > 2 else 1.3


def _breaks(group: Sequence[Flowing], line: Flowing, leading: float, setting: Setting) -> bool:
    above, below = group[-1].strip, line.strip
    if _element(group[-1]) != _element(line):
        return True
    if abs(above.size - below.size) > _ALIKE * max(above.size, below.size):
        return True
    step = (below.bottom - above.bottom) / max(above.size, 1.0)
    if above.mono != below.mono and not _runs_on(group, line, step, leading):
        return True
    code = group[0].strip.mono and above.mono
    if not 0.5 <= step <= (_WIDEST if code else max(_LEADING * leading, leading + 0.25)):
        return True
    if _element(line) is not None:
        return False
    if code:
        return False
    if above.bold != below.bold:
        return True
    if _starts_item(line) and (
        _is_marked(line) or above.text.endswith(_ENDS) or group[0] is group[-1]
    ):
        return True  # a number may stand within a sentence, and 다. is also how most end
    return not above.bold and (_indents(group, line) or _fits(group[-1], line))


def _runs_on(group: Sequence[Flowing], line: Flowing, step: float, leading: float) -> bool:
    """Whether a line in a font of one width, such as a long address, is a part of running text: it
    stands as close as its lines do, as far in, and the line before it is full."""
    above, below = group[-1], line.strip
    near = step <= leading + 0.15 and not group[0].strip.mono
    level = abs(below.box[0] - above.strip.box[0]) < 0.3 * below.size
    return near and (level or len(group) == 1) and not _fits(above, line)


def _element(line: Flowing) -> int | None:
    return line.tag.element if line.tag else None


def _indents(group: Sequence[Flowing], line: Flowing) -> bool:
    """Whether a line begins further in than the block does, or further out."""
    em, left = line.strip.size, line.strip.box[0]
    last = group[-1].strip.box[0]
    if len(group) == 1:
        if left < last - _HANGS * em:
            return True
        # the first line of a paragraph may be indented, or hang out
        ended = group[0].strip.text.endswith(_ENDS) and not _in_address(group[0])
        return left > last + _INDENT * em and ended
    return abs(left - last) > _INDENT * em


def _fits(above: Flowing, line: Flowing) -> bool:
    """Whether there was room for a line's first word, however long, at the end of the line above;
    addresses are broken within words."""
    first = line.strip.pieces[0].box
    room = above.right - above.strip.box[2]
    least = max(first[2] - first[0] + _FITS * above.strip.size, _SHORT * above.right)
    return room > least and not _in_address(above)


def _in_address(line: Flowing) -> bool:
    """Whether a line ends within an address, which is broken anywhere."""
    last = line.strip.pieces[-1].text
    return "://" in last or "www." in last


def _is_marked(line: Flowing) -> bool:
    return line.marked or is_bullet(line.strip.pieces[0].text)


def _starts_item(line: Flowing) -> bool:
    if line.marked or len(line.strip.pieces) < 2:
        return line.marked
    first, second = line.strip.pieces[:2]
    space = second.box[0] - first.box[2]
    return space > 0.15 * second.face.size and (is_bullet(first.text) or is_number(first.text))


def _part(group: list[Flowing], setting: Setting, height: float, no_heading: bool) -> Part:
    tag = group[0].tag
    if tag is not None and tag.kind in (
        "heading",
        "list",
        "caption",
        "footnote",
        "code",
        "formula",
    ):
        level = tag.level or (_level(group, setting) if tag.kind == "heading" else 0)
        return Part(tag.kind, group, level)
    text = " ".join(line.strip.text for line in group)
    strips = [line.strip for line in group]
    letters = sum(char.isalpha() for char in text)
    if all(strip.mono for strip in strips) and not setting.is_larger(strips[0]):
        return Part("code", group)
    if not no_heading and _is_heading(group, text, letters, setting):
        return Part("heading", group, _level(group, setting))
    if is_caption(text) == "sure" and len(group) <= 6:
        return Part("caption", group)
    if _is_note(group, setting, height):
        return Part("footnote", group)
    if _starts_item(group[0]):
        return Part("list", group)
    return Part("paragraph", group)


def _is_heading(group: Sequence[Flowing], text: str, letters: int, setting: Setting) -> bool:
    strips = [line.strip for line in group]
    if len(group) > _MOST_HEADING or letters < 2 or text.endswith((",", ";")) or "…" in text:
        return False
    if " . . ." in text or "....." in text or is_label(text):
        return False
    if all(setting.is_larger(strip) for strip in strips):
        return True
    bold = all(strip.bold for strip in strips) and not setting.bold_body
    near = all(strip.size >= 0.95 * setting.body for strip in strips)
    return (
        bold and near and len(group) <= 2 and not text.endswith((".", ":")) and not group[0].marked
    )


def _level(group: Sequence[Flowing], setting: Setting) -> int:
    text = " ".join(line.strip.text for line in group)
    return depth_of(text) or setting.level(group[0].strip)


def _is_note(group: Sequence[Flowing], setting: Setting, height: float) -> bool:
    strips = [line.strip for line in group]
    first = strips[0].pieces[0].text
    return (
        all(strip.size <= _NOTE * setting.body for strip in strips)
        and strips[0].top > _FOOT * height
        and (first.rstrip(".)").isdigit() or first[0] in "*†‡※" or first[0].isdigit())
    )


def _joined(parts: Sequence[Part], setting: Setting) -> list[Part]:
    """Items of one list as one block; notes go on in what is set like them; and numbers at the
    beginning of a lone paragraph are no list."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if last and last.kind == "footnote" and part.kind == "paragraph":
            small = all(line.strip.size <= _NOTE * setting.body for line in part.lines)
            part = Part("footnote", part.lines) if small else part
        if (last and last.kind == "list" and (part.kind == "list" or _goes_on(last, part))) or (
            last and last.kind == part.kind == "code" and _close(last, part)
        ):
            last.lines += part.lines
        else:
            found.append(Part(part.kind, list(part.lines), part.level))
    lefts = [
        line.strip.box[0]
        for part in found
        if part.kind == "list"
        for line in part.lines
        if _starts_item(line)
    ]
    return [_checked(part, lefts) for part in found]


def _goes_on(last: Part, part: Part) -> bool:
    """Whether a paragraph is more of a list's last item: it stands below it, and as far in."""
    if part.kind != "paragraph" or part.lines[0].tag is not None:
        return False
    em = part.lines[0].strip.size
    items = [line for line in last.lines if _starts_item(line)]
    if not items:
        return False
    mark = items[-1].strip
    text = mark.pieces[1].box[0] if len(mark.pieces) > 1 else mark.box[0]
    left = part.lines[0].strip.box[0]
    gap = part.lines[0].strip.top - last.lines[-1].strip.bottom
    return (
        abs(left - text) < 0.5 * em and left > mark.box[0] + 0.3 * em and 0 <= gap + em < 2.5 * em
    )


def _close(last: Part, part: Part) -> bool:
    step = part.lines[0].strip.bottom - last.lines[-1].strip.bottom
    return 0 < step < _WIDEST * part.lines[0].strip.size


def _checked(part: Part, lefts: Sequence[float]) -> Part:
    """A lone item whose mark is a number and whose lines don't hang is a paragraph; `lefts`: where
    items of the page begin."""
    if part.kind != "list" or part.lines[0].tag is not None or _is_marked(part.lines[0]):
        return part
    first = part.lines[0].strip
    if sum(abs(left - first.box[0]) < 2 for left in lefts) > 1:
        return part
    hangs = all(line.strip.box[0] > first.box[0] + 0.5 * first.size for line in part.lines[1:])
    return part if hangs and len(part.lines) > 1 else Part("paragraph", part.lines)
