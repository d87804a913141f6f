"""Questions with four choices, answered by a letter: the form of K-DTCBench (NCSOFT: `question`,
`choice_a` to `choice_d`, `answer`).

A question is one of `doc_qa`, `table_qa` or `chart_qa` with a short answer; the wrong choices are
of its own page, of the same kind as the right one (other cells of the column, other rows,
categories, fields, headings), and only where these are too few, the right one with another digit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.charts import chart_asked
from gyogwa.transforms.tasks.documents import document_asked, prompt_of
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.questions_base import Question, chosen
from gyogwa.transforms.tasks.referents import other_numbers
from gyogwa.transforms.tasks.tables import table_asked

LETTERS = "ABCD"
_QUOTED = ("section", "field_what", "field_who", "field_where")
"""Kinds whose wrong choices all have to stand on the page: a heading or an entry with another digit
is one that nobody would write."""
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_LONGEST = 60
_NO_CHOICE = ("compare", "confirm", "larger_field", "title", "trend")  # of two or three answers
_FORM = re.compile(
    r"(?P<question>.+?)\nA\. (?P<a>.+)\nB\. (?P<b>.+)\nC\. (?P<c>.+)\nD\. (?P<d>.+)\n[^\n]+",
    re.DOTALL,
)


@dataclass(frozen=True)
class Chosen:
    """A question with its choices, and the letter of the right one."""

    question: str
    choices: tuple[str, str, str, str]
    answer: str


def choice(page: Page, setting: Setting) -> Iterator[Draft]:
    """At most `per_image` questions with choices, no kind twice before each has come once."""
    language, image_id = page.annotation.language, page.image.image_id
    tasks = {
        "doc_qa": document_asked(page),
        "table_qa": table_asked(page, setting),
        "chart_qa": chart_asked(page, setting),
    }
    of_task = {id(question): task for task, listed in tasks.items() for question in listed}
    able = [q for listed in tasks.values() for q in listed if len(_wrong(q)) == len(LETTERS) - 1]
    for question in chosen(able, setting.spec.per_image, "choice", image_id):
        task = of_task[id(question)]
        key = f"{image_id}/{task}/{question.kind}:{question.detail}"
        if task == "doc_qa":
            asked = prompt_of(question, language, key, setting.dialect)
        else:
            asked = prompt_for(task, language, key, question.kind, **question.fields)
        right = question.answers.short
        listed = sorted([right, *_wrong(question)], key=lambda text: hash_of("choice", key, text))
        letter = int(fraction_of("letter", key) * len(LETTERS))
        listed.remove(right)  # the hash of a text would tie letters to texts
        listed.insert(letter, right)
        if task == "doc_qa":
            listed = [setting.dialect.escape(text) for text in listed]
        lines = [f"{name}. {text}" for name, text in zip(LETTERS, listed, strict=True)]
        text = "\n".join([asked, *lines, prompt_for("choice", language, key)])
        yield Draft(ask(text, LETTERS[letter]), f"{task}:{question.kind}:{question.detail}")


def _wrong(question: Question) -> list[str]:
    """Three wrong choices, [] where there are too few or the right one can't be one."""
    right = question.answers.short
    if question.kind in _NO_CHOICE or (not question.others and not _has_digit(right)):
        return []
    told = {_folded(right)}
    found: list[str] = []
    order = sorted(question.others, key=lambda text: hash_of("other", question.detail, text))
    made_up = [] if question.kind in _QUOTED else other_numbers(right)
    for text in [*order, *made_up]:
        if text and _folded(text) not in told and _one_line(text) and _may_be(text, right):
            told.add(_folded(text))
            found.append(text)
    return found[: len(LETTERS) - 1] if _one_line(right) and len(found) >= 3 else []


def _may_be(text: str, right: str) -> bool:
    """Whether a number could stand for the right one: of a share, no more than a whole."""
    share, other = _SHARE.fullmatch(right), _SHARE.fullmatch(text)
    return share is None or other is None or float(other[1]) <= max(100.0, float(share[1]))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _one_line(text: str) -> bool:
    return len(text) <= _LONGEST and "\n" not in text


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def parse_choice(question: str, answer: str) -> Chosen:
    """The parts of a question that `choice` wrote. Raises ValueError for any other."""
    found = _FORM.fullmatch(question)
    if found is None or answer not in LETTERS or len(answer) != 1:
        raise ValueError(f"no question with four choices: {question[:60]!r}")
    return Chosen(found["question"], (found["a"], found["b"], found["c"], found["d"]), answer)
