"""Two truths of one image: which says more, and whether they contradict one another."""

from collections import Counter

from gyogwa.schemas.page import Truth
from gyogwa.schemas.records import Annotation


def richness(said: Truth | Annotation) -> tuple[int, int]:
    """How much is known: tables and charts whose structure is, and characters."""
    structures = len(said.charts) + sum(table.known for table in said.tables)
    return structures, _characters(said).total()


def contradict(first: Truth, second: Truth) -> bool:
    """Whether each says something that the other doesn't. Labels of a part of a page don't
    contradict those of all of it, nor does another order of the words."""
    here, there = _characters(first), _characters(second)
    return bool(here - there and there - here)


def _characters(said: Truth | Annotation) -> Counter[str]:
    return Counter("".join("".join(word.text.split()) for word in said.words))
