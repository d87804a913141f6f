"""Which kind of chart is made how often, and the numbers of kinds with more than one reading: parts
of stacks, two scales, spokes, distributions."""

from collections.abc import Callable

from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.chart import (
    ChartSpec,
    groups,
    periods,
    plan_pie,
    plan_plain,
    title_for,
    values,
)
from gyogwa.transforms.synthesis.writing import Writer

_FIVE = {
    "ko": ["최솟값", "1사분위수", "중앙값", "3사분위수", "최댓값"],
    "en": ["minimum", "lower quartile", "median", "upper quartile", "maximum"],
}


def plan_chart(writer: Writer) -> ChartSpec:
    """A chart about the writer's topic, of any kind; bars most often, as in offices."""
    kind = writer.rng.choices(list(_KINDS), [weight for weight, _ in _KINDS.values()])[0]
    return _KINDS[kind][1](writer, kind)


def plan_of_kind(writer: Writer, kind: str) -> ChartSpec:
    """A chart of one of `CHART_KINDS`."""
    return _KINDS[kind][1](writer, kind)


def _stacked(writer: Writer, kind: str) -> ChartSpec:
    """Parts of a whole by time or place: counts, or shares that make 100 % everywhere."""
    rng = writer.rng
    name, unit, low, high = writer.measure(additive=True)
    by_time = rng.random() < 0.6
    categories = periods(writer) if by_time else writer.several("place", rng.randint(3, 6))
    parts = writer.several("item", rng.randint(2, 4))
    amounts = [values(rng, len(categories), low, high, trend=False) for _ in parts]
    title = title_for(writer, name, by_time, categories, parts)
    if rng.random() < 0.3:
        amounts, unit = _shares(amounts), "%"
        where = writer.pick("organisation")
        korean = writer.language == "ko"
        title = f"{where} {name} 구성비" if korean else f"Share of {_small(name)}, {where}"
    return ChartSpec(kind, title, unit, categories, list(zip(parts, amounts, strict=True)))


def _shares(amounts: list[list[float]]) -> list[list[float]]:
    """Whole percents that make exactly 100 in every column; none is 0."""
    columns = []
    for column in zip(*amounts, strict=True):
        shares = [max(1.0, float(round(100 * value / sum(column)))) for value in column]
        largest = shares.index(max(shares))
        shares[largest] += 100 - sum(shares)
        columns.append(shares)
    return [list(row) for row in zip(*columns, strict=True)]


def _two_measures(writer: Writer) -> list[tuple[str, str, int, int]]:
    """Two different things counted: name, name with its unit, least and largest value."""
    rows = [str(row).split("|") for row in writer.words["measure"]]
    one, two = writer.rng.sample(rows, 2)
    joint = "" if writer.language == "ko" else " "
    return [(row[0], f"{row[0]}{joint}({row[1]})", int(row[2]), int(row[3])) for row in (one, two)]


def _both(writer: Writer, one: str, two: str) -> str:
    if writer.language == "ko":
        return f"{with_particle(one, '과')} {two}"
    return f"{one} and {_small(two)}"


def _small(name: str) -> str:
    """A name within a phrase: with a small letter, unless it is an abbreviation."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _combined(writer: Writer, kind: str) -> ChartSpec:
    """Bars of one measure and a line of another, each with a scale of its own."""
    (first, bars, low, high), (second, line, least, most) = _two_measures(writer)
    categories = periods(writer)
    count, rng = len(categories), writer.rng
    # The line's values lie close together, so that it runs above the bars.
    series = [
        (bars, values(rng, count, low, high, trend=True)),
        (line, values(rng, count, round(0.6 * most + 0.4 * least), most, trend=True)),
    ]
    title = title_for(writer, _both(writer, first, second), True, categories, [])
    return ChartSpec(kind, title, "", categories, series)


def _scatter(writer: Writer, kind: str) -> ChartSpec:
    """Things placed by two measures. No two are level: each has a band of the height to itself."""
    (first, across, low, high), (second, upwards, least, most) = _two_measures(writer)
    rng = writer.rng
    names = writer.several(rng.choice(["item", "place"]), rng.randint(5, 8))
    span, band = high - low, (most - least) / len(names)
    xs = [float(round(low + span * rng.uniform(0.05, 0.95))) for _ in names]
    ys = [float(round(least + band * (i + rng.uniform(0.35, 0.65)))) for i in range(len(names))]
    rng.shuffle(ys)
    both = _both(writer, first, second)
    korean = writer.language == "ko"
    where = writer.pick("organisation")
    title = f"{where} {both}의 관계" if korean else f"{both} at {where}"
    return ChartSpec(kind, title, "", names, [(across, xs), (upwards, ys)])


def _radar(writer: Writer, kind: str) -> ChartSpec:
    """Marks of five to seven things, once or for two years."""
    rng, korean = writer.rng, writer.language == "ko"
    names = writer.several("item", rng.randint(5, 7))
    years = [writer.year] if rng.random() < 0.5 else [writer.year - 1, writer.year]
    name, unit = ("만족도", "점") if korean else ("Satisfaction", "points")
    labels = [f"{year}년" if korean else str(year) for year in years]
    series = [
        (label, [float(value) for value in rng.sample(range(41, 98), len(names))])
        for label in (labels if len(labels) > 1 else [name])
    ]
    where = writer.pick("organisation")
    title = f"{where} 분야별 {name}" if korean else f"{name} by field, {where}"
    return ChartSpec(kind, title, unit, names, series)


def _boxes(writer: Writer, kind: str) -> ChartSpec:
    """The spread of a measure within each of three to six groups."""
    rng = writer.rng
    name, unit, low, high = writer.measure()
    categories = groups(writer, unit)
    span = high - low
    runs = []
    for middle in values(rng, len(categories), low + span // 3, high - span // 3, trend=False):
        reach = [rng.uniform(0.05, 0.15) * span for _ in range(4)]
        runs.append(
            [
                float(round(middle + by))
                for by in (
                    -reach[0] - reach[1], -reach[1], 0, reach[2], reach[2] + reach[3],
                )
            ]
        )  # fmt: skip
    series = [
        (label, list(row))
        for label, row in zip(_FIVE[writer.language], zip(*runs, strict=True), strict=True)
    ]
    where = writer.pick("organisation")
    title = (
        f"{where} {name} 분포" if writer.language == "ko" else f"Spread of {_small(name)}, {where}"
    )
    return ChartSpec(kind, title, unit, categories, series)


_KINDS: dict[str, tuple[float, Callable[[Writer, str], ChartSpec]]] = {
    "bar": (5, plan_plain),
    "line": (3, plan_plain),
    "pie": (1.5, plan_pie),
    "stacked bar": (2.5, _stacked),
    "donut": (1, plan_pie),
    "area": (1, plan_plain),
    "combined": (1.5, _combined),
    "radar": (1, _radar),
    "scatter": (1, _scatter),
    "box": (0.7, _boxes),
}
CHART_KINDS = tuple(_KINDS)
