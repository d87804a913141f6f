"""The numbers of a chart, before anything is drawn: the plain kinds, and which kind it is."""

import calendar
import random
from dataclasses import dataclass

from gyogwa.transforms.synthesis.writing import Writer

# Only people have ages.
_AGED = {unit: ["age", "age"] for unit in ("명", "people", "pupils", "patients", "doses")}


@dataclass(frozen=True)
class ChartSpec:
    """What a chart shows. `kind` is one of `chart_kinds.CHART_KINDS`; combined is bars and a line.
    Values are whole, or shares with one decimal.

    `series` holds (name, values), one value a category; a pie, a ring and an area have one series,
    a box plot five: least value, quartiles, largest value. Where series have units of their own
    (combined, scatter), `unit` is "" and the names say them.
    """

    kind: str
    title: str
    unit: str
    categories: list[str]
    series: list[tuple[str, list[float]]]

    @property
    def korean(self) -> bool:
        """Whether the title is in Hangul."""
        return any("가" <= char <= "힣" for char in self.title)


def number(value: float) -> str:
    """A value as it is written on the page: thousands with commas, no needless decimal.

    >>> number(1234.0), number(12.5)
    ('1,234', '12.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def plan_plain(writer: Writer, kind: str) -> ChartSpec:
    """Bars, lines or an area about the writer's topic."""
    rng = writer.rng
    name, unit, low, high = writer.measure()
    by_time = kind != "bar" or rng.random() < 0.45
    categories = periods(writer) if by_time else groups(writer, unit)
    names = _series_names(writer, by_time) if kind != "area" else [name]
    if len(names) == 1:
        names = [name]  # without a legend nothing else is said about it
    series = [(label, values(rng, len(categories), low, high, trend=by_time)) for label in names]
    return ChartSpec(
        kind, title_for(writer, name, by_time, categories, names), unit, categories, series
    )


def plan_pie(writer: Writer, kind: str) -> ChartSpec:
    """Shares of a whole, as a pie or a ring."""
    rng = writer.rng
    name, unit, _, _ = writer.measure(additive=True)
    listed = rng.choice(["item", "item", *_AGED.get(unit, [])])
    # Age groups make a whole only if all are there.
    categories = (
        [str(age) for age in writer.words["age"]]
        if listed == "age"
        else writer.several(listed, rng.randint(3, 6))
    )
    weights = [rng.randint(40, 300) + 7 * i for i in range(len(categories))]
    shares = [round(1000 * weight / sum(weights)) for weight in weights]
    shares[-1] += 1000 - sum(shares)
    parts = [share / 10 for share in shares]
    if listed != "age" and rng.random() < 0.6:
        order = sorted(range(len(parts)), key=lambda i: -parts[i])
        categories, parts = [categories[i] for i in order], [parts[i] for i in order]
    title = (
        f"{writer.year}년 {name} 구성비"
        if writer.language == "ko"
        else f"Share of {name.lower()}, {writer.year}"
    )
    return ChartSpec(kind, title, "%", categories, [(name, parts)])


def title_for(
    writer: Writer, name: str, by_time: bool, categories: list[str], series: list[str]
) -> str:
    """A title that names what is measured and by whom or where."""
    rng, year = writer.rng, writer.year
    listed = [*categories, *series]
    dated = str(year) not in categories and f"{year}년" not in categories
    organisation, place = writer.pick("organisation"), writer.pick("place")
    if set(listed) & set(writer.words["place"]):
        place = organisation  # several places are shown, so that the title is of none of them
    if writer.language == "ko":
        how = rng.choice(["추이", "변화"]) if by_time else rng.choice(["비교", "현황"])
        return rng.choice(
            [
                f"{organisation} {name} {how}",
                f"{place} {name} {how}" + (f"({year}년)" if dated else ""),
                f"{place} {name} {how}",
            ]
        )
    what = name if name.isupper() or name[1:2].isupper() else name[0].upper() + name[1:]
    return rng.choice(
        [
            f"{what} at {organisation}",
            f"{what} {'at' if place == organisation else 'in'} {place}"
            + (f", {year}" if dated else ""),
            f"{what}: {organisation}",
        ]
    )


def periods(writer: Writer) -> list[str]:
    """Some months, years or quarters that follow each other."""
    rng, korean = writer.rng, writer.language == "ko"
    form = rng.choice(["months", "years", "quarters"])
    if form == "months":
        first, length = rng.randint(1, 6), rng.randint(5, 7)
        return [
            f"{month}월" if korean else calendar.month_abbr[month]
            for month in range(first, first + length)
            if month <= 12
        ]
    if form == "years":
        length = rng.randint(4, 6)
        years = range(writer.year - length + 1, writer.year + 1)
        return [f"{year}년" if korean else str(year) for year in years]
    return [f"{quarter}분기" if korean else f"Q{quarter}" for quarter in range(1, 5)]


def groups(writer: Writer, unit: str) -> list[str]:
    """Three to six things or places, or age groups where people are counted."""
    rng = writer.rng
    name = rng.choice(["item", "item", "place", *_AGED.get(unit, [])])
    if name == "age":
        return [str(age) for age in writer.words["age"]]
    return writer.several(name, rng.randint(3, 6))


def _series_names(writer: Writer, by_time: bool) -> list[str]:
    rng = writer.rng
    count = rng.choices([1, 2, 3], [5, 4, 2])[0]
    if by_time:
        return writer.several(rng.choice(["place", "item"]), count)
    if count == 3 or (count == 2 and rng.random() < 0.6):
        years = range(writer.year - count + 1, writer.year + 1)
        return [f"{year}년" if writer.language == "ko" else str(year) for year in years]
    pairs = writer.words["group"]
    first = 2 * rng.randrange(len(pairs) // 2)
    return [str(label) for label in pairs[first : first + count]]


def values(rng: random.Random, count: int, low: int, high: int, trend: bool) -> list[float]:
    """Distinct whole numbers; with `trend` each is near the one before."""
    span = rng.uniform(0.25, 1) * (high - low)
    found: list[float] = []
    level = low + rng.random() * (high - low - span) + span * rng.random()
    while len(found) < count:
        if trend:
            level += span * rng.uniform(-0.25, 0.33)
        else:
            level = low + span * rng.random()
        value = float(max(low, round(level)))
        while value in found:
            value += 1
        found.append(value)
    return found
