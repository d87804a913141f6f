"""Tables as markup come back whole; answers about them hold when reckoned anew from the cells."""

import re
import string
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gyogwa.schemas.page import Cell, Table, Truth, Word
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.tasks.numbers import (
    adds_up,
    parse_column,
    parse_quantity,
    write_gap,
    write_like,
)
from gyogwa.transforms.tasks.page import Draft
from gyogwa.transforms.tasks.structure.html import parse_html, write_html
from gyogwa.transforms.tasks.structure.otsl import parse_otsl, write_otsl
from gyogwa.transforms.tasks.structure.places import header_rows
from gyogwa.transforms.tasks.tables import table_html, table_otsl, table_qa
from tests.transforms.tasks.synthetic import page_of, pages, setting

_TEXT = st.one_of(
    st.text("가나 1<>&\\/;#", max_size=6),
    st.lists(
        st.sampled_from(["<nl>", "<\\fcel>", "</otsl>", "<td>", "</table>", "&amp;", "<!--", "표"]),
        max_size=3,
    ).map("".join),
).map(str.strip)


@st.composite
def _tables(draw: st.DrawFn) -> list[Cell]:
    """Cells that tile a grid, with up to two rows of headers and maybe a column of them."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    head, side = draw(st.integers(0, min(2, rows))), draw(st.booleans())
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            lowest = head if row < head else rows
            down = draw(st.integers(1, lowest - row))
            right = draw(st.integers(1, columns - column))
            while any((row, column + i) in taken for i in range(right)):
                right -= 1
            header = row < head or (side and column == 0)
            text = draw(_TEXT) or ("x" if header else "")
            cells.append(Cell(row, column, down, right, header, text, []))
            taken |= {(row + i, column + j) for i in range(down) for j in range(right)}
    return cells


@given(_tables())
def test_html_comes_back(cells: list[Cell]) -> None:
    assert parse_html(write_html(cells)) == cells


@given(_tables())
def test_otsl_comes_back(cells: list[Cell]) -> None:
    assert parse_otsl(write_otsl(cells)) == cells


def test_otsl_is_that_of_the_paper() -> None:
    cells = [
        Cell(0, 0, 2, 1, True, "구분", []),
        Cell(0, 1, 1, 2, True, "2021년", []),
        Cell(1, 1, 1, 1, True, "계획", []),
        Cell(1, 2, 1, 1, True, "실적", []),
        Cell(2, 0, 1, 1, True, "사과", []),
        Cell(2, 1, 2, 2, False, "<nl>", []),
        Cell(3, 0, 1, 1, False, "", []),
    ]
    text = write_otsl(cells)
    assert text == (
        "<otsl><ched>구분<ched>2021년<lcel><nl><ucel><ched>계획<ched>실적<nl>"
        "<rhed>사과<fcel><\\nl><lcel><nl><ecel><ucel><xcel><nl></otsl>"
    )
    assert parse_otsl(text) == cells


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x<nl>",
        "<fcel>a",
        "<fcel>a<nl><fcel>a<fcel>b<nl>",
        "<lcel><nl>",
        "<ucel><nl>",
        "<fcel>a<lcel><nl><ucel><fcel>b<nl>",
        "<fcel>a<nl><xcel><nl>",
        "<ecel>a<nl>",
    ],
)
def test_broken_otsl_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_otsl(text)


def test_holes_become_empty_cells_and_overlaps_are_refused() -> None:
    cells = [Cell(0, 0, 1, 1, True, "a", []), Cell(1, 1, 1, 1, False, "b", [])]
    assert write_html(cells).count("<td></td>") == 2
    with pytest.raises(ValueError, match="two cells"):
        write_html([*cells, Cell(0, 0, 2, 2, False, "c", [])])
    with pytest.raises(ValueError, match="expected one <table>"):
        parse_html("<p>")


def test_a_header_that_reaches_into_the_body_is_no_header_row() -> None:
    cells = [Cell(0, 0, 2, 1, True, "a", []), Cell(0, 1, 1, 1, True, "b", [])]
    assert header_rows([*cells, Cell(1, 1, 1, 1, False, "c", [])]) == 0


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,234원", "1234", "원"),
        ("3.5%", "3.5", "%"),
        ("△12", "-12", ""),
        ("-1,638", "-1638", ""),
        ("+2,817", "2817", ""),
        ("−0.5", "-0.5", ""),
        ("£12.50", "12.50", ""),
        ("3,400만 원", "3400", "만 원"),
        ("18 ms", "18", " ms"),
    ],
)
def test_numbers_are_read_and_written_back(text: str, value: str, unit: str) -> None:
    found = parse_quantity(text)
    assert found
    assert (found.value, found.unit) == (Decimal(value), unit)
    assert write_like(found.value, [found]) == text


@pytest.mark.parametrize(
    "text",
    ["", "-", "2021년", "3월", "09:00", "1~3", "12-15", "(12)", "▲3", "A-12", "1,23", "007"],
)
def test_what_may_be_no_number_is_refused(text: str) -> None:
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    "text",
    ["1.2.3", "010-1234-5678", "1억 2,000만 원", "3위", "2021. 3. 4.", "20240105", "1st", "½"],
)
def test_codes_dates_and_ranks_are_refused(text: str) -> None:
    assert parse_quantity(text) is None


def test_columns_of_years_or_of_two_units_are_no_numbers() -> None:
    assert parse_column(["2021", "2022"]) is None
    assert parse_column(["3%", "4원"]) is None
    assert parse_column(["3", "-"]) is None
    column = parse_column(["3.5%", "1%"])
    assert column
    assert write_like(Decimal("4.5"), column) == "4.5%"
    assert write_gap(Decimal("2.5"), column, True) == "2.5%p"
    assert write_gap(Decimal("2.5"), column, False) == "2.5 percentage points"
    assert not adds_up("평균 점수")
    assert not adds_up("Unit price")
    assert adds_up("판매 수량")


def _number(text: str) -> float:
    """The last number of a text: an explained answer ends in it."""
    found = re.findall(r"[+-]?\d[\d,]*(?:\.\d+)?", text)
    assert found, text
    return float(found[-1].replace(",", ""))


_TOTALS = ("합계", "계", "Total", "Sum")


def _columns(table: Table) -> dict[str, dict[str, str]]:
    """Header to row name to text, found by walking over headers row by row."""
    heads: dict[int, str] = {}
    for cell in sorted((c for c in table.cells if c.header and c.row < 2), key=lambda c: c.row):
        for column in range(cell.column, cell.column + cell.column_span):
            heads[column] = f"{heads.get(column, '')} {cell.text}".strip()
    names = {cell.row: cell.text for cell in table.cells if cell.column == 0}
    groups = [c for c in table.cells if c.column == 0 and c.row > 0 and c.row_span > 1]
    if groups:  # rows are named by their group as well
        second = {cell.row: cell.text for cell in table.cells if cell.column == 1}
        names |= {
            row: f"{group.text} {second[row]}"
            for group in groups
            for row in range(group.row, group.row + group.row_span)
        }
    found: dict[str, dict[str, str]] = {}
    for cell in table.cells:
        if not cell.header and cell.column > bool(groups):
            found.setdefault(heads[cell.column], {})[names[cell.row]] = cell.text
    return found


def _expected(kind: str, question: str, table: Table) -> float | str:
    """The answer, from the words of the question alone."""
    columns = _columns(table)
    asked = re.sub(r" \((?:Leave out [^()]*|[^()]*행은 제외)\)", "", question)
    quoted = re.findall(r'"([^"]+)"', asked)
    label = next(name for name in quoted if name in columns)
    quoted.remove(label)
    column = columns[label]
    if kind == "lookup":
        return column[quoted[0]]
    if kind == "which_row":
        (row,) = [name for name, text in column.items() if text == quoted[0]]
        return row
    numbers = {name: _number(text) for name, text in column.items() if name not in _TOTALS}
    if kind in ("difference", "compare"):
        one, two = quoted
        gap = numbers[one] - numbers[two]
        return abs(gap) if kind == "difference" else one if gap > 0 else two
    if kind == "sum":
        return sum(numbers.values())
    if kind == "count":
        (bound,) = re.findall(r"([+-]?\d[\d,]*)보다|than ([+-]?\d[\d,]*)", asked)
        limit = _number("".join(bound))
        more = re.search("greater than|보다 큰", asked)
        return float(sum(n > limit if more else n < limit for n in numbers.values()))
    ranked = sorted(numbers, key=lambda name: numbers[name])
    name = ranked[-1 if kind.startswith("largest") else 0]
    return numbers[name] if kind.endswith("_value") else name


def _said(draft: Draft) -> tuple[str, str, str]:
    question, answer = (turn.content for turn in draft.conversation)
    assert question.startswith("<image>\n")
    assert not re.search(r"[{}]", question + answer)
    return draft.detail.split(":")[0], question, answer


def test_answers_follow_from_the_cells() -> None:
    kinds: Counter[str] = Counter()
    for page in pages("table", 30):
        drafts = list(table_qa(page, setting(6)))
        assert len({draft.detail for draft in drafts}) == len(drafts) <= 6
        for kind, question, answer in map(_said, drafts):
            expected = _expected(kind, question, page.annotation.tables[0])
            kinds[kind] += 1
            if isinstance(expected, float):
                assert _number(answer) == pytest.approx(expected), (question, answer)
            else:
                ends = re.search(r'"([^"]*)"(?:입니다)?\.$', answer)
                assert expected in (answer, ends and ends[1]) or answer.rstrip(".").endswith(
                    (expected, f"{expected}입니다")
                ), (question, answer)
    assert sum(kinds.values()) > 250
    assert set(kinds) == set(phrasings("table_qa"))


def test_markup_of_pages_gives_back_their_cells() -> None:
    for page in pages("table", 10):
        bare = [replace(cell, box=[]) for cell in page.annotation.tables[0].cells]
        for task, parse in ((table_html, parse_html), (table_otsl, parse_otsl)):
            (draft,) = task(page, setting(1))
            assert parse(draft.conversation[1].content) == bare


def _page(*tables: list[Cell]) -> Page:
    boxed = [[replace(cell, box=[0.1, 0.1, 0.2, 0.2]) for cell in cells] for cells in tables]
    words = [Word("이 문서는 한국어", [0.1, 0.1, 0.2, 0.2])]
    truth = Truth("dataset", words, tables=[Table([0.1, 0.1, 0.9, 0.5], c) for c in boxed])
    return page_of(truth, repr(tables))


def _rows(*rows: str) -> list[Cell]:
    return [
        Cell(r, c, 1, 1, r == 0, text, [])
        for r, row in enumerate(rows)
        for c, text in enumerate(row.split("|"))
    ]


def _details(page: Page) -> set[str]:
    return {draft.detail for draft in table_qa(page, setting(100))}


def test_what_is_ambiguous_is_not_asked() -> None:
    ties = _details(_page(_rows("이름|값", "가|5", "나|5", "다|1")))
    assert "smallest:값" in ties
    assert "largest:값" not in ties
    assert not {detail for detail in ties if detail.startswith("which_row:가")}
    same = _details(_page(_rows("이름|값", "가|5", "가|6", "다|1")))
    assert "lookup:다/값" in same
    assert "lookup:가/값" not in same
    assert "largest:값" not in same
    assert "largest_value:값" in same
    assert not _details(_page(_rows("이름|값|값", "가|5|6", "나|7|8")))
    beside = _details(_page(_rows("이름|값|이름", "가|5|나", "다|6|라")))
    assert "lookup:가/값" in beside
    assert not {detail for detail in beside if detail.endswith("/이름")}
    averages = _details(_page(_rows("이름|평균 점수", "가|5", "나|7")))
    assert not {detail for detail in averages if detail.startswith("sum")}


def test_several_tables_are_told_apart_by_place() -> None:
    page = _page(_rows("이름|값", "가|5", "나|7"), _rows("이름|값", "다|5", "라|7"))
    drafts = [d for task in (table_html, table_otsl) for d in task(page, setting(5))]
    assert [draft.detail for draft in drafts].count("table1") == 2
    drafts += table_qa(page, setting(50))
    assert all("<bbox>0.1, 0.1" in draft.conversation[0].content for draft in drafts)


def test_pages_without_tables_get_nothing() -> None:
    page = _page()
    assert not [d for task in (table_html, table_otsl, table_qa) for d in task(page, setting(5))]


@pytest.mark.parametrize("task", ["table_html", "table_otsl", "table_qa", "chart_table"])
def test_there_are_many_prompts(task: str) -> None:
    check_prompts(task)


_FIELDS = {"table", "chart", "noun", "scope", "row", "name", "value", "pair", "condition", "aside"}


def check_prompts(task: str) -> None:
    for language in ("ko", "en"):
        lists = [kind[language] for kind in phrasings(task).values()]
        assert sum(map(len, lists)) >= 20
        assert all(len(texts) >= 6 and len(set(texts)) == len(texts) for texts in lists)
        for text in (text for texts in lists for text in texts):
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert names <= _FIELDS


def test_marks_of_footnotes_belong_to_no_answer() -> None:
    page = _page(_rows("부품|값¹|넓이", "드라이버|예¹|3 m²", "열쇠|10²|4 m²", "망²|아니요|no¹ (a)"))
    said = [_said(draft) for draft in table_qa(page, setting(50))]
    text = " ".join(f"{question} {answer}" for _, question, answer in said)
    assert "¹" not in text
    assert "10²" not in text
    assert any(answer.strip('".').startswith("예") for _, _, answer in said)
    assert any("3 m²" in answer for _, _, answer in said)
