"""How a document is set: its body's size and the sizes of its headings, from many of its pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gyogwa.transforms.ingest.sources.structure.pieces import Strip

_LARGER = 1.12
"""Times the body's size from which on a line is set as a heading. Of the manuals looked at the
smallest larger heading is 1.2 times the body; fonts of one line differ by less than .08."""


@dataclass(frozen=True)
class Setting:
    """Sizes in points. `headings`: those that are larger than the body, the largest first;
    `bold_body`: the body itself is bold, so that weight says nothing."""

    body: float
    headings: tuple[float, ...] = ()
    bold_body: bool = False

    def is_larger(self, strip: Strip) -> bool:
        """Whether a line is set larger than the body."""
        return strip.size >= _LARGER * self.body

    def level(self, strip: Strip) -> int:
        """The level of a heading of this size; one below all larger ones for a bold one."""
        ranks = [size for size in self.headings if size > strip.size + 0.3]
        return len(ranks) + 1


def setting_of(strips: Iterable[Strip]) -> Setting:
    """Of the lines of some pages."""
    weights: Counter[float] = Counter()
    bold = lines = 0
    sizes: Counter[float] = Counter()
    for strip in strips:
        length = len(strip.text)
        weights[strip.size] += length
        lines += length
        bold += length * strip.bold
        sizes[strip.size] += 1
    if not weights:
        return Setting(10.0)
    body = max(weights, key=lambda size: (weights[size], size))
    larger = sorted((size for size in sizes if size >= _LARGER * body), reverse=True)
    apart: list[float] = []
    for size in larger:
        if not apart or apart[-1] - size > 0.3:
            apart.append(size)
    return Setting(body, tuple(apart), bold > 0.5 * lines)
