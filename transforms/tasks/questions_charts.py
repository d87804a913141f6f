"""Questions whose answers follow from the numbers of one chart, and from nothing else.

A number is asked for, or reckoned with, only where it is printed in the chart. Else there is only
order (larger, largest, rising), and only where the eye can tell (`numbers.told_apart`). Nothing is
asked where two values tie, nor across series that measure different things.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from gyogwa.schemas.page import Chart, Word
from gyogwa.transforms.tasks import explanations as because
from gyogwa.transforms.tasks.numbers import (
    OF_OWN_SCALES,
    Quantity,
    adds_up,
    parse_quantity,
    told_apart,
    write_gap,
    write_like,
)
from gyogwa.transforms.tasks.questions_base import (
    Answers,
    Question,
    both,
    count_answers,
    name_answers,
    nameable,
    pairs,
    quoted,
    value_answers,
)
from gyogwa.transforms.tasks.totals import is_total

_OVER_TIME = ("line", "area", "combined")
_TRENDS = {
    "up": (
        Answers("계속 증가", "값이 계속 늘었습니다."),
        Answers("rising throughout", "It rose throughout."),
    ),
    "down": (
        Answers("계속 감소", "값이 계속 줄었습니다."),
        Answers("falling throughout", "It fell throughout."),
    ),
    "mixed": (
        Answers("오르내림", "값이 오르내렸습니다."),
        Answers("up and down", "It went up and down."),
    ),
}


@dataclass(frozen=True)
class ChartFacts:
    """A chart's values by series, as exact numbers; `like` is how a printed one is written.

    `like` has None for a value that isn't printed; `title` and `unit` are "" where the picture
    doesn't show them; `additive`: a sum of values means something.
    """

    title: str
    unit: str
    kind: str
    categories: list[str]
    values: dict[str, list[Decimal]]
    like: dict[str, list[Quantity | None]]
    additive: bool

    @property
    def exact(self) -> bool:
        """Whether every value is printed."""
        return all(quantity for listed in self.like.values() for quantity in listed)

    def apart(self, one: Decimal, two: Decimal, seen: bool) -> bool:
        """Whether one can tell which of two is larger; `seen`: both are printed."""
        top = max(abs(value) for values in self.values.values() for value in values)
        return one != two and (seen or abs(one - two) >= told_apart(self.kind) * top)


def chart_facts(chart: Chart, words: list[Word], korean: bool) -> ChartFacts | None:
    """What can be asked about a chart among the page's words.

    None where a category or series is named twice, or values don't match the categories.
    """
    names = [series.name for series in chart.series]
    if not chart.categories or not names:
        return None
    if nameable(chart.categories) != set(chart.categories):
        return None
    if len(names) > 1 and nameable(names) != set(names):
        return None
    if any(len(series.values) != len(chart.categories) for series in chart.series):
        return None
    inside = [word.text for word in words if _holds(chart.box, word.box)]
    unit = chart.unit if _squeezed(chart.unit) in _squeezed("".join(inside)) else ""
    joint = "" if unit == "%" or (korean and not unit.isascii()) else " "
    printed = _printed(chart, inside)
    values = {
        series.name: [Decimal(repr(value)) for value in series.values] for series in chart.series
    }
    if not all(value.is_finite() for listed in values.values() for value in listed):
        return None
    suffix = f"{joint}{unit}" if unit else ""
    like = {
        name: [_with_unit(printed.get(value), suffix) for value in listed]
        for name, listed in values.items()
    }
    shown = _squeezed(chart.title) in _squeezed("".join(word.text for word in words))
    title = chart.title if shown else ""
    summed = any(map(is_total, chart.categories))  # a bar of totals beside those it sums up
    additive = adds_up(chart.title, chart.unit, *values) and not summed
    return ChartFacts(title, unit, chart.kind, chart.categories, values, like, additive)


def _holds(box: list[float], inner: list[float]) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _printed(chart: Chart, inside: list[str]) -> dict[Decimal, Quantity]:
    """The values that stand in the chart at least as often as they should, as they are written.

    Words that belong to a title or a name ("Under 20") don't count. A tick of the axis does: a bar
    that ends at a labelled tick can be read off.
    """
    named = [chart.title, *chart.categories]
    named += [series.name for series in chart.series] if len(chart.series) > 1 else []
    left = Counter(inside) - Counter(word for name in named for word in name.split())
    found: dict[Decimal, list[Quantity]] = {}
    for text, count in left.items():
        quantity = parse_quantity(text)
        if quantity and quantity.unit in ("", chart.unit) and not quantity.prefix:
            found.setdefault(quantity.value, []).extend([quantity] * count)
    wanted = Counter(Decimal(repr(value)) for series in chart.series for value in series.values)
    return {
        value: found[value][0]
        for value, count in wanted.items()
        if len(found.get(value, [])) >= count
    }


def _with_unit(quantity: Quantity | None, suffix: str) -> Quantity | None:
    if quantity is None:
        return None
    return Quantity(quantity.value, suffix, quantity.decimals, "", quantity.grouped, quantity.minus)


@dataclass(frozen=True)
class _Asker:
    """What all questions about one chart share; `key` is what every choice hangs on."""

    facts: ChartFacts
    noun: str
    korean: bool
    key: str

    def scope(self, name: str, of_series: bool = True) -> str:
        """Where to look: a series (if there are several) or a category of the chart."""
        if of_series and len(self.facts.values) == 1:
            return f"{self.noun}에서" if self.korean else f"in {self.noun}"
        if self.korean and of_series and self.facts.kind in OF_OWN_SCALES:
            return f'{self.noun}에서 "{name}" 기준으로'
        if self.korean:
            return f'{self.noun}의 "{name}" {"계열" if of_series else "항목"}에서'
        return f'for "{name}" in {self.noun}'


def chart_questions(facts: ChartFacts, noun: str, korean: bool, key: str) -> Iterator[Question]:
    """All that can be asked; `noun` is what the chart is called."""
    asker = _Asker(facts, noun, korean, key)
    yield _count(asker, "categories", len(facts.categories))
    if len(facts.values) > 1 and facts.kind not in ("scatter", "box"):  # these have no legend
        yield _count(asker, "series", len(facts.values))
    for name, values in facts.values.items():
        like, scope = facts.like[name], asker.scope(name)
        yield from _lookups(asker, name, scope)
        yield from _extremes(asker, name, scope)
        yield from _pairs(asker, scope, name, facts.categories, values, like)
        shown = [quantity for quantity in like if quantity]
        if facts.additive and len(values) > 1 and len(shown) == len(values):
            total = write_like(sum(values, Decimal(0)), shown)
            answers = value_answers(total, korean, because.of_sum(shown, total, korean))
            yield Question("sum", name, {"scope": scope}, answers)
        drawn = facts.kind != "combined" or name == list(facts.values)[-1]  # bars, then a line
        if facts.kind in _OVER_TIME and drawn:
            yield from _trend(asker, name, scope)
    if len(facts.values) > 1 and facts.kind not in OF_OWN_SCALES:
        names = list(facts.values)
        for index, category in enumerate(facts.categories):
            across = [facts.values[name][index] for name in names]
            likes = [facts.like[name][index] for name in names]
            yield from _pairs(asker, asker.scope(category, False), category, names, across, likes)


def _count(asker: _Asker, kind: str, count: int) -> Question:
    return Question(kind, str(count), {"noun": asker.noun}, count_answers(count, asker.korean))


def _lookups(asker: _Asker, name: str, scope: str) -> Iterator[Question]:
    like = asker.facts.like[name]
    others = tuple(write_like(quantity.value, [quantity]) for quantity in like if quantity)
    for category, quantity in zip(asker.facts.categories, like, strict=True):
        if quantity:
            answers = value_answers(write_like(quantity.value, [quantity]), asker.korean)
            fields = {"scope": scope, "name": quoted(category)}
            yield Question("lookup", f"{category}/{name}", fields, answers, others)


def _extremes(asker: _Asker, name: str, scope: str) -> Iterator[Question]:
    facts = asker.facts
    if any(map(is_total, facts.categories)):
        return  # the total is the largest of all, and says nothing
    values, like = facts.values[name], facts.like[name]
    for kind, sign in (("largest", -1), ("smallest", 1)):
        order = sorted(range(len(values)), key=lambda i: sign * values[i])
        if len(order) < 2 or not facts.apart(values[order[0]], values[order[1]], all(like)):
            continue
        best = order[0]
        category = facts.categories[best]
        named = [(c, q) for c, q in zip(facts.categories, like, strict=True) if q]
        why = ""
        if len(named) == len(like):
            why = because.of_extreme(named, category, kind == "largest", False, asker.korean)
        answers = name_answers(category, asker.korean, why)
        yield Question(kind, name, {"scope": scope}, answers, tuple(facts.categories))


def _pairs(
    asker: _Asker,
    scope: str,
    of: str,
    names: list[str],
    values: list[Decimal],
    like: list[Quantity | None],
) -> Iterator[Question]:
    for i, j in pairs(len(names), asker.key, of):
        detail = f"{names[i]}/{names[j]}/{of}"
        fields = {"scope": scope, "pair": both(names[i], names[j], asker.korean)}
        one, two, why = like[i], like[j], ""
        larger = names[i if values[i] > values[j] else j]
        if one and two:
            pair = [(names[i], one), (names[j], two)]
            gap = write_gap(abs(values[i] - values[j]), [one, two], asker.korean)
            why = because.of_difference(pair, gap, asker.korean)
            yield Question("difference", detail, fields, value_answers(gap, asker.korean, why))
            why = because.of_larger(pair, larger, asker.korean)
        if asker.facts.apart(values[i], values[j], bool(one and two)):
            yield Question("compare", detail, fields, name_answers(larger, asker.korean, why))


def _trend(asker: _Asker, name: str, scope: str) -> Iterator[Question]:
    """Rising: each value above the one before; falling: below; else there is some of each."""
    facts = asker.facts
    steps = list(pairwise(facts.values[name]))
    if len(steps) < 2 or not all(facts.apart(a, b, all(facts.like[name])) for a, b in steps):
        return
    ups = sum(b > a for a, b in steps)
    course = "up" if ups == len(steps) else "down" if ups == 0 else "mixed"
    yield Question("trend", name, {"scope": scope}, _TRENDS[course][0 if asker.korean else 1])
