"""Answers about charts and tables, reckoned anew from their truth."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from gyogwa.transforms.synthesis.job import Job, Rendered, render
from gyogwa.transforms.synthesis.questions import Facts, difference_said
from tests.sharing import kept

Row = dict[str, Any]


@cache
def _facts() -> list[Rendered]:
    return kept("facts-of-figures", _drawn)


def _drawn() -> list[Rendered]:
    jobs = [
        Job(11, index, kind, language)
        for index in range(10)
        for kind in ("chart", "table")
        for language in ("ko", "en")
    ]
    return [image for job in jobs for image in render(job)]


def test_cells_are_the_words_of_the_table_block() -> None:
    for image in _facts():
        if image.row["kind"] != "table":
            continue
        (table,) = image.row["tables"]
        (block,) = (b for b in image.row["blocks"] if b["kind"] == "table")
        lines = image.row["lines"][block["first"] : block["last"]]
        texts = [" ".join(w["text"] for w in image.row["words"][a:b]) for a, b in lines]
        assert texts == [cell["text"] for cell in table["cells"] if cell["text"]]
        taken = [
            (row, column)
            for cell in table["cells"]
            for row in range(cell["row"], cell["row"] + cell["row_span"])
            for column in range(cell["column"], cell["column"] + cell["column_span"])
        ]
        rows, columns = (max(place[i] for place in taken) + 1 for i in (0, 1))
        assert sorted(taken) == [(r, c) for r in range(rows) for c in range(columns)]


def _number(text: str) -> float:
    found = re.search(r"-?[\d,]+(\.\d+)?", text)
    assert found, text
    return float(found[0].replace(",", ""))


def _shown(row: Row) -> dict[tuple[str, str], str]:
    """(column, name) to the value as it stands in the truth; column "" where there is but one."""
    if row["kind"] == "chart":
        (chart,) = row["charts"]
        several = len(chart["series"]) > 1
        return {
            (series["name"] if several else "", name): str(value)
            for series in chart["series"]
            for name, value in zip(chart["categories"], series["values"], strict=True)
        }
    (table,) = row["tables"]
    cells = [cell for cell in table["cells"] if cell["column_span"] * cell["row_span"] == 1]
    heads: dict[int, str] = {}
    for cell in table["cells"]:
        if cell["header"] and cell["row"] < (2 if cell["column"] else 1):
            for column in range(cell["column"], cell["column"] + cell["column_span"]):
                above = heads.get(column, "")
                heads[column] = f"{above} {cell['text']}".strip()
    first = 1 if heads[0] in ("시간", "Time", "지역", "Place") else 0
    names = {cell["row"]: cell["text"] for cell in cells if cell["column"] == first}
    return {
        (heads[cell["column"]], names[cell["row"]]): cell["text"]
        for cell in cells
        if not cell["header"] and cell["column"] != first and cell["row"] in names
    }


def test_differences_of_shares_are_in_percentage_points() -> None:
    korean = Facts("ko", "%", ["가", "나"], {"구성비": [40.0, 20.5]})
    assert difference_said(korean, 19.5) == "19.5%p"
    assert difference_said(replace(korean, language="en"), 19.5) == "19.5 percentage points"
    assert difference_said(replace(korean, unit="명"), 3.0) == "3명"


_TOTALS = {"합계", "계", "Total", "Sum"}


def test_answers_follow_from_the_truth() -> None:
    checked = set()
    for image in _facts():
        turns = image.row.get("conversations", [])
        shown = _shown(image.row) if turns else {}
        columns = {column for column, _ in shown}
        for asked, replied in zip(turns[::2], turns[1::2], strict=True):
            question = re.sub(r" \([^()]*(?:제외\)|\.\)$)", "", asked["content"])
            answer = replied["content"]
            quoted = re.findall(r"'([^']+)'", question)
            column = quoted.pop(0) if quoted and quoted[0] in columns else ""
            values = {n: v for (c, n), v in shown.items() if c == column and n not in _TOTALS}
            if re.search("차이|difference", question):
                a, b = (_number(values[name]) for name in quoted)
                expected, got, kind = round(abs(a - b), 1), _number(answer), "difference"
                assert got == pytest.approx(expected)
            elif re.search("합은|together", question):
                a, b = (_number(values[name]) for name in quoted)
                assert _number(answer) == pytest.approx(round(a + b, 1))
                kind = "sum"
            elif re.search("가장 큰|largest|가장 작은|smallest", question):
                best = max if re.search("가장 큰|largest", question) else min
                name = best(values, key=lambda name: _number(values[name]))
                assert answer.startswith(name)
                kind = "extreme"
            elif quoted:
                value = values[quoted[0]]
                if re.fullmatch(r"-?[\d,.]+", value):
                    assert _number(answer) == _number(value)
                else:
                    assert value in answer
                kind = "value"
            else:
                names = {name for _, name in shown} - _TOTALS
                assert _number(answer.replace("There are ", "")) == len(names)
                assert all(name in answer for name in names)
                kind = "count"
            checked.add(kind)
    assert checked == {"difference", "sum", "extreme", "value", "count"}
