"""Questions of evaluation sets are found in other spacing and with other endings, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contamination.questions import LEAST, Asked, QuestionIndex, letters_of

KOREAN = "다음 그래프에서 2023년 3분기의 매출액이 가장 높은 지역은 어디입니까?"
ENGLISH = "Which region had the highest revenue in the third quarter of 2023 in this chart?"
INDEX = QuestionIndex(
    [
        Asked("K-DTCBench", "row=3", f"{KOREAN}\n서울\n부산\n대전"),
        Asked("K-MMBench", "row=8", ENGLISH),
        Asked("K-MMStar", "row=0", "제목은 무엇인가요?"),
    ]
)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (f"<image>\n{KOREAN}\nA. 서울\nB. 부산\nC. 대전", "row=3"),
        (KOREAN.replace(" ", "") + "서울부산대전", "row=3"),
        (KOREAN.replace("어디입니까", "어디인가요") + " 서울 부산 대전", "row=3"),
        (f"Look closely. {ENGLISH.upper()} Answer with one word.", "row=8"),
    ],
)
def test_asked_questions_are_found(text: str, row: str) -> None:
    match = INDEX.find(text)
    assert match is not None
    assert match.question.row == row
    assert match.share >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "제목은 무엇인가요?",
        "Which region had the lowest costs in 2019?",
        "다음 표에서 2021년 1분기의 비용이 가장 낮은 부서는 어디입니까? 영업부 총무부 인사부",
        "그래프에서 매출액이 높은 지역",
    ],
)
def test_others_are_not(text: str) -> None:
    assert INDEX.find(text) is None


def test_short_questions_are_counted_and_not_looked_for() -> None:
    assert INDEX.short == 1
    assert len(INDEX.questions) == 2


@given(st.text(st.characters(codec="utf-8"), min_size=30, max_size=80), st.text(max_size=20))
def test_a_question_is_found_in_whatever_stands_around_it(question: str, around: str) -> None:
    index = QuestionIndex([Asked("set", "1", question)])
    found = index.find(f"{around}\n{question}\n{around}")
    assert (found is not None) == (len(letters_of(question)) >= LEAST)
