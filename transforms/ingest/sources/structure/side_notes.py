"""Notes in the margin of running text, which belong between none of its lines.

Of a page of running text, lines set smaller than the body that stand wholly beside it, on one of
its sides and on the height of some of its lines, are such notes. They are read behind the text.
"""

from collections.abc import Sequence
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.kinds import NOTE
from gyogwa.transforms.ingest.sources.structure.marks import is_caption
from gyogwa.transforms.ingest.sources.structure.pieces import Strip
from gyogwa.transforms.ingest.sources.structure.setting import Setting

_GUTTER = 0.6
"""Ems of the body between it and a note, at least."""
_LINES, _WORDS = 6, 4
"""Lines of running text at least, and words in the middle one: a table without rulings, whose heads
may be small, has fewer."""
_CLOSE = 1.0
"""Ems between two lines of one note at most."""
_NARROW = 0.6
"""Of the text's width is the widest note at most: two columns are as wide as each other."""


def side_notes(strips: Sequence[Strip], setting: Setting) -> list[Strip]:
    """The lines of notes, from top to bottom; [] where the page has no running text."""
    body = [s for s in strips if s.size > NOTE * setting.body and not setting.is_larger(s)]
    if len(body) < _LINES or median(len(strip.pieces) for strip in body) < _WORDS:
        return []
    area = union([strip.box for strip in body])
    notes = [
        strip
        for strip in strips
        if strip.size <= NOTE * setting.body and _is_beside(strip.box, area, setting.body)
    ]
    if any(is_caption(strip.text) == "sure" for strip in notes):
        return []  # it says what stands above or below it, and so do the lines that follow
    return sorted(notes, key=lambda strip: (strip.box[0] >= area[2], strip.box[1]))


def notes_of(strips: Sequence[Strip]) -> list[list[Strip]]:
    """The notes that these lines make: one goes on where the next line is close below."""
    notes: list[list[Strip]] = []
    for strip in strips:
        last = notes[-1][-1] if notes else None
        near = last is not None and -0.5 <= (strip.top - last.bottom) / strip.size <= _CLOSE
        if last is not None and near and strip.box[0] < last.box[2] and last.box[0] < strip.box[2]:
            notes[-1].append(strip)
        else:
            notes.append([strip])
    return notes


def _is_beside(box: Box, area: Box, em: float) -> bool:
    outside = box[2] <= area[0] - _GUTTER * em or box[0] >= area[2] + _GUTTER * em
    level = box[1] < area[3] and box[3] > area[1]
    return outside and level and box[2] - box[0] <= _NARROW * (area[2] - area[0])
