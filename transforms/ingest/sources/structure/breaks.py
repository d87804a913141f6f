"""Where a block of lines ends: where the setting changes, where the distance to the next line is
more than the usual one, where a line is indented, or where the first word of the next line would
still have fitted: no typesetter breaks a line there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from gyogwa.transforms.ingest.sources.structure.flowing import Flowing, is_marked, starts_item
from gyogwa.transforms.ingest.sources.structure.setting import Setting

WIDEST = 2.3  # ems from line to line of one block, at most
_USUAL = 1.3  # ems from line to line
_LEADING = 1.3  # times the usual distance of lines: more is between paragraphs
INDENT = 0.8  # ems
_HANGS = 3.0  # ems that a first line may stand further in than the next one, at most
_ALIKE = 0.08  # of the size
_FITS = 1.2  # ems that would have been left behind the next line's first word
_SHORT = 0.12
"""Of the way to the right edge: a line that ends earlier than the rest may end a paragraph."""
_ENDS = (".", "!", "?", ":", "。", ")", "”", '"')


def groups_of(
    lines: Sequence[Flowing], setting: Setting, leadings: Mapping[float, float]
) -> list[list[Flowing]]:
    """Lines in reading order, in blocks; `leadings`: from `leadings_of` those of their page."""
    groups: list[list[Flowing]] = []
    for line in lines:
        leading = leadings.get(groups[-1][-1].strip.size, _USUAL) if groups else _USUAL
        if not groups:
            groups.append([line])
        elif not _breaks(groups[-1], line, leading, setting):
            groups[-1].append(line)
        elif _began_before(groups[-1], line, leading):
            groups.append([groups[-1].pop(), line])
        else:
            groups.append([line])
    return groups


def _began_before(group: Sequence[Flowing], line: Flowing, leading: float) -> bool:
    """Whether a line that stands further out shows that the one before it, as far in as the one
    before that, began a paragraph; paragraphs of one line leave no other trace."""
    if len(group) < 2 or any(each.tag or each.marked for each in (*group, line)):
        return False
    before, last, below = group[-2].strip, group[-1].strip, line.strip
    step = (below.bottom - last.bottom) / max(last.size, 1.0)
    out = last.box[0] - below.box[0]
    alike = last.size == below.size and last.bold == below.bold and last.mono == below.mono
    return (
        alike
        and 0.5 <= step <= leading + 0.15
        and abs(before.box[0] - last.box[0]) < 0.3 * last.size
        and INDENT * last.size < out < _HANGS * last.size
        and before.text.endswith(_ENDS)
        and not _fits(group[-1], line)
    )


def leadings_of(lines: Sequence[Flowing]) -> dict[float, float]:
    """The usual distance from line to line, in ems, of each size of letters that is set in more
    than a few lines."""
    steps: dict[float, list[float]] = defaultdict(list)
    for above, below in pairwise(lines):
        size = above.strip.size
        if size > 0 and size == below.strip.size and above.strip.mono == below.strip.mono:
            step = (below.strip.bottom - above.strip.bottom) / size
            if 0.9 <= step <= WIDEST:
                steps[size].append(step)
    return {size: median(found) for size, found in steps.items() if len(found) > 2}


def _breaks(group: Sequence[Flowing], line: Flowing, leading: float, setting: Setting) -> bool:
    above, below = group[-1].strip, line.strip
    if _element(group[-1]) != _element(line):
        return True
    if abs(above.size - below.size) > _ALIKE * max(above.size, below.size):
        return True
    step = (below.bottom - above.bottom) / max(above.size, 1.0)
    if above.mono != below.mono and not (
        not group[0].strip.mono and _goes_on_in(group, line, step, leading)
    ):
        return True
    code = group[0].strip.mono and above.mono
    if code and abs(step) < 0.5:
        return False  # comments at the end of a line stand far
    if not 0.5 <= step <= (WIDEST if code else max(_LEADING * leading, leading + 0.25)):
        return True
    if _element(line) is not None:
        return False
    if above.formula or below.formula:
        return above.formula != below.formula
    if code:
        return False
    if above.bold != below.bold and not _goes_on_in(group, line, step, leading):
        return True
    if starts_item(line) and (
        is_marked(line) or above.text.endswith(_ENDS) or group[0] is group[-1]
    ):
        return True  # a number may stand within a sentence, and 다. is also how most end
    return not above.bold and (_indents(group, line) or _fits(group[-1], line))


def _goes_on_in(group: Sequence[Flowing], line: Flowing, step: float, leading: float) -> bool:
    """Whether a line in another weight or pitch, such as a long address or the names of sections,
    is a part of running text: it stands as close as its lines do, as far in, and the line before it
    is full."""
    above, below = group[-1], line.strip
    level = abs(below.box[0] - above.strip.box[0]) < 0.3 * below.size
    return step <= leading + 0.15 and (level or len(group) == 1) and not _fits(above, line)


def _element(line: Flowing) -> int | None:
    return line.tag.element if line.tag else None


def _indents(group: Sequence[Flowing], line: Flowing) -> bool:
    """Whether a line begins further in than the block does, or further out."""
    em, left = line.strip.size, line.strip.box[0]
    last = group[-1].strip.box[0]
    initial = group[0].strip.initial
    if initial and len(group) > 1 and initial.box[3] > group[-1].strip.box[3] - 0.5 * em:
        return False  # the line above stands beside it, and this one may stand below
    if len(group) == 1:
        if left < last - _HANGS * em:
            return True
        # the first line of a paragraph may be indented, or hang out
        ended = group[0].strip.text.endswith(_ENDS) and not _in_address(group[0])
        return left > last + INDENT * em and ended
    return abs(left - last) > INDENT * em


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
