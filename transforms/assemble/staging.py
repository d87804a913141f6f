"""Pages to their stage and split, and the samples that one page alone gives."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum, Stage
from schemas.records import Sample
from transforms.assemble.books import page_reject
from transforms.selection import split_of, stage_of
from transforms.targets.registry import DIALECTS
from transforms.tasks.page import Page, Setting, sample_of
from transforms.tasks.registry import PAGE_TASKS

MADE, REJECTED, USED = "made", "rejected", "used"

Place = tuple[str, str]
"""A stage's name and a split."""
Staged = tuple[Place, Page]


def place_page(page: Page, roots: dict[str, str], curriculum: Curriculum) -> Iterator[Any]:
    """The page with its stage and split, or its reject when no stage's filters pass it.

    `roots`: documents with pages alike, which stand on the side of the first of them.
    """
    stage, failures = stage_of(page, curriculum)
    if stage is not None:
        document = roots.get(page.image.document, page.image.document)
        yield (stage.name, split_of(document, curriculum)), page
        return
    why = "; ".join(f"{name}: {f.rule} {f.value}" for name, f in failures.items())
    yield beam.pvalue.TaggedOutput(
        REJECTED, page_reject(page, "stages", "no_stage", why, "", "no stage's filters pass it")
    )


def setting_of(stage: Stage, task: str) -> Setting:
    """How a stage wants a task."""
    spec = stage.tasks[task]  # type: ignore[index]
    return Setting(spec, DIALECTS[stage.dialect], stage.resolution.stored_max_side)


def page_samples(staged: Staged, curriculum: Curriculum) -> Iterator[Any]:
    """Every sample that a page alone gives, or its reject when there is none.

    A page of whose text no task can be made may still serve a source's conversation.
    """
    (stage_name, split), page = staged
    stage = stage_named(curriculum, stage_name)
    samples = unique(
        sample_of([page], draft, stage, split, task)
        for task in stage.tasks
        if task in PAGE_TASKS
        for draft in PAGE_TASKS[task](page, setting_of(stage, task))
    )
    yield from samples
    if samples:
        yield beam.pvalue.TaggedOutput(USED, page.image.image_id)
    else:
        message = f"no task of stage {stage_name} can be made of its text"
        yield beam.pvalue.TaggedOutput(
            REJECTED, page_reject(page, "stages", "no_task", "", "", message)
        )


def stage_named(curriculum: Curriculum, name: str) -> Stage:
    """The stage of this name."""
    return next(stage for stage in curriculum.stages if stage.name == name)


def unique(samples: Iterable[Sample]) -> list[Sample]:
    """The samples without those that repeat a key: a task may find the same thing twice."""
    found: dict[str, Sample] = {}
    for sample in samples:
        found.setdefault(sample.key, sample)
    return list(found.values())
