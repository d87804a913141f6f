"""A text layer in doubt against what an engine read of the same page.

Two things are asked. Does the layer say what stands there: of each of its lines the letters and
digits that the engine read in the same place are compared, spaces and punctuation apart. And does
it say all: what the engine is sure of outside the layer's words is counted. A layer that agrees in
both is believed; one that says what stands there, but not all, is kept, and the rest is as it was
read; else the reading stands. Vertical lines, which engines don't read, are
taken as they are.
"""

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import Annotation

_AGREE = 0.7
"""Read by Tesseract, ten sound pages with charts, photographs or formulas of seven documents agree
in .79 and more, the Debian FAQ in .999; maps that are shifted or shuffled in at most .06. Sound and
yet refused: two pages in Chinese, which the engine doesn't read (.46 and .52), and a chart that it
took to lie on its side (0)."""
_BESIDE = 0.1
_LEAST_BESIDE = 8  # characters: a stamp or a logo
"""Beside the layer of those sound pages stand at most .03; of pages with pictures of text (a
register with scanned attachments, a report with screenshots) .25 to .97."""
_SURE = 0.5


class Comparison(NamedTuple):
    """Of a layer: the share of its characters that the engine read in the same places, and how many
    characters the engine is sure of beside its words, in all and as a share of both; `unread`: why
    nothing was compared."""

    agreement: float
    beside: int
    beside_share: float
    unread: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the layer says what stands where its words are."""
        return self.agreement >= _AGREE

    @property
    def believed(self) -> bool:
        """Whether the layer is what stands on the page."""
        told_all = self.beside <= _LEAST_BESIDE or self.beside_share <= _BESIDE
        return self.agrees and told_all

    def __str__(self) -> str:
        return (
            self.unread
            or f"read, {self.agreement:.2f} of it agree, {self.beside_share:.2f} stand beside it"
        )


def compare(layer: Annotation, upright: int, read: Annotation) -> Comparison:
    """Compare two annotations of one page, boxes on the same image; of the layer the first
    `upright` words, as engines read in one direction."""
    letters = edits = 0
    for line in layer.lines:
        if line.last > upright:
            break
        said = _letters(layer.words[line.first : line.last])
        found = _letters([word for word in read.words if _within(word.box, line.box)])
        letters += len(said)
        edits += min(Levenshtein.distance(said, found), len(said))
    agreement = 1 - edits / letters if letters else 0.0
    if layer.direction == "vertical":
        return Comparison(1.0, 0, 0.0, "its lines are vertical, which engines don't read")
    boxes = [word.box for word in layer.words]
    beside = sum(
        len(_letters([word]))
        for word in read.words
        if word.confidence >= _SURE and not any(_within(word.box, box) for box in boxes)
    )
    return Comparison(agreement, beside, beside / max(beside + letters, 1))


def remainder(layer: Sequence[Word], read: Sequence[Word]) -> list[Word]:
    """What was read where the layer has no words, so that each place is read once."""
    return [word for word in read if not any(_within(word.box, other.box) for other in layer)]


def _letters(words: Sequence[Word]) -> str:
    text = normalize("NFKC", "".join(word.text for word in words)).casefold()
    return "".join(char for char in text if char.isalnum())


def _within(box: Box, other: Box) -> bool:
    """Whether two boxes share half of the smaller one."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return wide > 0 and high > 0 and wide * high >= 0.5 * smaller
