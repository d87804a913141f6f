"""The cells of a table, before anything is drawn: statistics, budgets, orders, timetables."""

import random
from dataclasses import dataclass

from gyogwa.transforms.synthesis.chart import number
from gyogwa.transforms.synthesis.writing import Writer


@dataclass(frozen=True)
class CellSpec:
    """One cell; rows and columns count from 0. `align`: left, center or right."""

    row: int
    column: int
    text: str
    header: bool = False
    row_span: int = 1
    column_span: int = 1
    align: str = "center"


@dataclass(frozen=True)
class TableSpec:
    """A table. `entries` are in row-major order and cover every row and column once.

    `names` are the labels of the data rows; `columns` maps the label of a data column to its
    values, one a data row: numbers, or text as it is written. Totals are in neither. `filled_in`:
    what isn't a header may be written by hand.
    """

    title: str
    unit: str
    rows: int
    width: int
    entries: list[CellSpec]
    names: list[str]
    columns: dict[str, list[float] | list[str]]
    filled_in: bool = False


def plain_rows(header: list[str], body: list[list[str]], left: int = 1) -> list[CellSpec]:
    """Entries of a plain table: a header row, then rows whose first `left` cells are text."""
    entries = [CellSpec(0, column, text, True) for column, text in enumerate(header)]
    for row, texts in enumerate(body, 1):
        for column, text in enumerate(texts):
            align = "left" if column < left else "right"
            entries.append(CellSpec(row, column, text, align=align))
    return entries


def distinct(rng: random.Random, count: int, low: int, high: int) -> list[float]:
    return [float(value) for value in rng.sample(range(low, high), count)]


def statistics(writer: Writer, widest: int) -> TableSpec:
    """One measure of things or places, by years or quarters; with a total where it adds up."""
    rng = writer.rng
    additive = rng.random() < 0.5
    name, unit, low, high = writer.measure(additive)
    names = writer.several(rng.choice(["item", "place"]), rng.randint(3, 7))
    count = rng.randint(2, widest - 1)
    years = [writer.year - count + 1 + i for i in range(count)]
    if count == 4 and rng.random() < 0.7:
        labels = [writer.either(f"{i}분기", f"Q{i}") for i in range(1, 5)]
    else:
        labels = [writer.either(f"{year}년", str(year)) for year in years]
    values = {label: distinct(rng, len(names), low, high) for label in labels}
    body = [[n, *(number(values[label][i]) for label in labels)] for i, n in enumerate(names)]
    if additive:
        body.append(
            [writer.either("합계", "Total"), *(number(sum(values[label])) for label in labels)]
        )
    place = writer.pick("organisation")
    title = writer.either(f"{place} {name} 현황", f"{name}, {place}")
    header = [writer.either("구분", rng.choice(["Category", "Group", "Name"])), *labels]
    entries = plain_rows(header, body)
    return TableSpec(title, unit, len(body) + 1, len(header), entries, names, dict(values))


def budget(writer: Writer, widest: int) -> TableSpec:
    """Two years' money and the change between them."""
    rng, year = writer.rng, writer.year
    names = writer.several("item", rng.randint(3, 6))
    before = [float(10 * v) for v in rng.sample(range(12, 900), len(names))]
    after = [float(max(50, round(v * rng.uniform(0.7, 1.5)))) for v in before]
    change = [b - a for a, b in zip(before, after, strict=True)]
    first = writer.either(f"{year - 1}년 예산", f"{year - 1} budget")
    second = writer.either(f"{year}년 예산", f"{year} budget")
    third = writer.either("증감", "Change")
    body = [
        [n, number(before[i]), number(after[i]), f"{change[i]:+,.0f}"] for i, n in enumerate(names)
    ]
    body.append(
        [
            writer.either("계", "Sum"),
            number(sum(before)),
            number(sum(after)),
            f"{sum(change):+,.0f}",
        ]
    )
    columns: dict[str, list[float] | list[str]] = {first: before, second: after}
    header = [writer.either("구분", "Item"), first, second, third]
    subject = writer.pick("organisation")
    title = writer.either(f"{subject} 예산 비교", f"Budget of {subject}")
    unit = writer.either("만 원", writer.money)
    return TableSpec(title, unit, len(body) + 1, 4, plain_rows(header, body), names, columns)


def order(writer: Writer, widest: int) -> TableSpec:
    """Goods with price, quantity and amount, and a total that spans the columns before it."""
    rng = writer.rng
    goods = writer.every("gear")
    goods = goods if writer.language == "ko" else [name[0].upper() + name[1:] for name in goods]
    names = rng.sample(goods, rng.randint(3, len(goods)))
    prices = [
        float(100 * v) if writer.language == "ko" else float(v)
        for v in rng.sample(range(9, 420), len(names))
    ]
    counts = distinct(rng, len(names), 2, 60)
    amounts = [p * c for p, c in zip(prices, counts, strict=True)]
    labels = [
        writer.either("단가", "Price"),
        writer.either("수량", "Quantity"),
        writer.either("금액", "Amount"),
    ]
    header = [writer.either("품명", "Description")]
    coded = widest >= 5 and rng.random() < 0.6
    if coded:
        header.append(writer.either("품번", "Code"))
    header += labels
    codes = [f"{rng.choice('ABCDEFGH')}-{rng.randint(100, 989)}" for _ in names]
    body = [
        [
            n,
            *([codes[i]] if coded else []),
            number(prices[i]),
            number(counts[i]),
            number(amounts[i]),
        ]
        for i, n in enumerate(names)
    ]
    entries = plain_rows(header, body, 2 if coded else 1)
    last = len(header) - 1
    entries += [
        CellSpec(len(body) + 1, 0, writer.either("합계", "Total"), True, 1, last),
        CellSpec(len(body) + 1, last, number(sum(amounts)), align="right"),
    ]
    title = writer.either(
        f"{writer.pick('project')} 물품 내역", f"Order for the {writer.pick('project')}"
    )
    columns: dict[str, list[float] | list[str]] = dict(
        zip(labels, (prices, counts, amounts), strict=True)
    )
    unit = writer.either("원", writer.money)
    return TableSpec(title, unit, len(body) + 2, len(header), entries, names, columns)


def timetable(writer: Writer, widest: int) -> TableSpec:
    """Times with what happens where; no numbers to reckon with."""
    rng = writer.rng
    sessions = [str(session) for session in writer.words["schedule"]]
    chosen_ones = sorted(rng.sample(range(len(sessions)), rng.randint(4, 8)))
    names = [sessions[i] for i in chosen_ones]
    hours = sorted(rng.sample(range(18, 40), len(names)))
    times = [f"{half // 2:02d}:{'30' if half % 2 else '00'}" for half in hours]
    rooms = [str(rng.choice(writer.words["room"])) for _ in names]
    rooms = [room[0].upper() + room[1:] for room in rooms]
    people = [writer.person() for _ in names]
    labels = [
        writer.either("시간", "Time"),
        writer.either("장소", "Place"),
        writer.either("담당", "Led by"),
    ]
    chosen = dict(zip(labels, (times, rooms, people), strict=True))
    if widest < 4 or rng.random() < 0.3:
        del chosen[labels[2]]
    header = [labels[0], writer.either("내용", "Session"), *list(chosen)[1:]]
    body = [
        [times[i], n, *(values[i] for label, values in chosen.items() if label != labels[0])]
        for i, n in enumerate(names)
    ]
    entries = plain_rows(header, body, len(header))
    title = writer.either(
        f"{writer.pick('project')} 진행 순서", f"Programme: {writer.pick('project')}"
    )
    return TableSpec(title, "", len(body) + 1, len(header), entries, names, dict(chosen))


def two_years(writer: Writer, widest: int) -> TableSpec:
    """Two header rows: each year spans plan and result; the first column spans both rows."""
    rng = writer.rng
    name, unit, low, high = writer.measure()
    names = writer.several(rng.choice(["item", "place"]), rng.randint(3, 6))
    years = [writer.either(f"{y}년", str(y)) for y in (writer.year - 1, writer.year)]
    halves = writer.words["group"][:2] if rng.random() < 0.5 else writer.words["group"][2:4]
    entries = [CellSpec(0, 0, writer.either("구분", "Group"), True, 2)]
    entries += [CellSpec(0, 1 + 2 * i, year, True, 1, 2) for i, year in enumerate(years)]
    entries += [CellSpec(1, 1 + i, str(halves[i % 2]), True) for i in range(4)]
    labels = [f"{year} {half}" for year in years for half in halves]
    values = {label: distinct(rng, len(names), low, high) for label in labels}
    for i, row in enumerate(names):
        entries.append(CellSpec(2 + i, 0, row, align="left"))
        entries += [
            CellSpec(2 + i, 1 + j, number(values[label][i]), align="right")
            for j, label in enumerate(labels)
        ]
    what = writer.pick("organisation")
    title = writer.either(f"{what} {name}", f"{name}: {what}")
    return TableSpec(title, unit, len(names) + 2, 5, entries, names, dict(values))
