"""Questions about the same images become turns of one sample.

A page is shown once and asked several things, in place of being stored, read and encoded for each:
the images and what stands on them are many times larger than a question. A sample holds as many
questions as the stage's `turns` allows; those that an epoch shows equally often are put together,
so that every question is asked as often as the mixture says.

What tells more comes later: first questions with short answers, then captions, kinds and tables,
at last the whole text and the text with its places. So what a page says can't be copied from an
earlier answer that tells all of it; two questions may still be about one fact.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.typehints import typehints
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import IMAGE, Turn
from gyogwa.schemas.samples import Sample, key_of, task_of
from gyogwa.transforms.curriculum.length import length_of
from gyogwa.transforms.curriculum.staging import stage_named
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.steps import Composite
from gyogwa.transforms.targets.registry import dialect_of
from gyogwa.transforms.tasks.registry import GROUP_TASKS, PAGE_TASKS

_TELLING = {
    "chain": 1,
    "caption": 1,
    "ground_caption": 1,
    "layout": 2,
    "chart_table": 3,
    "table_html": 3,
    "table_otsl": 4,
    "read": 5,
    "ocr": 6,
}
"""How much of a page an answer tells; 0 for all others."""


def is_alone(sample: Sample, stage: Stage) -> bool:
    """Whether a sample stays one of its own: preferences, what sources brought, and all of a stage
    that groups nothing."""
    ours = sample.task in PAGE_TASKS or sample.task in GROUP_TASKS
    one = stage.turns.most == 1 or not dialect_of(stage).several_turns
    return one or not ours or sample.chosen is not None


def asked_together(sample: Sample, curriculum: Curriculum) -> str:
    """What samples share that become one; a key of its own for one that stays alone."""
    if is_alone(sample, stage_named(curriculum, sample.stage)):
        return sample.key
    ids = [image.image_id for image in sample.images]
    return hash_of("turns", sample.stage, sample.split, sample.repeats, *ids)


def put_together(samples: Iterable[Sample], stage: Stage) -> Iterator[Sample]:
    """Samples of the same images as samples of several questions, within the stage's budget. What
    is asked in the same words twice, alone and as the first of a chain, goes to two of them."""
    left = sorted(samples, key=lambda s: (_TELLING.get(s.task, 0), hash_of("turn", s.key)))
    most, tokens = stage.turns.most, _most_tokens(stage)
    while left:
        chunk: list[Sample] = []
        later: list[Sample] = []
        full = False
        for sample in left:
            total = sum(one.tokens for one in chunk) + sample.tokens
            full = full or len(chunk) == most or (tokens is not None and total > tokens)
            if chunk and (full or _asks(sample) in map(_asks, chunk)):
                later.append(sample)
            else:
                chunk.append(sample)
        yield _one_of(chunk, stage)
        left = later


def _asks(sample: Sample) -> str:
    return sample.conversation[0].content


def _most_tokens(stage: Stage) -> int | None:
    limits = [n for n in (stage.turns.tokens, stage.tokens.max_per_sample) if n is not None]
    return min(limits, default=None)


def _one_of(samples: list[Sample], stage: Stage) -> Sample:
    """One sample that asks what all of them ask, and shows the images before the first question."""
    first, *others = samples
    if not others:
        return first
    shown = f"{IMAGE}\n" * len(first.images)
    turns = list(first.conversation)
    for sample in others:
        opening, *rest = sample.conversation
        turns += [Turn(opening.role, opening.content.removeprefix(shown)), *rest]
    questions = [question for sample in samples for question in sample.questions]
    return replace(
        first,
        key=key_of(stage.name, questions, [image.image_id for image in first.images]),
        task=task_of(questions),
        tokens=sum(length_of(turn.content, stage.tokens) for turn in turns),
        conversation=turns,
        questions=questions,
        detail="",
    )


def _together(element: tuple[str, Iterable[Sample]], curriculum: Curriculum) -> Iterator[Sample]:
    samples = list(element[1])
    yield from put_together(samples, stage_named(curriculum, samples[0].stage))


class Turned(NamedTuple):
    """`samples`: PCollection[Sample]; `counts`: questions on each side."""

    samples: Any
    counts: list[Any]


class GroupTurns(Composite):
    """Chosen samples, each of one question, to samples as they are written."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, chosen: Any) -> Turned:
        curriculum = self.curriculum
        samples = (
            chosen
            | "ByImages"
            >> beam.Map(lambda s: (asked_together(s, curriculum), s)).with_output_types(
                typehints.Tuple[str, Sample]
            )
            | "GroupByImages" >> beam.GroupByKey()
            | "OneSample"
            >> beam.FlatMap(_together, curriculum=curriculum).with_output_types(Sample)
        )
        counts = [
            chosen | "CountAlone" >> Count("turns", "questions", "incoming"),
            samples
            | "CountTurns" >> Count("turns", "questions", "kept", lambda s: len(s.questions)),
        ]
        return Turned(samples, counts)
