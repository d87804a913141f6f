"""Pages to their stage and split, and the samples that one page alone gives.

Stage and split are drawn for summaries; then each file of annotations is read for the pages whose
rows it holds.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.records import Annotation, Page
from gyogwa.schemas.row import Row
from gyogwa.schemas.samples import Sample, Split
from gyogwa.schemas.summary import PageSummary
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.selection import draw_stage, group_of, split_of
from gyogwa.transforms.files.tables import read_places
from gyogwa.transforms.flow.ledger import page_reject
from gyogwa.transforms.flow.steps import Found
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.registry import PAGE_TASKS

REJECTED, USED, VERSION = "rejected", "used", "version"

Group = tuple[tuple[str, str], str]
"""A stage's name and a split, and what the pages of the group share."""


class Staged(Row, frozen=True):
    """A page with the stage and the split that it goes to."""

    stage: str
    split: Split
    page: PageSummary


class StagedPage(Row, frozen=True):
    """The same where samples are made of it: with its annotation."""

    stage: str
    split: Split
    summary: PageSummary
    annotation: Annotation

    @property
    def page(self) -> Page:
        return Page(self.summary.image, self.annotation)


def place_page(page: PageSummary, roots: dict[str, str], curriculum: Curriculum) -> Iterator[Any]:
    """The page with its stage and split, or its reject when no stage's filters pass it.

    `roots`: documents with pages alike, which stand on the side of the first of them.
    """
    stages = [stage for stage in curriculum.stages if stage.name in page.stages]
    stage = draw_stage(stages, group_of(page.image), curriculum.seed)
    if stage is not None:
        document = roots.get(page.image.document, page.image.document)
        yield Staged(stage.name, split_of(document, curriculum), page)
        return
    message = "no stage's filters pass it"
    reject = page_reject(page, "stages", "no_stage", message, page.failed)
    yield beam.pvalue.TaggedOutput(REJECTED, reject)


def with_annotations(path: str, found: Found) -> Iterator[Any]:
    """The staged pages whose annotations one file holds, and, tagged, those that are versions."""
    staged: list[Staged] = sorted(found["staged"], key=lambda s: s.page.at.row)
    versions: list[tuple[Group, Staged]] = sorted(
        found["versions"], key=lambda pair: (pair[0], pair[1].page.at.row)
    )
    rows = sorted({s.page.at.row for s in (*staged, *(version for _, version in versions))})
    read = dict(zip(rows, read_places(Annotation, path, rows), strict=True))

    def whole(page: Staged) -> StagedPage:
        return StagedPage(page.stage, page.split, page.page, read[page.page.at.row])

    yield from map(whole, staged)
    for group, page in versions:
        yield beam.pvalue.TaggedOutput(VERSION, (group, whole(page)))


def setting_of(stage: Stage, task: str) -> Setting:
    """How a stage wants a task."""
    spec = stage.tasks[task]  # type: ignore[index]
    return Setting(spec, DIALECTS[stage.dialect], stage.resolution.stored_max_side)


def page_samples(staged: StagedPage, curriculum: Curriculum) -> Iterator[Any]:
    """Every sample that a page alone gives, or its reject when there is none.

    A page of whose text no task can be made may still serve a source's conversation.
    """
    page, stage = staged.page, stage_named(curriculum, staged.stage)
    samples = unique(
        sample_of([staged.summary], draft, stage, staged.split, task)
        for task in stage.tasks
        if task in PAGE_TASKS
        for draft in PAGE_TASKS[task](page, setting_of(stage, task))
    )
    yield from samples
    if samples:
        yield beam.pvalue.TaggedOutput(USED, page.image.image_id)
    else:
        message = f"no task of stage {stage.name} can be made of its text"
        yield beam.pvalue.TaggedOutput(REJECTED, page_reject(page, "stages", "no_task", message))


def stage_named(curriculum: Curriculum, name: str) -> Stage:
    """The stage of this name."""
    return next(stage for stage in curriculum.stages if stage.name == name)


def unique(samples: Iterable[Sample]) -> list[Sample]:
    """The samples without those that repeat a key: a task may find the same thing twice."""
    found: dict[str, Sample] = {}
    for sample in samples:
        found.setdefault(sample.key, sample)
    return list(found.values())
