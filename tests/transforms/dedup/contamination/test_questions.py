"""Questions of evaluation sets are found in other words for the same, and no others are."""

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.contamination import ALONE, COPIES, OTHERS, PARAPHRASED, indexed, with_choices
from benchmarks.questions import ENGLISH, GENERIC, KOREAN
from benchmarks.strange_questions import ANYBODYS, STRANGE
from gyogwa.transforms.dedup.contamination.generic import generic_letters
from gyogwa.transforms.dedup.contamination.letters import letters_of, without_markers
from gyogwa.transforms.dedup.contamination.questions import Asked, QuestionIndex
from gyogwa.transforms.prompts import fill, phrasings

INDEX = indexed(KOREAN + ENGLISH)
EIGHT = KOREAN[:4] + ENGLISH[:4]


@pytest.mark.parametrize("kind", [*COPIES, *ALONE])
def test_eight_of_eight_copies_are_hits(kind: str) -> None:
    for question in EIGHT:
        match = INDEX.find(f"<image>\n{(COPIES | ALONE)[kind](question)}")
        assert match is not None
        assert (match.question.text, match.hit) == (question.text, True)


def test_light_paraphrases_are_told() -> None:
    """With their choices all are; most are suspect, and a few near ones hits."""
    for some, most in ((KOREAN + ENGLISH, 5), (STRANGE, 0)):
        index = indexed(some)
        matches = [index.find(PARAPHRASED["paraphrase"](question)) for question in some]
        assert None not in matches
        assert sum(match is not None and match.hit for match in matches) <= most


def test_what_any_page_may_be_asked_is_nobodys() -> None:
    index = indexed(STRANGE, ANYBODYS)
    assert [text for text in ANYBODYS if index.find(text)] == []
    assert index.short == len(ANYBODYS)
    for question in STRANGE:
        match = index.find(question.text)
        assert match is not None
        assert (match.question.text, match.hit) == (question.text, True)


@pytest.mark.parametrize("kind", OTHERS)
def test_other_questions_of_the_same_form_are_no_hits(kind: str) -> None:
    for question in KOREAN + ENGLISH:
        match = INDEX.find(OTHERS[kind](question))
        assert match is None or not match.hit


@pytest.mark.parametrize("text", GENERIC)
def test_a_generic_question_needs_its_choices(text: str) -> None:
    assert INDEX.find(f"<image>\n{text}") is None
    assert INDEX.find(with_choices(text, KOREAN[0].choices, "1) ")) is None
    match = INDEX.find(with_choices(text, GENERIC[text], "① "))
    assert match is not None
    assert (match.question.text, match.hit, match.choices) == (text, True, 1.0)
    alone = QuestionIndex([Asked("set", "1", text, GENERIC[text])])
    assert alone.find(text) is None  # a set of one has no common words of its own


def test_choices_in_another_order_and_one_left_out() -> None:
    (text, choices) = next(iter(GENERIC.items()))
    match = INDEX.find(f"{text} {choices[2]}, {choices[0]}, {choices[3]}")
    assert match is not None
    assert match.hit
    assert INDEX.find(f"{text} {choices[2]}, {choices[0]}") is None


def test_numbers_are_whole_numbers() -> None:
    index = QuestionIndex([Asked("set", "1", "값은 얼마입니까?", ("120", "1,350", "98", "77"))])
    assert index.find("값은 얼마입니까? A) 120 B) 1,350 C) 98 D) 77") is not None
    assert index.find("값은 얼마입니까? A) 1200 B) 51,350 C) 980 D) 177") is None


def test_no_prompt_of_ours_is_a_hit() -> None:
    texts = [
        fill(text, **{name: "지역" for _, name, *_ in Formatter().parse(text) if name})
        for task in ("ocr", "caption", "chart_qa", "doc_qa", "ground")
        for kind in phrasings(task).values()
        for texts in kind.values()
        for text in texts
    ]
    assert len(texts) > 20
    assert [text for text in texts if INDEX.find(text)] == []


def test_short_questions_are_counted_and_not_looked_for() -> None:
    index = QuestionIndex(
        [
            Asked("s", "1", "무엇?", ("가", "나")),
            Asked("s", "2", KOREAN[0].text),
            Asked("s", "3", ""),
        ]
    )
    assert index.short == 1
    assert len(index.known) == 1
    assert index.find("무엇? A. 가 B. 나") is None


def test_the_place_counts_and_not_the_length() -> None:
    """A question scattered over a long text is not asked there."""
    question = ENGLISH[2].text
    scattered = " ".join(f"{word} {'lorem ipsum dolor ' * 20}" for word in question.split())
    assert INDEX.find(scattered) is None
    match = INDEX.find(f"{'lorem ipsum ' * 400}{question}{' dolor' * 400}")
    assert match is not None
    assert match.share > 0.95


@given(st.text(st.characters(codec="utf-8"), min_size=60, max_size=120), st.text(max_size=20))
def test_a_question_is_found_in_whatever_stands_around_it(question: str, around: str) -> None:
    index = QuestionIndex([Asked("set", "1", question)])
    if not index.known:
        return
    match = index.find(f"{around}\n{question}\n{around}")
    assert match is not None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A. 서울 B) 부산 (C) 대전 [D] 광주", "서울 부산 대전 광주"),
        ("① 서울 ②부산 ⑶ 대전 ㉮ 광주", "서울 부산 대전 광주"),
        ("1) 서울\n2. 부산\n3: 대전", "서울 부산 대전"),
        ("가. 서울\n나) 부산\n(다) 대전\nㄱ. 광주", "서울 부산 대전 광주"),
        ("A.서울B.부산", "서울 부산"),
        ("값은 3.5명, 제2.1절", "값은 3.5명, 제2.1절"),
        ("누구인가. 그는 1,234원을 냈다", "누구인가. 그는 1,234원을 냈다"),
    ],
)
def test_markers(text: str, left: str) -> None:
    assert without_markers(text).split() == left.split()


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_each_letter_is_generic_or_not(text: str) -> None:
    assert len(generic_letters(text)) == len(letters_of(text))
    assert letters_of(text) == letters_of(f" {text} ")
