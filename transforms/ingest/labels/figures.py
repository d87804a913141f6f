"""Tables and charts of labels."""

from math import isfinite
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Cell, Chart, Series, Table
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.labels.fields import Place, area_of, count_of, given


def table_of(table: dict[str, Any], place: Place) -> Table:
    """A table, its box around its cells where it has none. Raises what a value of another form
    brings about."""
    cells = [
        Cell(
            count_of(cell["row"]),
            count_of(cell["column"]),
            count_of(given(cell, "row_span", 1)),
            count_of(given(cell, "column_span", 1)),
            bool(cell.get("header")),
            clean(str(given(cell, "text", ""))),
            [] if cell.get("box") is None else area_of(cell["box"], place),
        )
        for cell in table["cells"]
    ]
    known = [cell.box for cell in cells if cell.box]
    box = area_of(table["box"], place) if table.get("box") is not None else union(known)
    return Table(
        box, [cell if cell.box else replace(cell, box=_gap(cell, cells, box)) for cell in cells]
    )


def _gap(empty: Cell, cells: list[Cell], table: Box) -> Box:
    """Where a cell lies that has no box since it has no text: in the row and column of others."""
    row = [cell.box for cell in cells if cell.box and cell.row == empty.row]
    column = [cell.box for cell in cells if cell.box and cell.column == empty.column]
    across, down = union(column) if column else table, union(row) if row else table
    return [across[0], down[1], across[2], down[3]]


def chart_of(chart: dict[str, Any], place: Place) -> Chart:
    """A chart. Raises what a value of another form brings about."""
    return Chart(
        str(chart["kind"]),
        clean(given(chart, "title", "")),
        clean(given(chart, "unit", "")),
        [clean(category) for category in chart["categories"]],
        [
            Series(clean(series["name"]), [_number(value) for value in series["values"]])
            for series in chart["series"]
        ],
        area_of(chart["box"], place),
    )


def _number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
