"""Questions whose answers follow from the numbers of a chart or table, and from nothing else.

Names stand in single quotes in every question, so that it is clear what is asked about.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from gyogwa.schemas.records import IMAGE
from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.table import TableSpec
from gyogwa.transforms.tasks.numbers import adds_up, told_apart

Values = list[float] | list[str]
Exchange = tuple[str, str]
Turns = list[dict[str, str]]


@dataclass(frozen=True)
class Facts:
    """Values by column, one a name. `exact`: whether every value can be read off the picture.

    `plain`: there is but one column, which the picture doesn't name. `sums`: rows that are left out
    because they sum others up, by label; `title` is that of the picture, `kind` of a chart.
    """

    language: str
    unit: str
    names: list[str]
    columns: dict[str, Values]
    exact: bool = True
    plain: bool = False
    sums: tuple[str, ...] = ()
    title: str = ""
    kind: str = ""


def chart_facts(plan: ChartSpec, language: str, labelled: bool) -> Facts:
    """What can be asked about a chart; only a labelled one has values that can be read exactly."""
    columns: dict[str, Values] = dict(plan.series)
    return Facts(
        language,
        plan.unit,
        plan.categories,
        columns,
        labelled,
        len(columns) == 1,
        title=plan.title,
        kind=plan.kind,
    )


def table_facts(grid: TableSpec, language: str, unit_shown: bool) -> Facts:
    """What can be asked about a table. Answers name the unit only if the picture shows it.

    A table of goods has no unit that holds for all columns.
    """
    mixed = any(label in ("수량", "Quantity", "Qty") for label in grid.columns)
    unit = grid.unit if unit_shown and not mixed else ""
    left = [entry.text for entry in grid.entries if entry.column == 0 and entry.row]
    named = any(text in grid.names for text in left)  # a timetable's rows begin with the hour
    sums = tuple(text for text in left if named and text not in grid.names)
    return Facts(language, unit, grid.names, grid.columns, sums=sums, title=grid.title)


def ask(facts: Facts, rng: random.Random, count: int = 3) -> Turns:
    """A conversation of up to `count` exchanges that begins with `<image>`; [] if nothing fits."""
    makers: list[Callable[[Facts, random.Random], Exchange | None]] = [_highest, _lowest, _how_many]
    if facts.exact:
        makers += [_value, _value, _difference, _together]
    rng.shuffle(makers)
    exchanges: list[Exchange] = []
    for make in makers:
        exchange = make(facts, rng)
        if exchange and exchange not in exchanges and len(exchanges) < count:
            exchanges.append(exchange)
    return turns_of(exchanges, 1)


def turns_of(exchanges: list[Exchange], images: int) -> Turns:
    """Role and content turns, `images` placeholders at the head of the first question."""
    turns: Turns = []
    for question, answer in exchanges:
        head = f"{IMAGE}\n" * images if not turns else ""
        turns.append({"role": "user", "content": head + question})
        turns.append({"role": "assistant", "content": answer})
    return turns


def said(facts: Facts, value: float | str) -> str:
    """A value with its unit, as a sentence would say it."""
    if isinstance(value, str):
        return value
    text = number(round(value, 1))
    if not facts.unit or facts.unit == "%":
        return text + facts.unit
    joint = "" if facts.language == "ko" and not facts.unit.isascii() else " "
    return f"{text}{joint}{facts.unit}"


def difference_said(facts: Facts, value: float) -> str:
    """A difference with its unit; that of two shares is in percentage points."""
    if facts.unit != "%":
        return said(facts, value)
    return number(round(value, 1)) + ("%p" if facts.language == "ko" else " percentage points")


def _without_sums(facts: Facts) -> str:
    """Words behind a question that leave rows of sums out."""
    if not facts.sums:
        return ""
    listed = ", ".join(f"'{text}'" for text in facts.sums)
    return f" ({listed} 행은 제외)" if facts.language == "ko" else f" (Leave out {listed}.)"


def extreme(facts: Facts, column: str, highest: bool) -> str | None:
    """The name with the largest (or smallest) number of a column; None if it isn't the only one, or
    where values aren't printed, if the eye can't tell it from the next."""
    values = [value for value in facts.columns[column] if isinstance(value, float)]
    if len(values) != len(facts.names) or not values:
        return None
    order = sorted(values, reverse=highest)
    apart = len(order) == 1 or abs(order[0] - order[1]) > (
        0 if facts.exact else float(told_apart(facts.kind)) * max(values)
    )
    return facts.names[values.index(order[0])] if apart else None


def _numbers(facts: Facts, rng: random.Random) -> tuple[str, list[float]] | None:
    """A column of numbers, by chance."""
    numeric = [
        (label, [value for value in values if isinstance(value, float)])
        for label, values in facts.columns.items()
        if values and isinstance(values[0], float)
    ]
    return rng.choice(numeric) if numeric else None


def _where(facts: Facts, column: str) -> str:
    """The column as a question names it, with a space after it; "" if the picture doesn't."""
    if facts.plain:
        return ""
    return f"'{column}'에서 " if facts.language == "ko" else f"Under '{column}', "


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _value(facts: Facts, rng: random.Random) -> Exchange | None:
    column = rng.choice(list(facts.columns))
    i = rng.randrange(len(facts.names))
    value, where = said(facts, facts.columns[column][i]), _where(facts, column)
    name = facts.names[i]
    if facts.language == "ko":
        question = rng.choice(["값은 무엇입니까?", "값을 알려 주세요.", "칸에 적힌 값은?"])
        if facts.plain:
            question = question.replace("칸에 적힌 ", "")
        return f"{where}'{name}'의 {question}", f"{value}입니다."
    question = rng.choice(["what is the value of '{}'?", "what value does '{}' have?"])
    return _sentence(where + question.format(name)), f"It is {value}."


def _highest(facts: Facts, rng: random.Random) -> Exchange | None:
    return _extreme(facts, rng, True)


def _lowest(facts: Facts, rng: random.Random) -> Exchange | None:
    return _extreme(facts, rng, False)


def _extreme(facts: Facts, rng: random.Random, highest: bool) -> Exchange | None:
    chosen = _numbers(facts, rng)
    name = extreme(facts, chosen[0], highest) if chosen else None
    if not chosen or name is None:
        return None
    column, values = chosen
    where, value = _where(facts, column), said(facts, values[facts.names.index(name)])
    if facts.language == "ko":
        how = "큰" if highest else "작은"
        more = f" 값은 {value}입니다." if facts.exact else ""
        question = f"{where}값이 가장 {how} 항목은 무엇입니까?{_without_sums(facts)}"
        return question, f"{name}입니다.{more}"
    how = "largest" if highest else "smallest"
    more = f", with {value}" if facts.exact else ""
    question = f"{where}which entry has the {how} value?{_without_sums(facts)}"
    return _sentence(question), f"{name}{more}."


def _how_many(facts: Facts, rng: random.Random) -> Exchange | None:
    count, listed = len(facts.names), ", ".join(facts.names)
    if facts.language == "ko":
        question = f"항목은 모두 몇 개이며 무엇입니까?{_without_sums(facts)}"
        return question, f"모두 {count}개로, {listed}입니다."
    question = f"How many entries are there, and which?{_without_sums(facts)}"
    return question, f"There are {count}: {listed}."


def _difference(facts: Facts, rng: random.Random) -> Exchange | None:
    chosen = _numbers(facts, rng)
    if not chosen or len(facts.names) < 2:
        return None
    column, values = chosen
    i, j = rng.sample(range(len(facts.names)), 2)
    where, gap = _where(facts, column), difference_said(facts, abs(values[i] - values[j]))
    one, two = facts.names[i], facts.names[j]
    if facts.language == "ko":
        particle = with_particle(one, "과")[len(one) :]
        return f"{where}'{one}'{particle} '{two}'의 차이는 얼마입니까?", f"{gap}입니다."
    question = f"{where}what is the difference between '{one}' and '{two}'?"
    return _sentence(question), f"The difference is {gap}."


def _together(facts: Facts, rng: random.Random) -> Exchange | None:
    chosen = _numbers(facts, rng)
    if not chosen or len(facts.names) < 2 or not adds_up(chosen[0], facts.unit, facts.title):
        return None
    column, values = chosen
    i, j = rng.sample(range(len(facts.names)), 2)
    where, total = _where(facts, column), said(facts, values[i] + values[j])
    one, two = facts.names[i], facts.names[j]
    if facts.language == "ko":
        particle = with_particle(one, "과")[len(one) :]
        return f"{where}'{one}'{particle} '{two}'의 합은 얼마입니까?", f"{total}입니다."
    question = f"{where}how much do '{one}' and '{two}' make together?"
    return _sentence(question), f"Together they make {total}."
