"""A question with its answer and a wrong one in the same form."""

from collections.abc import Sequence
from typing import NamedTuple

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import IMAGE, Page, Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.prompts.lengths import with_length
from gyogwa.transforms.tasks.documents import prompt_of
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.questions_base import (
    Answers,
    Question,
    answered,
    name_answers,
    value_answers,
)


class Asked(NamedTuple):
    """A question of a task, and the short answer that is wrong."""

    task: str
    question: Question
    wrong: str


def pair(page: Page, setting: Setting, asked: Asked) -> Draft:
    """The question as it is asked elsewhere, answered as it is, and with what is wrong in its
    place: as a sentence where that has the form of others."""
    language, one = page.annotation.language, asked.question
    korean, key = language == "ko", f"{page.image.image_id}/{one.kind}:{one.detail}"
    prompt = prompt_of_question(page, setting, asked.task, one)
    forms = (value_answers, name_answers)
    said = [
        form(asked.wrong, korean).sentence
        for form in forms
        if form(one.answers.short, korean).sentence == one.answers.sentence
    ]
    true = Answers(one.answers.short, one.answers.sentence)
    false = Answers(asked.wrong, said[0] if said else "")
    if asked.task == "doc_qa":
        escape = setting.dialect.escape
        true, false = (Answers(escape(a.short), escape(a.sentence)) for a in (true, false))
    turns, failed = (answered(prompt, each, language, f"pair/{key}") for each in (true, false))
    if not failed[-1].content:  # a sentence of its own form, which nothing else could fill
        prompt = with_length(prompt, "short", language, key)
        return Draft([user(prompt)], f"{one.kind}:{one.detail}", true.short, false.short)
    return Draft(turns[:1], f"{one.kind}:{one.detail}", turns[-1].content, failed[-1].content)


def prompt_of_question(page: Page, setting: Setting, task: str, one: Question) -> str:
    language, key = page.annotation.language, f"{page.image.image_id}/{one.kind}:{one.detail}"
    if task == "doc_qa":
        return prompt_of(one, language, key, setting.dialect)
    return prompt_for(task, language, key, one.kind, **one.fields)


def user(prompt: str) -> Turn:
    return Turn("user", f"{IMAGE}\n{prompt}")


def ranked(questions: Sequence[Question], name: str, page: Page) -> list[Question]:
    return sorted(
        questions, key=lambda one: hash_of(name, page.image.image_id, one.kind, one.detail)
    )


def folded(text: str) -> str:
    return "".join(text.casefold().split())
