"""A question with its answers, before it is phrased, and the choice among many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.ids import fraction_of, hash_of
from transforms.korean import with_particle
from transforms.prompts import prompt_for
from transforms.tasks.page import Draft, ask

_LONGEST_NAME = 40


@dataclass(frozen=True)
class Question:
    """`kind` is that of the task's prompts, `fields` fill them; `answers` all say the same."""

    kind: str
    detail: str
    fields: dict[str, str]
    answers: list[str]


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
    """The question in one of its phrasings with one of its answers.

    Its texts are escaped already: in a whole question, the dialect's own markup would be too.
    """
    detail = f"{question.kind}:{question.detail}"
    prompt = prompt_for(task, language, f"{key}/{detail}", question.kind, **question.fields)
    choice = int(fraction_of("answer", task, key, detail) * len(question.answers))
    return Draft(ask(prompt, question.answers[choice], images), detail)


def pick_one(values: list[str], *key: object) -> str:
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
    return f"{with_particle(quoted(one), '과')} {quoted(two)}" if korean else f'"{one}" and "{two}"'


def quoted(name: str) -> str:
    """A name between quotation marks."""
    return f'"{name}"'


def value_answers(value: str, korean: bool) -> list[str]:
    """Ways to answer with a value."""
    if not korean:
        return [value, f"It is {value}.", f"The answer is {value}."]
    return [value, f"{value}입니다.", f"답은 {value}입니다."]


def name_answers(name: str, korean: bool) -> list[str]:
    """Ways to answer with a name."""
    if not korean:
        return [name, f'It is "{name}".', f'"{name}".']
    return [name, f"{name}입니다.", f'"{name}"입니다.']
