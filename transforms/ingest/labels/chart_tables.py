"""ChartQA's tables: a CSV a chart in a folder `tables`, called as the chart is.

The first line names the series, the first cell of each further one is a category, and the others
are numbers, `nan` where the chart shows none: `Entity,Disapprove,Approve` / `Jul 2015,45,33`. They
say what the chart is made of, not where that stands, so they become a question for the chart's
table and its answer, written as `chart_table` writes one: fields parted by ` | `.
"""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from gyogwa.transforms.ingest.labels.csv_rows import delimiter_of, long_cells
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.talk import pair_of
from gyogwa.transforms.prompts import prompt_for

_FOLDERS = ("tables", "table")
_MOST_CELLS = 10_000
_ABSENT = ("", "nan", "-", "none", "null")
_THE_CHART = {"ko": "이미지의 차트", "en": "the chart in the image"}
_HANGUL = re.compile("[가-힣]")
_ESCAPED = re.compile(r"[\\|]")


def _fits(head: Head) -> bool:
    folder = head.uri.lower().split("/")[-2:-1]
    if not folder or folder[0] not in _FOLDERS:
        return False
    try:
        names, *lines = _cells(head.text)[:3]
    except (csv.Error, ValueError):
        return False
    return len(names) > 1 and bool(lines) and all(_is_line(names, line) for line in lines[:1])


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    names, *lines = _cells(file.text())
    if len(names) * len(lines) > _MOST_CELLS:
        raise ValueError(f"{len(lines):,} lines: more than a chart shows")
    for number, line in enumerate(lines, 2):
        if not _is_line(names, line):
            raise ValueError(f"line {number}: expected a category and {len(names) - 1} numbers")
    shown = [[_text(name) for name in names]]
    shown += [[_text(line[0]), *map(_number, line[1:])] for line in lines]
    answer = "\n".join(" | ".join(cells) for cells in shown)
    language = "ko" if _HANGUL.search(answer) else "en"
    question = prompt_for("chart_table", language, file.stem, chart=_THE_CHART[language])
    yield {"stem": file.stem, "kind": "chart", "conversations": pair_of(question, answer)}


def _cells(text: str) -> list[list[str]]:
    """The lines that aren't blank. Raises csv.Error, and ValueError where there is none."""
    with long_cells():
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        found = [[cell.strip() for cell in cells] for cells in rows if any(cells)]
    if not found:
        raise ValueError("an empty table")
    return found


def _is_line(names: list[str], line: list[str]) -> bool:
    return len(line) == len(names) and bool(line[0]) and all(map(_is_value, line[1:]))


def _is_value(cell: str) -> bool:
    return cell.lower() in _ABSENT or _parsed(cell) is not None


def _parsed(cell: str) -> Decimal | None:
    try:
        number = Decimal(cell.replace(",", "").removesuffix("%"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _number(cell: str) -> str:
    """A number as charts' tables have it: commas, no needless decimal; what is absent as a dash."""
    number = None if cell.lower() in _ABSENT else _parsed(cell)
    if number is None:
        return "-"
    percent = "%" if cell.endswith("%") else ""
    whole = number == number.to_integral_value()
    return (f"{number:,.0f}" if whole else f"{number.normalize():,f}") + percent


def _text(cell: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", " ".join(cell.split()))


FORM = LabelForm(
    name="chart_tables",
    endings=(".csv",),
    published="https://github.com/vis-nlp/ChartQA (README, ChartQA Dataset)",
    fits=_fits,
    rows=_rows,
    one=True,
)
