"""The numbers of a chart as lines of text, and back.

`TITLE | …` and `UNIT | …` where there are any, then a line of the series' names and one for each
category, fields parted by ` | `: the linearised table of DePlot (Liu et al., arXiv 2212.10505) with
a line for the unit. A `|` or backslash of the text comes with a backslash before it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_FIELD = re.compile(r"(?:^|\|)((?:\\.|[^|\\])*)")
_ESCAPED = re.compile(r"[\\|]")
_UNESCAPED = re.compile(r"\\(.)")

CORNERS = ("구분", "Category")
"""What stands above the categories, in Korean and in English."""


@dataclass(frozen=True)
class DataTable:
    """What a chart says in numbers; `series` holds (name, values), one value a category."""

    title: str
    unit: str
    categories: list[str]
    series: list[tuple[str, list[float]]]


def written(value: float) -> str:
    """A number with commas and no needless decimal. Raises ValueError for NaN and infinity.

    >>> written(1234.0), written(0.25)
    ('1,234', '0.25')
    """
    number = Decimal(repr(value))
    if not number.is_finite():
        raise ValueError(f"{value} can't be written as a number")
    whole = number == number.to_integral_value()
    return f"{number:,.0f}" if whole else f"{number:,f}"


def write_linear(table: DataTable, corner: str) -> str:
    """The lines; `corner` is what stands above the categories, such as "Category"."""
    lines = [["TITLE", table.title]] if table.title else []
    lines += [["UNIT", table.unit]] if table.unit else []
    lines.append([corner, *(name for name, _ in table.series)])
    lines += [
        [category, *(written(values[index]) for _, values in table.series)]
        for index, category in enumerate(table.categories)
    ]
    return "\n".join(" | ".join(_ESCAPED.sub(r"\\\g<0>", cell) for cell in line) for line in lines)


def parse_linear(text: str) -> DataTable:
    """What `write_linear` was given. Raises ValueError for anything else."""
    lines = [_fields(line) for line in text.split("\n")]
    title = lines.pop(0)[1] if len(lines[0]) == 2 and lines[0][0] == "TITLE" else ""
    unit = lines.pop(0)[1] if lines and len(lines[0]) == 2 and lines[0][0] == "UNIT" else ""
    if not lines:
        raise ValueError("no row of series")
    (_, *names), *rows = lines
    for number, row in enumerate(rows, 1):
        if len(row) != len(names) + 1:
            raise ValueError(f"row {number} has {len(row)} fields, expected {len(names) + 1}")
    try:
        values = [[float(Decimal(cell.replace(",", ""))) for cell in row[1:]] for row in rows]
    except InvalidOperation as error:
        raise ValueError("a field that is no number") from error
    series = [(name, [row[index] for row in values]) for index, name in enumerate(names)]
    return DataTable(title, unit, [row[0] for row in rows], series)


def _fields(line: str) -> list[str]:
    return [_UNESCAPED.sub(r"\1", field.strip()) for field in _FIELD.findall(line)]
