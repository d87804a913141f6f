"""Characters that are drawn twice, one almost on the other, as once.

Browsers draw the shadow of a text, and its outline, glyph by glyph, and PDFium sorts what stands on
one line, so that a layer says `SShhaaddooww`. Whole words that are drawn twice are told where words
are compared with what is seen (see `pdf_layer`).
"""

from collections.abc import Sequence

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.pdf_characters import Char

_TWICE = 0.5  # of the smaller box: letters of a line hardly share any


def drawn_once(chars: Sequence[Char | None]) -> list[Char | None]:
    """The characters but for those that another text object draws again, next in order."""
    found: list[Char | None] = []
    for char in chars:
        last = found[-1] if found else None
        if last is None or char is None or not _same(last, char):
            found.append(char)
    return found


def _same(last: Char, char: Char) -> bool:
    return (
        last.text == char.text
        and last.drawn_by != char.drawn_by
        and _shared(last.box, char.box) > _TWICE * min(_area(last.box), _area(char.box))
    )


def _shared(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
