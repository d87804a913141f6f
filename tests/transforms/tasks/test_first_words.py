"""What a page is called, and what its labels are: the words that a person would use."""

import re

from gyogwa.schemas.page import Cell, Truth, Word
from gyogwa.schemas.records import Page
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.synthesis.job import Job
from gyogwa.transforms.tasks.captions import facts
from gyogwa.transforms.tasks.chains import chain
from gyogwa.transforms.tasks.documents import document_asked
from gyogwa.transforms.tasks.fields import fields_of
from gyogwa.transforms.tasks.questions_tables import table_questions
from gyogwa.transforms.tasks.referents import referents
from gyogwa.transforms.tasks.sentences import passages, title_of
from gyogwa.transforms.tasks.table_facts import table_facts
from tests.transforms.tasks.pages import SETTING, documents, pages_of
from tests.transforms.tasks.pairs import image_of


def test_the_first_heading_is_the_first() -> None:
    told = 0
    for page in documents():
        texts, blocks = page.line_texts(), page.annotation.blocks
        titles = {chart.title for chart in page.annotation.charts}
        headings = [block for block in blocks if block.kind == "heading"]
        first = next((block for block in headings if texts[block.first] not in titles), None)
        for said in facts(page):
            if said.kind == "answer_heading":
                assert first is not None
                assert said.fields["heading"].startswith(texts[first.first])
                told += 1
    assert told


def test_an_official_letter_has_the_title_of_its_subject() -> None:
    for language, subject in (("ko", "제목"), ("en", "Subject")):
        (page,) = pages_of(Job(4, 0, "document", language, genre="official"))
        line = next(text for text in page.line_texts() if text.startswith(subject))
        assert title_of(page) == re.sub(rf"^{subject}:?\s+", "", line)


def test_markers_of_a_list_are_no_part_of_its_labels() -> None:
    for language in ("ko", "en"):
        (page,) = pages_of(Job(4, 0, "document", language, genre="official"))
        labels = [field.label for field in fields_of(page)]
        assert len(labels) > 2
        assert not any(re.match(r"[가-하a-z][.)]", label) for label in labels)


def page_with(words: list[Word]) -> Page:
    """An upright page on which nothing but these words stands."""
    image = image_of("a" * 32, 900, 1200)
    return Page(image, annotate_truth(image, Truth("dataset", words)))


def test_what_stands_to_the_right_below_a_label_is_no_part_of_its_value() -> None:
    words = [
        Word("기준일:", [0.70, 0.100, 0.76, 0.112]),
        Word("2021.", [0.77, 0.100, 0.81, 0.112]),
        Word("8.", [0.82, 0.100, 0.835, 0.112]),
        Word("8.(일)", [0.845, 0.100, 0.89, 0.112]),
        Word("시설관리팀", [0.81, 0.118, 0.89, 0.130]),
    ]
    page = page_with(words)
    assert [block.last - block.first for block in page.annotation.blocks] == [2]
    assert [part.text for part in passages(page)] == ["2021. 8. 8.(일)"]


def test_centred_lines_are_no_sentence() -> None:
    words = [
        Word("영업시간", [0.40, 0.100, 0.46, 0.112]),
        Word("11:00부터", [0.47, 0.100, 0.58, 0.112]),
        Word("쌀과", [0.36, 0.118, 0.42, 0.130]),
        Word("김치는", [0.43, 0.118, 0.50, 0.130]),
        Word("국내산만", [0.51, 0.118, 0.56, 0.130]),
        Word("씁니다.", [0.57, 0.118, 0.62, 0.130]),
    ]
    page = page_with(words)
    assert [block.last - block.first for block in page.annotation.blocks] == [2]
    assert not passages(page)


def _cell(row: int, column: int, text: str) -> Cell:
    box = [column / 2, row / 4, column / 2 + 0.4, row / 4 + 0.2]
    return Cell(row, column, 1, 1, row == 0, text, box)


def test_rows_that_are_called_by_their_number_are_not_compared() -> None:
    cells = [_cell(0, 0, "번호"), _cell(0, 1, "수량")]
    for row, count in enumerate(("10", "9", "26"), 1):
        cells += [_cell(row, 0, str(row)), _cell(row, 1, count)]
    facts = table_facts(cells, "")
    assert facts is not None
    kinds = {question.kind for question in table_questions(facts, "이 표", True, "key")}
    assert "largest_value" in kinds
    assert not kinds & {"difference", "compare"}


def test_english_phrases_that_are_looked_for_are_whole() -> None:
    for page in documents():
        if page.annotation.language == "en":
            known = {item.text for item in referents(page)}
            for draft in chain(page, SETTING):
                kind, _, phrase = draft.detail.partition(":")
                assert kind != "locate" or phrase in known


def test_what_is_confirmed_is_answered_in_the_words_of_any_question() -> None:
    said = [
        question.answers.explained
        for page in documents()
        if page.annotation.language == "en"
        for question in document_asked(page)
        if question.kind == "confirm"
    ]
    assert said
    assert all(text.endswith(("so the answer is yes.", "so the answer is no.")) for text in said)
