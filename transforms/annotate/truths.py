"""Two truths of one image: which says more, whether they contradict one another, and both in one.

Truths are of a source's words, tables and charts; what one leaves unsaid is no contradiction.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace

from gyogwa.schemas.page import Truth
from gyogwa.schemas.records import Annotation

Said = Truth | Annotation
Part = Literal["words", "tables", "charts"]


def richness(said: Said) -> tuple[int, int]:
    """How much is known: tables and charts whose structure is, and characters."""
    structures = len(said.charts) + sum(table.known for table in said.tables)
    return structures, _characters(said).total()


def contradict(first: Said, second: Said) -> bool:
    """Whether each says something that the other doesn't, in its words, its known tables or its
    charts. Labels of a part of a page don't contradict those of all of it, nor does another order
    of the words, nor a table in one and none in the other."""
    return any(
        bool(of(first) - of(second) and of(second) - of(first))
        for of in (_characters, _cells, _numbers)
    )


def lacking(kept: Said, other: Said) -> set[Part]:
    """What the other, which doesn't contradict it, says and `kept` doesn't: words, where there are
    more of them, or the same in blocks whose kind the source says; tables; charts."""
    parts: set[Part] = set()
    here, there = _characters(kept), _characters(other)
    more = there.total() > here.total()
    if not here - there and (more or (there and _known_blocks(other) and not _known_blocks(kept))):
        parts.add("words")
    if _cells(other) and not _cells(kept):
        parts.add("tables")
    if other.charts and not kept.charts:
        parts.add("charts")
    return parts


def united(kept: Truth, others: Iterable[Truth]) -> Truth:
    """What several truths of the same pixels say together. Those that contradict the first say
    nothing here."""
    for other in others:
        if contradict(kept, other):
            continue
        parts = lacking(kept, other)
        if "words" in parts:
            kept = replace(
                kept, words=other.words, lines=other.lines, blocks=other.blocks, turns=other.turns
            )
        if "tables" in parts:
            kept = replace(kept, tables=other.tables)
        if "charts" in parts:
            kept = replace(kept, charts=other.charts)
    return kept


def _characters(said: Said) -> Counter[str]:
    return Counter("".join("".join(word.text.split()) for word in said.words))


def _cells(said: Said) -> Counter[str]:
    """The characters in the cells of known tables."""
    known = (table for table in said.tables if table.known)
    return Counter("".join("".join(c.text.split()) for table in known for c in table.cells))


def _numbers(said: Said) -> Counter[str]:
    return Counter(
        f"{value}" for chart in said.charts for series in chart.series for value in series.values
    )


def _known_blocks(said: Said) -> bool:
    return any(block.known for block in said.blocks)
