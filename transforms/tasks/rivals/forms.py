"""Answers in another form than the right one: another letter, more or less than was asked for."""

from collections.abc import Iterator

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts.lengths import with_length
from gyogwa.transforms.tasks.charts import chart_asked
from gyogwa.transforms.tasks.choices import LETTERS, choice
from gyogwa.transforms.tasks.documents import document_asked
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.rivals.pairing import prompt_of_question, user
from gyogwa.transforms.tasks.tables import table_asked


def wrong_letter(page: Page, setting: Setting) -> Iterator[Draft]:
    """The letter of a wrong choice."""
    for draft in choice(page, setting):
        asked, answer = draft.conversation
        others = [letter for letter in LETTERS if letter != answer.content]
        at = int(fraction_of("wrong letter", page.image.image_id, draft.detail) * len(others))
        yield Draft([asked], draft.detail, answer.content, others[at])


def wrong_length(page: Page, setting: Setting) -> Iterator[Draft]:
    """The right answer at another length than the question asks for, in either direction."""
    language, image_id = page.annotation.language, page.image.image_id
    asked = {
        "doc_qa": document_asked(page),
        "table_qa": table_asked(page, setting),
        "chart_qa": chart_asked(page, setting),
    }
    listed = [(task, one) for task, questions in asked.items() for one in questions]
    listed = [(task, one) for task, one in listed if one.answers.explained]
    for task, one in sorted(listed, key=lambda pair: hash_of("length", image_id, pair[1].detail)):
        said, key = one.answers, f"{image_id}/{one.kind}:{one.detail}"
        brief = fraction_of("brief", image_id, key) < 0.5  # whether that is what is asked for
        prompt = with_length(
            prompt_of_question(page, setting, task, one),
            "short" if brief else "explained",
            language,
            key,
        )
        first, second = (said.short, said.explained)[:: 1 if brief else -1]
        if task == "doc_qa":
            first, second = setting.dialect.escape(first), setting.dialect.escape(second)
        yield Draft([user(prompt)], f"{one.kind}:{one.detail}", first, second)
