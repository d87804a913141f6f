"""Questions with a choice of answers: where the choices stand, and which one is right.

In a column (`choices`, `options`: a list, also written as JSON or as Python; or an object of lists
of labels and texts, as in ARC) or in a column each (`choice_a` to `choice_d` of K-DTCBench, `A` to
`D` of MMBench). The answer is a letter, a position from 0 (whole numbers only), or a choice itself.
"""

import re
import string
from typing import Any, NamedTuple

from gyogwa.transforms.ingest.labels.published import Published, as_text, texts_of, unpacked

_LISTS = ("choices", "options")
_COLUMNS = ("choice_{}", "option_{}", "choice{}", "option{}")
KEYS = re.compile(r"choices|options|(choice|option)_?[a-zA-Z1-9]|[A-Z]")
"""All keys that may hold choices."""
_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")


class Choices(NamedTuple):
    """The texts to choose from, in order, and the columns that they stand in."""

    choices: list[str]
    columns: list[str]


def choices_in(row: Published) -> Choices:
    """The choices that a row offers; none when it offers fewer than two."""
    for name in _LISTS:
        found = _listed(row.left.get(name))
        if found and len(found) > 1:
            return Choices(found, [name])
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    for form in (*_COLUMNS, "{}"):
        for letters in (lower, upper, "123456789") if form != "{}" else (upper,):
            columns = []
            for letter in letters:
                if as_text(row.left.get(form.format(letter))) is None:
                    break
                columns.append(form.format(letter))
            if len(columns) > 1:
                return Choices([str(as_text(row.left[name])) for name in columns], columns)
    return Choices([], [])


def _listed(value: Any) -> list[str] | None:
    value = unpacked(value)
    if isinstance(value, dict):
        value = value.get("text", list(value.values()))
    return texts_of(value)


def with_choices(question: str, answer: str | None, choices: list[str]) -> tuple[str, str] | None:
    """The question with its choices below it, and the right one with its letter; None where none of
    them is the answer.

    >>> with_choices("합계는?", "B", ["1", "2"])
    ('합계는?\\nA. 1\\nB. 2', 'B. 2')
    """
    letters = string.ascii_uppercase[: len(choices)]
    right = None if answer is None else _which(answer.strip(), choices)
    if right is None or len(letters) < len(choices):
        return None
    offered = [f"{letter}. {choice}" for letter, choice in zip(letters, choices, strict=True)]
    return "\n".join([question, *offered]), offered[right]


def _which(answer: str, choices: list[str]) -> int | None:
    if answer in choices:
        return choices.index(answer)
    if answer.isdecimal() and int(answer) < len(choices):
        return int(answer)
    letter = _LETTER.fullmatch(answer)
    place = string.ascii_uppercase.index(letter[1].upper()) if letter else len(choices)
    return place if place < len(choices) else None
