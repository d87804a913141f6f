"""The prompts of each task in Korean and English, chosen by hash so that no template dominates.

Whoever asks in Korean keeps to one register: all questions about one image are formal, polite or
casual, since they may become turns of one conversation.

`TASK.yaml` beside this file: kind of question, then language, then phrasings. Most tasks have one
kind, `ask`. `{text}` and the like are filled in by the task, and `{text:을}` is the particle alone
that fits what fills `{text}`; a literal brace is doubled.
"""

from functools import cache
from pathlib import Path

import yaml

from gyogwa.schemas.ids import fraction_of
from gyogwa.transforms.prompts.particles import particle_for
from gyogwa.transforms.prompts.registers import Register, register_of

Phrasings = dict[str, dict[str, list[str]]]
"""Kind to language to phrasings."""


class _Said(str):
    """A field's text, or the particle that fits it."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return particle_for(self, spec) if spec else str(self)


def fill(template: str, **fields: str) -> str:
    """A template with its fields and their particles.

    >>> fill("{name}{name:이} 가장 큽니다.", name="사과")
    '사과가 가장 큽니다.'
    """
    return template.format(**{name: _Said(text) for name, text in fields.items()})


def task_names() -> list[str]:
    """The tasks that have prompts."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.yaml"))


@cache
def phrasings(task: str) -> Phrasings:
    """All that a task may say. Raises FileNotFoundError for a task without prompts."""
    path = Path(__file__).with_name(f"{task}.yaml")
    data: Phrasings = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def has_phrasings(task: str) -> bool:
    """Whether a task has prompts of its own; sources' conversations bring theirs."""
    return Path(__file__).with_name(f"{task}.yaml").exists()


def prompt_for(task: str, language: str, key: str, kind: str = "ask", **fields: str) -> str:
    """The phrasing for one sample, its fields filled in; languages other than Korean get English.

    `key` is what the choice hangs on, the same sample always gets the same phrasing: the id of the
    (first) image, and behind a slash what else tells the sample. What asks in Korean is in the
    image's register where the kind has such phrasings; answers (kinds that begin so) know only one.
    """
    choices = phrasings(task)[kind]["ko" if language == "ko" else "en"]
    if language == "ko" and not kind.startswith("answer"):
        register = register_for(key.partition("/")[0])
        choices = [said for said in choices if register_of(said) == register] or choices
    choice = choices[int(fraction_of("prompt", task, kind, key) * len(choices))]
    return fill(choice, **fields)


_HEARD: tuple[Register, ...] = ("polite", "polite", "formal", "casual")
"""Half of those who ask write 해요체, as most people do to a machine; the rest is shared out."""


def register_for(image_id: str) -> Register:
    """The register in which an image's questions are asked."""
    return _HEARD[int(fraction_of("register", image_id) * len(_HEARD))]
