"""Which kind of table is made how often, and kinds with spans inside, units in the heads, and cells
that stay empty."""

from collections.abc import Callable

from gyogwa.transforms.synthesis.chart import number
from gyogwa.transforms.synthesis.table import (
    CellSpec,
    TableSpec,
    budget,
    distinct,
    order,
    plain_rows,
    statistics,
    timetable,
    two_years,
)
from gyogwa.transforms.synthesis.writing import Writer

_NARROW = 4


def plan_table(writer: Writer, widest: int = 6) -> TableSpec:
    """A table about the writer's topic with at most `widest` columns."""
    kinds: list[Callable[[Writer, int], TableSpec]] = [statistics, budget, order, timetable]
    if widest > _NARROW:
        kinds += [two_years, two_years, grouped, measures]
    return writer.rng.choice(kinds)(writer, widest)


def grouped(writer: Writer, widest: int) -> TableSpec:
    """Things by place: each place spans the rows of its things, which no other place has."""
    rng = writer.rng
    name, unit, low, high = writer.measure()
    items = writer.several("item", rng.randint(4, 7))
    cut = rng.randint(2, len(items) - 2)
    places = writer.several("place", 2)
    years = [writer.year - 1, writer.year]
    labels = [writer.either(f"{year}년", str(year)) for year in years]
    values = {label: distinct(rng, len(items), low, high) for label in labels}
    header = [writer.either("지역", "Place"), writer.either("구분", "Category"), *labels]
    entries = [CellSpec(0, column, text, True) for column, text in enumerate(header)]
    spans = {0: (places[0], cut), cut: (places[1], len(items) - cut)}
    for row, item in enumerate(items):
        if row in spans:
            place, rows = spans[row]
            entries.append(CellSpec(1 + row, 0, place, True, rows))
        entries.append(CellSpec(1 + row, 1, item, align="left"))
        entries += [
            CellSpec(1 + row, 2 + column, number(values[label][row]), align="right")
            for column, label in enumerate(labels)
        ]
    title = writer.either(f"지역별 {name}", f"{name} by place")
    return TableSpec(title, unit, len(items) + 1, 4, entries, items, dict(values))


def measures(writer: Writer, widest: int) -> TableSpec:
    """Several measures side by side, each with its unit in its head, and a column of remarks of
    which most are empty."""
    rng = writer.rng
    rows = [str(row).split("|") for row in writer.words["measure"]]
    joint = writer.either("", " ")
    labels = [f"{row[0]}{joint}({row[1]})" for row in rows]
    names = writer.several(rng.choice(["item", "place"]), rng.randint(4, 7))
    values = {
        label: distinct(rng, len(names), int(row[2]), max(int(row[3]), int(row[2]) + 20))
        for label, row in zip(labels, rows, strict=True)
    }
    remarks = [writer.either("신규", "new"), writer.either("잠정치", "provisional"), "", "", ""]
    body = [
        [name, *(number(values[label][i]) for label in labels), rng.choice(remarks)]
        for i, name in enumerate(names)
    ]
    header = [writer.either("구분", "Category"), *labels, writer.either("비고", "Remarks")]
    entries = plain_rows(header, body)
    where = writer.pick("organisation")
    title = writer.either(f"{where} 주요 지표", f"Key figures, {where}")
    return TableSpec(title, "", len(body) + 1, len(header), entries, names, dict(values))


def long_list(writer: Writer) -> TableSpec:
    """An inventory of more rows than a page holds: number, what, where, how many, in use since."""
    rng = writer.rng
    heads = [("번호", "No."), ("품명", "Item"), ("보관 장소", "Kept in"), ("수량", "Qty"),
             ("취득 연도", "Since")]  # fmt: skip
    gear = writer.every("gear")
    rooms = [str(name) for name in writer.words["department"]]
    body = [
        [str(n), rng.choice(gear), rng.choice(rooms), str(rng.randint(1, 40)),
         str(writer.year - rng.randint(0, 9))]
        for n in range(1, rng.randint(48, 60))
    ]  # fmt: skip
    entries = plain_rows([writer.either(*head) for head in heads], body, 3)
    title = writer.either(f"{writer.pick('organisation')} 비품 목록", "Inventory of equipment")
    return TableSpec(title, "", len(body) + 1, len(heads), entries, [], {})


def parted(grid: TableSpec, rows: int) -> tuple[TableSpec, TableSpec]:
    """A table without spans over rows as two: its first `rows` rows, and its head with the rest."""
    head = [entry for entry in grid.entries if entry.row == 0]
    first = [entry for entry in grid.entries if entry.row < rows]
    rest = [_moved(entry, 1 - rows) for entry in grid.entries if entry.row >= rows]
    return (
        TableSpec(grid.title, grid.unit, rows, grid.width, first, [], {}),
        TableSpec(grid.title, grid.unit, grid.rows - rows + 1, grid.width, head + rest, [], {}),
    )


def _moved(entry: CellSpec, by: int) -> CellSpec:
    return CellSpec(
        entry.row + by,
        entry.column,
        entry.text,
        entry.header,
        entry.row_span,
        entry.column_span,
        entry.align,
    )
