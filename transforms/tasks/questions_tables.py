"""Questions whose answers follow from the cells of one table, and from nothing else.

Columns are named by their headers from top to bottom ("2021년 계획"), rows by the cells at the
left.
What two rows or two columns are called alike, or where two rows tie, isn't asked about. Rows of
totals can be looked up, but are left out wherever rows are compared, added or counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.page import Cell
from transforms.korean import with_particle
from transforms.tasks.numbers import (
    Quantity,
    adds_up,
    parse_column,
    parse_quantity,
    write_gap,
    write_like,
)
from transforms.tasks.questions_base import (
    Question,
    both,
    name_answers,
    nameable,
    pairs,
    pick_one,
    quoted,
    value_answers,
)
from transforms.tasks.structure.grid import header_rows, places_of, size_of

_TOTAL = re.compile(
    r"(?:합계|총계|소계|누계|총합계?|전체|계|평균)(?:\W.*)?"
    r"|.*\b(?:sub|grand )?total\b.*|sum|average|mean|overall|all",
    re.IGNORECASE,
)
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class Row:
    """One row of the body: what it is called, and the text under each column that has one."""

    label: str
    texts: dict[int, str]

    @property
    def total(self) -> bool:
        """Whether it sums up other rows."""
        label = self.label.replace(" ", "") if not self.label.isascii() else self.label
        return _TOTAL.fullmatch(label) is not None


@dataclass(frozen=True)
class TableFacts:
    """Columns by number with their labels, and the rows of the body, from top to bottom.

    `additive`: nothing written around the table says that its values can't be added.
    """

    columns: dict[int, str]
    rows: list[Row]
    additive: bool = True


def table_facts(cells: list[Cell], around: str = "") -> TableFacts | None:
    """What can be asked about, None without headers or body; `around` are titles and captions.

    Raises ValueError for cells that overlap.
    """
    places = places_of(cells)
    count, width = size_of(places)
    head = header_rows(cells)
    if not 0 < head < count:
        return None
    stub = _stub(cells, head, width)
    columns = {
        column: _label([places.get((row, column)) for row in range(head)])
        for column in range(stub, width)
    }
    rows = []
    for row in range(head, count):
        texts = {
            column: cell.text
            for column in columns
            if (cell := places.get((row, column)))
            and not cell.header
            and cell.row_span == cell.column_span == 1
        }
        label = _label([places.get((row, column)) for column in range(stub)])
        if texts and label:
            rows.append(Row(label, texts))
    return TableFacts(columns, rows, adds_up(around))


def _stub(cells: list[Cell], head: int, width: int) -> int:
    """How many columns at the left name the rows: as many as hold headers or groups of rows."""
    body = [cell for cell in cells if cell.row >= head and cell.column_span == 1]
    for column in range(width):
        here = [cell for cell in body if cell.column == column]
        if not here or not (
            all(cell.header for cell in here) or any(cell.row_span > 1 for cell in here)
        ):
            return max(1, column + any(c.row_span > 1 for c in body if c.column == column - 1))
    return width


def _label(cells: list[Cell | None]) -> str:
    """The texts of the cells, a spanning one once."""
    once = dict.fromkeys((c.row, c.column, c.text) for c in cells if c)
    return " ".join(text for _, _, text in once if text)


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
        rows = [row for row in facts.rows if not row.total]
        numbers = parse_column([row.texts.get(column, "") for row in rows])
        if numbers and len(numbers) > 1:
            labels = [row.label for row in rows]
            yield from _extremes(asker, label, labels, numbers)
            yield from _pairs(asker, label, labels, numbers)
            yield from _counts(asker, label, numbers)
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
        yield Question("lookup", detail, fields, say(text, korean))
        if text in nameable(texts):
            fields = {"scope": scope, "value": quoted(text)}
            yield Question("which_row", detail, fields, name_answers(row.label, korean))


def _aside(asker: _Asker) -> str:
    """Words that leave totals out, where there are any."""
    totals = list(dict.fromkeys(row.label for row in asker.facts.rows if row.total))
    if not totals:
        return ""
    listed = ", ".join(map(quoted, totals))
    return f" ({listed} 행은 제외)" if asker.korean else f" (Leave out {listed}.)"


def _extremes(
    asker: _Asker, label: str, labels: list[str], numbers: list[Quantity]
) -> Iterator[Question]:
    values = [number.value for number in numbers]
    fields = {"scope": asker.scope(label), "aside": _aside(asker)}
    named = nameable(labels)
    for kind, best in (("largest", max(values)), ("smallest", min(values))):
        text = write_like(best, [numbers[values.index(best)]])
        yield Question(f"{kind}_value", label, fields, value_answers(text, asker.korean))
        name = labels[values.index(best)]
        if values.count(best) > 1 or name not in named:
            continue
        answers = name_answers(name, asker.korean)
        if asker.korean:
            how = "큽니다" if kind == "largest" else "작습니다"
            answers.append(f"{with_particle(name, '이')} {text}{_to(text)} 가장 {how}.")
        else:
            answers.append(f"{name}, with {text}.")
        yield Question(kind, label, fields, answers)


def _to(text: str) -> str:
    return with_particle(text, "으로")[len(text) :]


def _pairs(
    asker: _Asker, label: str, labels: list[str], numbers: list[Quantity]
) -> Iterator[Question]:
    named, korean = nameable(labels), asker.korean
    usable = [index for index, name in enumerate(labels) if name in named]
    for i, j in pairs(len(usable), asker.key, label):
        one, two = usable[i], usable[j]
        gap = numbers[one].value - numbers[two].value
        detail = f"{labels[one]}/{labels[two]}/{label}"
        fields = {"scope": asker.scope(label), "pair": both(labels[one], labels[two], korean)}
        text = write_gap(abs(gap), [numbers[one], numbers[two]], korean)
        yield Question("difference", detail, fields, value_answers(text, korean))
        if gap:
            larger = labels[one if gap > 0 else two]
            yield Question("compare", detail, fields, name_answers(larger, korean))


def _sum(asker: _Asker, label: str, numbers: list[Quantity]) -> Question:
    total = write_like(sum((number.value for number in numbers), Decimal(0)), numbers)
    fields = {"scope": asker.scope(label), "aside": _aside(asker)}
    return Question("sum", label, fields, value_answers(total, asker.korean))


def _counts(asker: _Asker, label: str, numbers: list[Quantity]) -> Iterator[Question]:
    """How many rows lie above (below) a round number near the middle; some do and some don't."""
    values = sorted(number.value for number in numbers)
    middle = values[len(values) // 2]
    step = Decimal(1).scaleb(middle.adjusted() if middle else 0)
    bound = (middle / step).to_integral_value() * step
    bound_text = write_like(bound, [*numbers], plain=True)
    above = pick_one(["above", "below"], asker.key, "count", label) == "above"
    count = sum(value > bound if above else value < bound for value in values)
    if not 0 < count < len(values):
        return
    if asker.korean:
        condition = f"{bound_text}보다 {'큰' if above else '작은'}"
        answers = [f"{count}개", f"{count}개입니다.", f"모두 {count}개입니다."]
    else:
        condition = f"{'greater' if above else 'less'} than {bound_text}"
        answers = [str(count), f"There {'is' if count == 1 else 'are'} {count}.", f"{count} rows."]
        answers = answers[:2] if count == 1 else answers
    fields = {"scope": asker.scope(label), "condition": condition, "aside": _aside(asker)}
    yield Question("count", f"{condition}/{label}", fields, answers)
