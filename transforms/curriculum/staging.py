"""Pages to their stage and split, and the samples that one page alone gives."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.records import Page
from gyogwa.schemas.row import Row
from gyogwa.schemas.samples import Sample, Split
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.selection import split_of, stage_of
from gyogwa.transforms.flow.ledger import page_reject
from gyogwa.transforms.targets.registry import dialect_of
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.registry import PAGE_TASKS, drafts_of

REJECTED, USED = "rejected", "used"
TRANSCRIBING = ("ocr", "read", "layout", "table_html", "table_otsl", "chart_table")
"""Tasks that say all that stands somewhere, masked or not. Others leave masks alone."""

Place = tuple[str, Split]
"""A stage's name and a split."""


class Staged(Row, frozen=True):
    """A page with the stage and the split that it goes to."""

    stage: str
    split: Split
    page: Page


def place_page(page: Page, roots: dict[str, str], curriculum: Curriculum) -> Iterator[Any]:
    """The page with its stage and split, or its reject when no stage's filters pass it.

    `roots`: documents with pages alike, which stand on the side of the first of them.
    """
    stage, failures = stage_of(page, curriculum)
    if stage is not None:
        document = roots.get(page.image.document, page.image.document)
        yield Staged(stage.name, split_of(document, curriculum), page)
        return
    why = "; ".join(f"{name}: {f.rule} {f.value}" for name, f in failures.items())
    yield beam.pvalue.TaggedOutput(
        REJECTED, page_reject(page, "stages", "no_stage", "no stage's filters pass it", why)
    )


def setting_of(stage: Stage, task: str) -> Setting:
    """How a stage wants a task."""
    spec = stage.tasks[task]  # type: ignore[index]
    return Setting(spec, dialect_of(stage), stage.resolution.stored_max_side)


def page_samples(staged: Staged, curriculum: Curriculum) -> Iterator[Any]:
    """Every sample that a page alone gives, or its reject when there is none.

    A page of whose text no task can be made may still serve a source's conversation.
    """
    page, stage = staged.page, stage_named(curriculum, staged.stage)
    samples = unique(
        sample_of([page], draft, stage, staged.split, task)
        for task in stage.tasks
        if task in PAGE_TASKS
        for draft in drafts_of(task, page, setting_of(stage, task))
        if task in TRANSCRIBING or not _mentions_mask(draft, page, curriculum)
    )
    yield from samples
    if samples:
        yield beam.pvalue.TaggedOutput(USED, page.image.image_id)
    else:
        message = f"no task of stage {stage.name} can be made of its text"
        yield beam.pvalue.TaggedOutput(REJECTED, page_reject(page, "stages", "no_task", message))


def _mentions_mask(draft: Draft, page: Page, curriculum: Curriculum) -> bool:
    """Whether something is asked about what was masked, or answered with it."""
    token = curriculum.personal_data.token
    texts = [*(turn.content for turn in draft.conversation), draft.chosen, draft.rejected]
    return bool(page.masks) and any(token in text for text in texts if text)


def asks_for(curriculum: Curriculum, *tasks: str) -> bool:
    """Whether a stage has one of the tasks."""
    return any(task in stage.tasks for stage in curriculum.stages for task in tasks)


def stage_named(curriculum: Curriculum, name: str) -> Stage:
    """The stage of this name."""
    return next(stage for stage in curriculum.stages if stage.name == name)


def unique(samples: Iterable[Sample]) -> list[Sample]:
    """The samples without those that repeat a key: a task may find the same thing twice."""
    found: dict[str, Sample] = {}
    for sample in samples:
        found.setdefault(sample.key, sample)
    return list(found.values())
