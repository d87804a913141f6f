"""Grounding and referring, and the prompts of every task."""

import re
import string

import pytest
from msgspec.structs import replace

from gyogwa.transforms.prompts import phrasings, task_names
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.pointing import absent_text, ground, refer
from gyogwa.transforms.tasks.registry import PAGE_TASKS
from tests.transforms.tasks.pages import SETTING, documents

TASKS = [name for name in task_names() if name != "lengths"]  # which is part of questions
FIELDS = {
    "ground": {"text"},
    "refer": {"region"},
    "which_page": {"text"},
    "doc_qa/date": {"place"},
    "doc_qa/amount": {"place"},
    "doc_qa/share": {"place"},
    "doc_qa/title": set(),
    "read": set(),
    "ocr/word": set(),
    "ocr/line": set(),
    "ocr/block": set(),
    "ocr/cell": set(),
    "layout": set(),
    "caption": set(),
    "continue_text": set(),
    "what_changed": set(),
}


def test_a_text_is_found_wherever_it_stands_or_said_not_to_be_there() -> None:
    absent = total = 0
    for page in documents():
        squeezed = "".join(word.text for word in page.annotation.words).casefold()
        for draft in ground(page, SETTING):
            question, answer = (turn.content for turn in draft.conversation)
            total += 1
            if draft.detail.startswith("not there: "):
                absent += 1
                text = draft.detail.removeprefix("not there: ")
                assert text.casefold().replace(" ", "") not in squeezed
                assert "bbox" not in answer
                assert f'"{text}"' in answer
            else:
                item = SETTING.dialect.parse_ground(answer, SETTING.size(page))
                text = item.text
                there = " ".join(word.text for word in page.annotation.words).casefold()
                assert len(item.boxes) == there.count(text.casefold())
            assert question.startswith("<image>\n<gro>\n")
            assert f'"{text}"' in question
    assert 0.09 < absent / total < 0.16


def test_ocr_never_says_that_a_text_is_not_there() -> None:
    page = documents()[0]
    read = replace(page, annotation=replace(page.annotation, origin="ocr"))
    assert not any(absent_text(read, word.text, []) for word in page.annotation.words)


def test_a_place_is_answered_by_its_line() -> None:
    for page in documents()[:6]:
        for draft in refer(page, SETTING):
            assert draft.conversation[1].content in page.line_texts()
            assert draft.detail in draft.conversation[0].content


@pytest.mark.parametrize("name", ["ocr", "read", "ground", "refer", "layout", "caption", "doc_qa"])
def test_one_placeholder_an_image_and_no_braces_left(name: str) -> None:
    for page in documents()[:8]:
        drafts = list(PAGE_TASKS[name](page, SETTING))
        assert len({draft.detail for draft in drafts}) == len(drafts)
        for draft in drafts:
            question, answer = draft.conversation
            assert question.content.startswith("<image>\n")
            assert question.content.count("<image>") == 1
            assert not re.search(r"[{}]|  ", question.content + answer.content)
            assert answer.content


def _asked(task: str, language: str) -> list[str]:
    return [
        text
        for kind, languages in phrasings(task).items()
        if not kind.startswith(("answer", "place_"))
        for text in languages[language]
    ]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_task_has_many_phrasings(task: str, language: str) -> None:
    asked = _asked(task, language)
    assert len(asked) >= 20
    # What differs only in case, spaces or punctuation would be no other phrasing.
    bare = [re.sub(r"[\W_]", "", text).casefold() for text in asked]
    assert len(set(bare)) == len(bare)
    assert all(bool(re.search("[가-힣]", text)) == (language == "ko") for text in asked)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_phrasing_has_the_fields_that_the_task_fills(name: str) -> None:
    task, _, kind = name.partition("/")
    for texts in phrasings(task)[kind or "ask"].values():
        for text in texts:
            parsed = string.Formatter().parse(text)
            fields = [(field, spec) for _, field, spec, _ in parsed if field]
            assert {field for field, _ in fields} == FIELDS[name], text
            assert len([field for field, spec in fields if not spec]) == len(FIELDS[name]), text


@pytest.mark.parametrize("kind", ["title", "date", "amount", "share"])
def test_every_kind_of_document_question_has_eight_phrasings(kind: str) -> None:
    assert all(len(texts) >= 8 for texts in phrasings("doc_qa")[kind].values())


def test_what_is_read_is_not_what_was_looked_for() -> None:
    """In one conversation the question of the one would hold the answer of the other."""
    setting = Setting(SETTING.spec.model_copy(update={"per_image": 2}), SETTING.dialect)
    shared = asked = 0
    for page in documents():
        found = {box for draft in ground(page, setting) for box in boxes_in(draft)}
        for draft in refer(page, setting):
            (box,) = boxes_in(draft)
            shared += box in found
            asked += 1
    assert asked > 10
    assert shared == 0


def boxes_in(draft: Draft) -> list[str]:
    text = " ".join(turn.content for turn in draft.conversation)
    return [box for run in re.findall("<bbox>(.*?)</bbox>", text) for box in run.split("<delim>")]
