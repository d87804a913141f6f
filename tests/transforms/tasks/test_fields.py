"""Fields are what stands beside their labels; choices have one right answer, of the same page."""

import re
from collections import Counter

import pytest

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.records import Page
from gyogwa.transforms.synthesis.job import Job
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.choices import LETTERS, choice, parse_choice
from gyogwa.transforms.tasks.documents import document_asked
from gyogwa.transforms.tasks.fields import Field, fields_of
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.questions_fields import field_questions
from gyogwa.transforms.tasks.referents import other_numbers
from tests.transforms.tasks.pages import SETTING, documents, figures, pages_of
from tests.transforms.tasks.pairs import page_of


def forms() -> list[Page]:
    return [
        page
        for language in ("ko", "en")
        for index, genre in enumerate(("form", "receipt", "notice", "form", "minutes"))
        for page in pages_of(Job(31, index, "document", language, 1, genre=genre))
    ]


def test_fields_stand_on_the_page_each_label_once() -> None:
    sorts = Counter(field.sort for page in forms() for field in fields_of(page))
    assert set(sorts) == {"who", "when", "where", "how_much", "what"}
    for page in forms():
        text = page.text(0, len(page.annotation.words))
        fields = fields_of(page)
        assert len({field.label for field in fields}) == len(fields)
        assert all(field.label in text and field.value in text for field in fields)


def test_a_label_that_a_sentence_holds_too_and_a_line_of_a_program_are_no_fields() -> None:
    once = ["Default: unset.", "Place: Room 204", "unsigned int gcgen: 1;"]
    assert fields_of(page_of(once)) == [Field("Default", "unset."), Field("Place", "Room 204")]
    twice = [*once, "More is checked with it. Default: false"]
    assert fields_of(page_of(twice)) == [Field("Place", "Room 204")]


def test_what_is_asked_about_fields_is_so() -> None:
    kinds: Counter[str] = Counter()
    for page in forms():
        values = {field.label: field.value for field in fields_of(page)}
        text = page.text(0, len(page.annotation.words)).casefold()
        for question in field_questions(page):
            kinds[question.kind] += 1
            label, short = question.fields.get("label", ""), question.answers.short
            if question.detail.startswith("not there: "):
                kinds["absent"] += 1
                assert label.casefold() not in text
            elif question.kind == "confirm":
                assert (values[label] == question.fields["value"]) == (short in ("예", "Yes"))
            elif question.kind.startswith("field_"):
                assert short == values[label]
    assert kinds["confirm"] > 5
    assert kinds["absent"] > 3


def test_a_sentence_is_asked_for_under_a_heading_that_is_no_title() -> None:
    found = [(page, q) for page in documents() for q in document_asked(page) if q.kind == "section"]
    assert len(found) > 10
    for page, question in found:
        lines = page.line_texts()
        heading = next(n for n, line in enumerate(lines) if line == question.answers.short)
        sentence = " ".join(lines).index(question.fields["quote"])
        assert len(" ".join(lines[:heading])) < sentence


def test_choices_are_four_and_one_is_right() -> None:
    setting = Setting(TaskSpec(per_image=12), Varco())
    letters: Counter[str] = Counter()
    tasks: Counter[str] = Counter()
    for page in (*forms(), *figures(), *documents()[::4]):
        for draft in choice(page, setting):
            asked, answer = (turn.content for turn in draft.conversation)
            found = parse_choice(asked.removeprefix("<image>\n"), answer)
            assert len({re.sub(r"\s", "", text).casefold() for text in found.choices}) == 4
            assert not any(re.search(r":[6-9]\d|[6-9]\d분(?!기)", text) for text in found.choices)
            letters[answer] += 1
            tasks[draft.detail.partition(":")[0]] += 1
    assert set(tasks) == {"doc_qa", "table_qa", "chart_qa"}
    assert set(letters) == set(LETTERS)
    assert max(letters.values()) < 0.4 * letters.total()


def test_the_right_choice_is_the_short_answer() -> None:
    for page in forms()[:3]:
        answers = {f"doc_qa:{q.kind}:{q.detail}": q.answers.short for q in document_asked(page)}
        for draft in choice(page, SETTING):
            if draft.detail in answers:
                asked, letter = (turn.content for turn in draft.conversation)
                found = parse_choice(asked.removeprefix("<image>\n"), letter)
                right = found.choices[LETTERS.index(letter)]
                assert right == Varco().escape(answers[draft.detail])


@pytest.mark.parametrize("text", ["11시 30분", "31 May", "17/09/2000", "5월 31일", "23:50"])
def test_another_number_is_a_time_too(text: str) -> None:
    for other in other_numbers(text):
        assert other != text
        assert not re.search(r"[6-9]\d분|3[2-9]|/[3-9]\d{3}|2[4-9]:|:[6-9]", other)


def test_a_field_is_sorted_by_its_label() -> None:
    assert [Field(label, "x").sort for label in ("신청인", "일시", "Venue", "합계", "대상")] == [
        *("who", "when", "where", "how_much", "what"),
    ]
