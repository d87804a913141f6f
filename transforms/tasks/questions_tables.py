"""Questions whose answers follow from the cells of one table, and from nothing else.

Columns are named by their headers from top to bottom ("2021년 계획"), rows by the cells at the
left.
What two rows or two columns are called alike, or where two rows tie, isn't asked about. Rows that
are no data (see `totals`) can be looked up, but are left out wherever rows are compared, added or
counted, and the question says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gyogwa.transforms.tasks import explanations as because
from gyogwa.transforms.tasks.numbers import (
    Quantity,
    adds_up,
    parse_column,
    parse_quantity,
    write_gap,
    write_like,
)
from gyogwa.transforms.tasks.questions_base import (
    Question,
    both,
    count_answers,
    name_answers,
    nameable,
    pairs,
    pick_one,
    quoted,
    value_answers,
)
from gyogwa.transforms.tasks.table_facts import TableFacts

_LONGEST_VALUE = 60
_ORDINAL = re.compile(r"(?!(?:19|20)\d\d$)\d+")
"""A number that says which row it is; a year is a name."""


@dataclass(frozen=True)
class _Asker:
    """What all questions about one table share; `key` is what every choice hangs on."""

    facts: TableFacts
    noun: str
    korean: bool
    key: str

    def scope(self, label: str) -> str:
        """The column as a question names it."""
        return f'{self.noun}의 "{label}" 열에서' if self.korean else f'"{label}" in {self.noun}'


def table_questions(facts: TableFacts, noun: str, korean: bool, key: str) -> Iterator[Question]:
    """All that can be asked; `noun` is what the table is called."""
    asker = _Asker(facts, noun, korean, key)
    named = nameable(facts.columns.values())
    for column, label in facts.columns.items():
        if label not in named:
            continue
        yield from _lookups(asker, column, label)
        rows = [row for row in facts.rows if not row.summary]
        numbers = parse_column([row.texts.get(column, "") for row in rows])
        if numbers and len(numbers) > 1:
            labels = [row.label for row in rows]
            yield from _extremes(asker, label, labels, numbers)
            yield from _pairs(asker, label, labels, numbers)
            yield from _counts(asker, label, labels, numbers)
            if facts.additive and adds_up(label, numbers[0].unit):
                yield _sum(asker, label, numbers)


def _lookups(asker: _Asker, column: int, label: str) -> Iterator[Question]:
    facts, korean, scope = asker.facts, asker.korean, asker.scope(label)
    named = nameable(row.label for row in facts.rows)
    texts = [row.texts.get(column, "") for row in facts.rows]
    for row, text in zip(facts.rows, texts, strict=True):
        if row.label not in named or not text or len(text) > _LONGEST_VALUE:
            continue
        detail, fields = f"{row.label}/{label}", {"scope": scope, "row": quoted(row.label)}
        say = value_answers if parse_quantity(text) else name_answers
        others = tuple(other for other in texts if other)
        yield Question("lookup", detail, fields, say(text, korean), others)
        if text in nameable(texts):
            fields = {"scope": scope, "value": quoted(text)}
            rows = tuple(other.label for other in facts.rows)
            yield Question("which_row", detail, fields, name_answers(row.label, korean), rows)


def _aside(asker: _Asker) -> str:
    """Words that leave out rows that are no data, where there are any."""
    totals = list(dict.fromkeys(row.label for row in asker.facts.rows if row.summary))
    if not totals:
        return ""
    listed = ", ".join(map(quoted, totals))
    return f" ({listed} 행은 제외)" if asker.korean else f" (Leave out {listed}.)"


def _extremes(
    asker: _Asker, label: str, labels: list[str], numbers: list[Quantity]
) -> Iterator[Question]:
    values = [number.value for number in numbers]
    fields = {"scope": asker.scope(label), "aside": _aside(asker)}
    named, korean = nameable(labels), asker.korean
    listed = list(zip(labels, numbers, strict=True))
    for largest in (True, False):
        kind, best = ("largest", max(values)) if largest else ("smallest", min(values))
        text = write_like(best, [numbers[values.index(best)]])
        why = because.of_extreme(listed, text, largest, True, korean)
        yield Question(f"{kind}_value", label, fields, value_answers(text, korean, why))
        name = labels[values.index(best)]
        if values.count(best) == 1 and name in named:
            why = because.of_extreme(listed, name, largest, False, korean)
            yield Question(kind, label, fields, name_answers(name, korean, why), tuple(labels))


def _pairs(
    asker: _Asker, label: str, labels: list[str], numbers: list[Quantity]
) -> Iterator[Question]:
    named, korean = nameable(labels), asker.korean
    # "7" and "29" of a column of numbers would be taken for its values.
    usable = [i for i, name in enumerate(labels) if name in named and not _ORDINAL.fullmatch(name)]
    for i, j in pairs(len(usable), asker.key, label):
        one, two = usable[i], usable[j]
        gap = numbers[one].value - numbers[two].value
        detail = f"{labels[one]}/{labels[two]}/{label}"
        fields = {"scope": asker.scope(label), "pair": both(labels[one], labels[two], korean)}
        text = write_gap(abs(gap), [numbers[one], numbers[two]], korean)
        named_pair = [(labels[one], numbers[one]), (labels[two], numbers[two])]
        why = because.of_difference(named_pair, text, korean)
        yield Question("difference", detail, fields, value_answers(text, korean, why))
        if gap:
            larger = labels[one if gap > 0 else two]
            why = because.of_larger(named_pair, larger, korean)
            yield Question("compare", detail, fields, name_answers(larger, korean, why))


def _sum(asker: _Asker, label: str, numbers: list[Quantity]) -> Question:
    total = write_like(sum((number.value for number in numbers), Decimal(0)), numbers)
    fields = {"scope": asker.scope(label), "aside": _aside(asker)}
    why = because.of_sum(numbers, total, asker.korean)
    return Question("sum", label, fields, value_answers(total, asker.korean, why))


def _counts(
    asker: _Asker, label: str, labels: list[str], numbers: list[Quantity]
) -> Iterator[Question]:
    """How many rows lie above (below) a round number near the middle; some do and some don't."""
    values = sorted(number.value for number in numbers)
    middle = values[len(values) // 2]
    step = Decimal(1).scaleb(middle.adjusted() if middle else 0)
    bound = (middle / step).to_integral_value() * step
    bound_text = write_like(bound, [*numbers], plain=True)
    above = pick_one(["above", "below"], asker.key, "count", label) == "above"
    names = [
        name
        for name, number in zip(labels, numbers, strict=True)
        if (number.value > bound if above else number.value < bound)
    ]
    if not 0 < len(names) < len(values):
        return
    if asker.korean:
        condition = f"{bound_text}보다 {'큰' if above else '작은'}"
    else:
        condition = f"{'greater' if above else 'less'} than {bound_text}"
    why = because.of_count(names, condition, asker.korean)
    answers = count_answers(len(names), asker.korean, why)
    fields = {"scope": asker.scope(label), "condition": condition, "aside": _aside(asker)}
    yield Question("count", f"{condition}/{label}", fields, answers)
