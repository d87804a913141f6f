"""Chart tables come back whole; answers about charts hold when reckoned anew from the series."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.page import Chart, Series
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.tasks.charts import chart_qa, chart_table, compare_charts
from gyogwa.transforms.tasks.structure.linear import DataTable, parse_linear, write_linear
from tests.transforms.tasks.synthetic import chart_page, pages, setting
from tests.transforms.tasks.test_tables import check_prompts

_TEXT = st.text("가a1 |\\:,", min_size=1, max_size=6).map(str.strip).filter(bool)
_VALUE = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value or 0.0)


@st.composite
def _data(draw: st.DrawFn) -> DataTable:
    categories = draw(st.lists(_TEXT, min_size=1, max_size=4))
    names = draw(st.lists(_TEXT, min_size=1, max_size=3))
    size = len(categories)
    series = [(name, draw(st.lists(_VALUE, min_size=size, max_size=size))) for name in names]
    title, unit = draw(_TEXT | st.just("")), draw(_TEXT | st.just(""))
    return DataTable(title, unit, categories, series)


@given(_data())
def test_tables_of_charts_come_back(table: DataTable) -> None:
    assert parse_linear(write_linear(table, "구분")) == table


@pytest.mark.parametrize("text", ["TITLE | a", "a | b\nc", "a | b\nc | d"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"row|number"):
        parse_linear(text)


def _number(text: str) -> float:
    found = re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)
    assert found, text
    return float(found[-1].replace(",", ""))


def _expected(kind: str, question: str, chart: Chart) -> float | str:
    """The answer, from the words of the question alone."""
    values = {
        (series.name, category): value
        for series in chart.series
        for category, value in zip(chart.categories, series.values, strict=True)
    }
    if kind in ("categories", "series"):
        return float(len({key[kind == "categories"] for key in values}))
    quoted = re.findall(r'"([^"]+)"', question)
    series = [name for name in quoted if name in {key[0] for key in values}]
    categories = [name for name in quoted if name in chart.categories]
    if kind == "lookup":
        name = series[0] if series else chart.series[0].name
        return values[name, categories[0]]
    if kind in ("difference", "compare"):
        if len(series) == 2:
            keys = [(name, categories[0]) for name in series]
            answers = series
        else:
            keys = [(series[0] if series else chart.series[0].name, c) for c in categories]
            answers = categories
        one, two = (values[key] for key in keys)
        return abs(one - two) if kind == "difference" else answers[0 if one > two else 1]
    (run,) = [s.values for s in chart.series if not series or s.name == series[0]]
    if kind == "sum":
        return sum(run)
    if kind == "trend":
        ups = [b > a for a, b in pairwise(run)]
        return "up" if all(ups) else "down" if not any(ups) else "both"
    best = max(run) if kind == "largest" else min(run)
    (place,) = [i for i, value in enumerate(run) if value == best]
    return chart.categories[place]


_TREND = {
    "up": "늘었습니다|계속 증가|rose throughout|rising throughout",
    "down": "줄었습니다|계속 감소|fell throughout|falling throughout",
    "both": "오르내|up and down",
}


def test_answers_follow_from_the_series() -> None:
    kinds: Counter[str] = Counter()
    for page in pages("chart", 30):
        (chart,) = page.annotation.charts
        shown = {word.text.strip("%") for word in page.annotation.words}
        drafts = list(chart_qa(page, setting(6)))
        assert len({draft.detail for draft in drafts}) == len(drafts) <= 6
        for draft in drafts:
            question, answer = (turn.content for turn in draft.conversation)
            assert not re.search(r"[{}]", question + answer)
            kind = draft.detail.split(":")[0]
            kinds[kind] += 1
            expected = _expected(kind, question, chart)
            if kind == "trend":
                assert re.search(_TREND[str(expected)], answer), (question, answer)
            elif isinstance(expected, float):
                assert _number(answer) == pytest.approx(expected), (question, answer)
            else:
                assert expected in answer, (question, answer)
            if kind == "lookup" and isinstance(expected, float):
                assert {f"{expected:,.0f}", f"{expected:,.1f}"} & shown
    assert sum(kinds.values()) > 250
    assert set(kinds) == set(phrasings("chart_qa"))


def test_tables_of_pages_give_back_the_numbers() -> None:
    made = 0
    for page in pages("chart", 20):
        (chart,) = page.annotation.charts
        for draft in chart_table(page, setting(1)):
            made += 1
            table = parse_linear(draft.conversation[1].content)
            assert (table.title, table.unit) == (chart.title, chart.unit)
            assert table.categories == chart.categories
            assert table.series == [(series.name, series.values) for series in chart.series]
    assert made > 15


def _chart(*values: float, kind: str = "bar", title: str = "방문자 수", unit: str = "명") -> Chart:
    names = ["봄", "여름", "가을", "겨울"][: len(values)]
    return Chart(kind, title, unit, names, [Series("방문자", list(values))], [0, 0, 1, 1])


_WORDS = ["방문자", "수", "봄", "여름", "가을", "겨울", "(단위:", "명)"]


def _details(chart: Chart, *texts: str) -> set[str]:
    page = chart_page(chart, [*_WORDS, *texts])
    return {draft.detail.split(":")[0] for draft in chart_qa(page, setting(100))}


def test_only_printed_numbers_are_asked_for() -> None:
    printed = _details(_chart(10, 20, 40), "10", "20", "40")
    assert {"lookup", "sum", "difference", "largest"} <= printed
    hidden = _details(_chart(10, 20, 40))
    assert hidden == {"largest", "smallest", "compare", "categories"}
    assert not list(chart_table(chart_page(_chart(10, 20, 40), _WORDS), setting(1)))
    once = _details(_chart(10, 10, 40), "10", "40")
    assert "sum" not in once


def test_numbers_in_names_are_not_taken_for_values() -> None:
    chart = Chart("bar", "수", "명", ["20 대", "30 대"], [Series("수", [20.0, 30.0])], [0, 0, 1, 1])
    assert "lookup" not in _details(chart, "20", "대", "30", "대")


def test_what_the_eye_cannot_tell_is_not_asked() -> None:
    assert "largest" not in _details(_chart(10, 99, 100))
    assert "largest" in _details(_chart(10, 99, 100), "10", "99", "100")
    assert "largest" not in _details(_chart(10, 100, 100), "10", "100", "100")
    assert "trend" not in _details(_chart(10, 99, 100, kind="line"))
    assert "trend" in _details(_chart(10, 50, 100, kind="line"))
    assert "trend" not in _details(_chart(10, 50, 100))


def test_a_bar_of_totals_is_no_category_among_others() -> None:
    names = ["봄", "여름", "합계"]
    chart = Chart("bar", "수", "명", names, [Series("수", [10.0, 20.0, 30.0])], [0, 0, 1, 1])
    details = _details(chart, "합계", "10", "20", "30")
    assert "lookup" in details
    assert not details & {"sum", "largest", "smallest"}


def test_averages_and_shares_are_not_added() -> None:
    assert "sum" not in _details(_chart(10, 20, title="평균 점수", unit="점"), "10", "20")
    assert "sum" not in _details(_chart(40, 60, unit="%"), "40%", "60%")


def test_questions_about_two_charts_follow_from_both() -> None:
    kinds: Counter[str] = Counter()
    for two, draft in compare_charts(pages("chart", 30), setting(4)):
        one, other = (page.annotation.charts[0] for page in two)
        question, answer = (turn.content for turn in draft.conversation)
        assert question.startswith("<image>\n<image>\n")
        assert len({page.annotation.language for page in two}) == 1
        kind = draft.detail.split(":")[0]
        kinds[kind] += 1
        runs = [[v for series in chart.series for v in series.values] for chart in (one, other)]
        if kind == "shared":
            common = [name for name in one.categories if name in other.categories]
            assert all(name in answer for name in common)
            assert bool(re.search("없음|없습니다|none|No category", answer)) == (not common)
            continue
        if kind == "total_difference":
            assert _number(answer) == pytest.approx(abs(sum(runs[0]) - sum(runs[1])))
        else:
            measures: dict[str, list[float]] = {
                "more_categories": [len(chart.categories) for chart in (one, other)],
                "larger_maximum": [max(run) for run in runs],
                "larger_total": [sum(run) for run in runs],
            }
            sizes = measures[kind]
            which = re.findall("첫 번째|두 번째|first|second", answer)[-1]
            assert (which in ("첫 번째", "first")) == (sizes[0] > sizes[1])
        if kind != "more_categories":
            assert one.unit == other.unit
    assert sum(kinds.values()) > 25
    assert set(kinds) == set(phrasings("compare_charts"))


@pytest.mark.parametrize("task", ["chart_qa", "compare_charts"])
def test_there_are_many_prompts(task: str) -> None:
    check_prompts(task)
