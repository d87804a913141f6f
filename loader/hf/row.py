"""The tokens of one sample: which of them are learnt, and where they may be cut off.

A cut never goes through an image's tokens or a thing with its place. Where an answer holds boxes it
is cut between lines, since every dialect that has several a page writes one a line (what is all one
line isn't cut); elsewhere between tokens. What was cut off is no end: the token that ends a turn is
never put behind a cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gyogwa.loader.hf.conversation import Span
from gyogwa.schemas.errors import GyogwaError

IGNORED = -100
"""The label of what isn't learnt, as `torch.nn.CrossEntropyLoss` has it."""

PLACES = re.compile(
    r"<bbox>|\"bbox_2d\"|<box>|<patch_index_|<loc_?[0-9]|<\|LOC_[0-9]|<delim>", re.ASCII
)
"""What only a box in some dialect is written with."""


@dataclass(frozen=True)
class Row:
    """One sample's T tokens. `offsets`: characters of `text`, in which images are written out, that
    each token covers. `answers`, `contents` and `images` are characters from and to there. `more`:
    what else there is a token, such as token types."""

    key: str
    text: str
    ids: list[int]
    offsets: list[Span]
    answers: list[Span]
    contents: list[Span]
    images: list[Span]
    more: dict[str, list[int]] = field(default_factory=dict)

    def labels(self, length: int) -> list[int]:
        """The first `length` labels: the tokens of answers, and `IGNORED`."""
        found = [IGNORED] * length
        spans = iter(self.answers)
        span = next(spans, None)
        for number, (start, end) in enumerate(self.offsets[:length]):
            while span is not None and start >= span[1]:
                span = next(spans, None)
            if span is None:
                break
            if end > span[0] and end > start:
                found[number] = self.ids[number]
        return found

    def fitting(self, most: int | None) -> int:
        """How many tokens to keep so that there are at most `most`.

        Raises GyogwaError when no cut leaves all images and something to learn.
        """
        if most is None or len(self.ids) <= most:
            return len(self.ids)
        begin = max([end for _, end in self.images] + [self.answers[0][0] if self.answers else 0])
        cuts = self._cuts()
        for length in range(most, 0, -1):
            end = self.offsets[length - 1][1]
            if end <= begin:
                break
            if end in cuts and self.offsets[length][0] >= end:
                return length
        raise GyogwaError(
            f"{self.key}: {len(self.ids)} tokens, and it can't be cut to {most} without cutting "
            "through an image or a box, or nothing left to learn; raise max_length, show images "
            'smaller, or too_long="skip" to leave such samples out'
        )

    def _cuts(self) -> set[int]:
        """The characters before which a sample may end."""
        cuts = {end for _, end in self.answers}
        for start, end in self.contents:
            answer = self.text[start:end]
            if PLACES.search(answer):
                cuts |= {start + at + 1 for at, char in enumerate(answer) if char == "\n"}
                # a tokenizer may join the line break with what is before it, or leave it for later
                cuts |= {start + at for at, char in enumerate(answer) if char == "\n"}
            else:
                cuts |= set(range(start + 1, end))
        return cuts


def moved(spans: Sequence[Span], replaced: Sequence[tuple[Span, Span]]) -> list[Span]:
    """Spans of a text in the text in which each first span of `replaced` (ascending) has become as
    long as its second one."""

    def at(char: int) -> int:
        by = 0
        for old, new in replaced:
            if char >= old[1]:
                by = new[1] - old[1]
        return char + by

    return [(at(start), at(end)) for start, end in spans]
