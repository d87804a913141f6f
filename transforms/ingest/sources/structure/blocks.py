"""Lines in reading order to blocks: headings, paragraphs, lists, captions, code, footnotes,
formulas."""

from collections.abc import Mapping, Sequence

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.breaks import INDENT, WIDEST, groups_of, leadings_of
from gyogwa.transforms.ingest.sources.structure.flowing import (
    Flowing,
    Part,
    is_marked,
    starts_item,
)
from gyogwa.transforms.ingest.sources.structure.kinds import MOST_HEADING, NOTE, part_of
from gyogwa.transforms.ingest.sources.structure.marks import depth_of, is_caption, is_entry
from gyogwa.transforms.ingest.sources.structure.setting import Setting

_IN = 2.0  # ems: the first lines of paragraphs stand up to two further in
_NEAR = 3.0  # ems between a caption and what it is of


def parts_of(
    lines: Sequence[Flowing],
    setting: Setting,
    height: float,
    tagged_headings: bool,
    beside: tuple[Box | None, Box | None] = (None, None),
    leadings: Mapping[float, float] | None = None,
) -> list[Part]:
    """Blocks of lines in reading order; `height`: of the page. `tagged_headings`: tags tell which
    are headings. `beside`: the edges of what may have a caption and stands before and after.
    `leadings`: those of the page, by default those of the lines."""
    if not lines:
        return []
    groups = groups_of(lines, setting, leadings_of(lines) if leadings is None else leadings)
    parts = []
    for before, group, after in zip([None, *groups], groups, [*groups[1:], None], strict=False):
        none = _is_term(group, after, setting) or _stands_in(group, before, after, setting)
        parts.append(part_of(group, setting, height, tagged_headings or none))
    for at, box in ((0, beside[0]), (len(parts) - 1, beside[1])):
        if box is not None and _captions(parts[at], box):
            parts[at] = Part("caption", parts[at].lines)
    return _joined(_with_entries(parts), setting)


def _captions(part: Part, box: Box) -> bool:
    """Whether lines begin as a caption does and stand close above or below a table or figure."""
    if part.kind != "paragraph" or len(part.lines) > MOST_HEADING:
        return False
    around = part.box
    gap = max(box[1] - around[3], around[1] - box[3])
    return bool(is_caption(part.lines[0].strip.text)) and gap < _NEAR * part.lines[0].strip.size


def _is_title(line: Flowing, setting: Setting) -> bool:
    """Whether a line is set in the largest letters of these pages."""
    return setting.is_larger(line.strip) and setting.level(line.strip) == 1


def _is_term(group: Sequence[Flowing], after: Sequence[Flowing] | None, setting: Setting) -> bool:
    """Whether lines are a term: what explains it stands below, further in."""
    if after is None or depth_of(group[0].strip.text) or _is_title(group[0], setting):
        return False
    if starts_item(after[0]):
        return False  # a list below its heading
    last, first = group[-1].strip, after[0].strip
    near = 0 < first.bottom - last.bottom < WIDEST * first.size
    return near and first.box[0] > group[0].strip.box[0] + INDENT * first.size


def _stands_in(
    group: Sequence[Flowing],
    before: Sequence[Flowing] | None,
    after: Sequence[Flowing] | None,
    setting: Setting,
) -> bool:
    """Whether lines no larger than the text stand further in than what is above and below, as
    commands in bold do, without being centred."""
    if before is None or after is None or depth_of(group[0].strip.text):
        return False
    if any(setting.is_larger(line.strip) for line in group):
        return False
    box, em = group[0].strip.box, group[0].strip.size
    around = union([line.strip.box for line in (*before, *after)])
    centred = abs(box[0] + box[2] - around[0] - around[2]) < 2 * em
    return not centred and all(
        box[0] > min(line.strip.box[0] for line in other) + _IN * em for other in (before, after)
    )


def _joined(parts: Sequence[Part], setting: Setting) -> list[Part]:
    """Items of one list as one block; notes go on in what is set like them; and numbers at the
    beginning of a lone paragraph are no list."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if last and last.kind == "footnote" and part.kind == "paragraph":
            small = all(line.strip.size <= NOTE * setting.body for line in part.lines)
            part = Part("footnote", part.lines) if small else part
        if last and _is_more(last, part):
            last.lines += part.lines
        else:
            found.append(Part(part.kind, list(part.lines), part.level))
    lefts = [
        line.strip.box[0]
        for part in found
        if part.kind == "list"
        for line in part.lines
        if starts_item(line)
    ]
    return [_checked(part, lefts) for part in found]


def _goes_on(last: Part, part: Part) -> bool:
    """Whether a paragraph is more of a list's last item: it stands below it, and as far in."""
    if part.kind != "paragraph" or part.lines[0].tag is not None:
        return False
    em = part.lines[0].strip.size
    items = [line for line in last.lines if starts_item(line)]
    if not items:
        return False
    mark = items[-1].strip
    text = mark.pieces[1].box[0] if len(mark.pieces) > 1 else mark.box[0]
    left = part.lines[0].strip.box[0]
    gap = part.lines[0].strip.top - last.lines[-1].strip.bottom
    return (
        abs(left - text) < 0.5 * em and left > mark.box[0] + 0.3 * em and 0 <= gap + em < 2.5 * em
    )


def _with_entries(parts: Sequence[Part]) -> list[Part]:
    """Lines between or beside contents that end in numbers of pages are entries too, also where the
    number stands by itself at the end of their row: those of chapters mostly have no leaders."""
    led = [part.kind == "contents" for part in parts]
    numbers = [part for part in parts if all(line.strip.text.isdigit() for line in part.lines)]
    found = []
    for at, part in enumerate(parts):
        if any(led) and any(_in_one_row(part, number) for number in numbers):
            found.append(Part("contents", part.lines))
            continue
        near = any(led[max(at - 2, 0) : at + 3])
        entries = all(is_entry(line.strip.text) for line in part.lines)
        after = parts[at + 1] if at + 1 < len(parts) and led[at + 1] else None
        numbered = after is not None and after.lines[0].strip.text.isdigit()
        found.append(Part("contents", part.lines) if near and (entries or numbered) else part)
    return found


def _in_one_row(part: Part, number: Part) -> bool:
    """Whether each line of a part has one of the numbers at the end of its row, or is one."""
    feet = [line.strip.bottom for line in number.lines]
    beside = part is number or part.box[2] < number.box[0]
    return beside and all(
        any(abs(line.strip.bottom - foot) < 0.5 * line.strip.size for foot in feet)
        for line in part.lines
    )


def _is_more(last: Part, part: Part) -> bool:
    """Whether lines belong to the block before them."""
    if last.kind == "contents":
        return part.kind == "contents"
    if last.kind == "formula":
        return _is_of_formula(last, part)
    if last.kind == "list":
        return part.kind == "list" or _goes_on(last, part)
    return last.kind == part.kind == "code" and _close(last, part)


def _is_of_formula(last: Part, part: Part) -> bool:
    """Whether lines are the number of a formula, or a formula close to it."""
    if part.kind not in ("formula", "paragraph") or part.lines[0].tag is not None:
        return False
    beside = part.box[1] < last.box[3] and part.box[3] > last.box[1]
    if part.kind == "formula":
        return beside or _close(last, part)
    text = part.lines[0].strip.text
    return beside and len(part.lines) == 1 and not any(char.isalpha() for char in text)


def _close(last: Part, part: Part) -> bool:
    step = part.lines[0].strip.bottom - last.lines[-1].strip.bottom
    return 0 < step < WIDEST * part.lines[0].strip.size


def _checked(part: Part, lefts: Sequence[float]) -> Part:
    """A lone item whose mark is a number and whose lines don't hang is a paragraph; `lefts`: where
    items of the page begin."""
    if part.kind != "list" or part.lines[0].tag is not None or is_marked(part.lines[0]):
        return part
    first = part.lines[0].strip
    if sum(abs(left - first.box[0]) < 2 for left in lefts) > 1:
        return part
    hangs = all(line.strip.box[0] > first.box[0] + 0.5 * first.size for line in part.lines[1:])
    return part if hangs and len(part.lines) > 1 else Part("paragraph", part.lines)
