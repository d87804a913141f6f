"""A question with its answers, before it is phrased, and the choice among many."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.prompts.lengths import Length, with_length
from gyogwa.transforms.prompts.particles import particle_for
from gyogwa.transforms.tasks.page import Draft, ask

T = TypeVar("T")

_LONGEST_NAME = 40
_COPY = re.compile(r"그대로|옮겨|읽어|쓰인 대로|\b(?:copy|quote|read)\b", re.IGNORECASE)
_WRITE = re.compile(r"쓰십시오|써 주|적어 주")


@dataclass(frozen=True)
class Answers:
    """One answer in the lengths that a prompt may ask for; `explained` is "" where there is nothing
    to explain, and ends in the answer."""

    short: str
    sentence: str
    explained: str = ""

    def of(self, length: Length) -> str:
        """The answer in a length that it has."""
        return {"short": self.short, "sentence": self.sentence}.get(length, self.explained)

    @property
    def lengths(self) -> list[Length]:
        """The lengths that it has."""
        return ["short", "sentence", "explained"] if self.explained else ["short", "sentence"]


@dataclass(frozen=True)
class Question:
    """`kind` is that of the task's prompts, `fields` fill them. `others`: what else of the page
    could be taken for the short answer, and isn't it."""

    kind: str
    detail: str
    fields: dict[str, str]
    answers: Answers
    others: tuple[str, ...] = ()


def chosen(questions: Iterable[Question], count: int, *key: object) -> list[Question]:
    """At most `count`, by hash: no kind comes twice before each has come once."""
    kinds: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda q: hash_of(*key, q.kind, q.detail)):
        kinds.setdefault(question.kind, []).append(question)
    order = sorted(kinds, key=lambda kind: hash_of(*key, kind))
    rounds = max(map(len, kinds.values()), default=0)
    turns = [kinds[kind][i] for i in range(rounds) for kind in order if i < len(kinds[kind])]
    return turns[:count]


def draft_of(task: str, language: str, question: Question, key: str, images: int = 1) -> Draft:
    """The question in one of its phrasings, which says how long the answer shall be.

    Its texts are escaped already: in a whole question, the dialect's own markup would be too.
    """
    detail = f"{question.kind}:{question.detail}"
    prompt = prompt_for(task, language, f"{key}/{detail}", question.kind, **question.fields)
    return Draft(
        answered(prompt, question.answers, language, f"{task}/{key}/{detail}", images), detail
    )


def answered(prompt: str, answers: Answers, language: str, key: str, images: int = 1) -> list[Turn]:
    """The question with a length drawn for its answer, and the answer in that length.

    A request to copy or read out is answered by nothing else, and one to write something down by no
    sentence about it.
    """
    lengths = answers.lengths
    said = re.sub(r'"[^"]*"', "", prompt)
    if _COPY.search(said):
        lengths = ["short"]
    elif _WRITE.search(said):
        lengths = [length for length in lengths if length != "sentence"]
    length = pick_one(lengths, "answer", key)
    return ask(with_length(prompt, length, language, key), answers.of(length), images)


def pick_one(values: Sequence[T], *key: object) -> T:
    """One of the values, by hash."""
    return values[int(fraction_of(*key) * len(values))]


def nameable(names: Iterable[str]) -> set[str]:
    """The names that a question can quote: short, not blank, standing for one thing only."""
    listed = list(names)
    return {
        name
        for name in listed
        if listed.count(name) == 1
        and len(name) <= _LONGEST_NAME
        and '"' not in name
        and any(char.isalnum() for char in name)
    }


def pairs(count: int, *key: object) -> Iterator[tuple[int, int]]:
    """A few pairs of different numbers below `count`, by hash."""
    every = [(i, j) for i in range(count) for j in range(count) if i != j]
    yield from sorted(every, key=lambda pair: hash_of(*key, pair))[:2]


def both(one: str, two: str, korean: bool) -> str:
    """Two names, quoted and joined by "and"."""
    if not korean:
        return f'"{one}" and "{two}"'
    return f"{quoted(one)}{particle_for(one, '과')} {quoted(two)}"


def quoted(name: str) -> str:
    """A name between quotation marks."""
    return f'"{name}"'


def value_answers(value: str, korean: bool, explained: str = "") -> Answers:
    """Ways to answer with a value."""
    return Answers(value, f"{value}입니다." if korean else _stopped(f"It is {value}"), explained)


def name_answers(name: str, korean: bool, explained: str = "") -> Answers:
    """Ways to answer with a name."""
    sentence = f"{quoted(name)}입니다." if korean else f"It is {quoted(name)}."
    return Answers(name, sentence, explained)


def count_answers(count: int, korean: bool, explained: str = "") -> Answers:
    """Ways to answer with a number of things."""
    if korean:
        return Answers(f"{count}개", f"모두 {count}개입니다.", explained)
    return Answers(str(count), f"There {'is' if count == 1 else 'are'} {count}.", explained)


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
