"""Personal data on a page: which words and cells hold it, and of which kind."""

from collections import Counter
from typing import NamedTuple

from gyogwa.schemas.page import Table
from gyogwa.schemas.personal import PersonalKind
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.privacy.text import find
from gyogwa.transforms.privacy.views import View, views_of_table, views_of_words


class OnPage(NamedTuple):
    """`found`: kinds and texts, the same once a page; `words`: the numbers of the words that hold
    any; `cells`: of a table and of a cell in it; `values`: the texts as they may be written,
    longest first."""

    found: list[tuple[PersonalKind, str]]
    words: set[int]
    cells: set[tuple[int, int]]
    values: list[str]

    @property
    def kinds(self) -> dict[PersonalKind, int]:
        """How often each kind was found."""
        return dict(sorted(Counter(kind for kind, _ in self.found).items()))


def find_on_page(found: Annotation, kinds: frozenset[PersonalKind]) -> OnPage:
    """What stands on a page of some kinds, in its words and in the cells of its tables."""
    seen: dict[str, PersonalKind] = {}
    words: set[int] = set()
    cells: set[tuple[int, int]] = set()
    for view in views_of_words(found):
        words.update(_look(view, kinds, seen))
    for number, table in enumerate(found.tables):
        cells.update((number, cell) for cell in _in_table(table, kinds, seen))
    values = {part for value in seen for part in (value, _compact(value)) if len(part) > 1}
    words |= _words_saying(found, {_compact(value) for value in seen})
    distinct = {_compact(value): (kind, value) for value, kind in seen.items()}
    return OnPage(sorted(distinct.values()), words, cells, sorted(values, key=_longest))


def _look(view: View, kinds: frozenset[PersonalKind], seen: dict[str, PersonalKind]) -> list[int]:
    owners: list[int] = []
    for kind, start, end in find(view.text):
        if kind in kinds:
            seen.setdefault(" ".join(view.text[start:end].split()), kind)
            owners += view.owners_of(start, end)
    return owners


def _in_table(
    table: Table, kinds: frozenset[PersonalKind], seen: dict[str, PersonalKind]
) -> set[int]:
    return {owner for view in views_of_table(table) for owner in _look(view, kinds, seen)}


def _words_saying(found: Annotation, values: set[str]) -> set[int]:
    """Words that are, or begin with, a value found elsewhere: a name with its particle."""
    return {
        number
        for number, word in enumerate(found.words)
        for value in values
        if word.text == value or (len(value) > 2 and word.text.startswith(value))
    }


def _compact(value: str) -> str:
    return "".join(value.split())


def _longest(value: str) -> tuple[int, str]:
    return -len(value), value
