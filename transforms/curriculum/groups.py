"""Samples that show several pages: neighbours in a document, pairs of charts, versions of a page.

A group never mixes splits. Neighbours and charts come from the pages of one stage; two versions of
a page, found by the search for duplicates, go to a stage drawn for the pair.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, cast

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Image
from gyogwa.schemas.samples import Sample, Split
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.selection import draw_stage, group_of
from gyogwa.transforms.curriculum.staging import (
    Group,
    Staged,
    StagedPage,
    setting_of,
    stage_named,
    unique,
)
from gyogwa.transforms.flow.steps import Composite, Found, Join, SumByKey
from gyogwa.transforms.tasks.registry import GROUP_TASKS

NEIGHBOURS = ("which_page", "continue_text")
CHARTS = ("compare_charts",)
VERSIONS = ("what_changed",)
_CHARTS_A_GROUP = 32
_LEAST_SIMILAR = 0.6  # texts less alike than this are no versions of one page

Keyed = tuple[Group, StagedPage]


def neighbours(staged: StagedPage) -> Iterator[tuple[Group, StagedPage]]:
    """A page of a longer document under the key of its neighbours."""
    image = staged.summary.image
    if image.document != image.image_id:
        yield ((staged.stage, staged.split), group_of(image)), staged


def _one_chart(staged: Staged) -> Iterator[tuple[str, tuple[int]]]:
    if staged.page.charts:
        yield "charts", (1,)


def charts(staged: StagedPage, count: int) -> Iterator[tuple[Group, StagedPage]]:
    """A page with a chart under a key it shares with about as many others as a group may hold."""
    page = staged.summary
    if page.charts:
        buckets = max(1, math.ceil(count / _CHARTS_A_GROUP))
        bucket = int(hash_of("charts", page.image.image_id)[:8], 16) % buckets
        yield ((staged.stage, staged.split), f"charts/{page.language}/{bucket}"), staged


def asked_for(staged: StagedPage, tasks: tuple[str, ...], curriculum: Curriculum) -> bool:
    """Whether the page's stage has one of the tasks: no other page travels to a group."""
    return not set(tasks).isdisjoint(stage_named(curriculum, staged.stage).tasks)


def versions(pair: Duplicate) -> Iterator[tuple[str, str]]:
    """(image id, pair's name) for both pages of a pair that looked alike and reads alike."""
    if pair.verdict == "different" and pair.similarity >= _LEAST_SIMILAR:
        name = f"{pair.kept}/{pair.member}"
        yield pair.kept, name
        yield pair.member, name


def group_samples(
    element: tuple[Group, Iterable[StagedPage]], tasks: tuple[str, ...], curriculum: Curriculum
) -> Iterator[Sample]:
    """The samples of one group."""
    ((stage_name, split), _), found = element
    stage = stage_named(curriculum, stage_name)
    staged = sorted(found, key=lambda s: _order(s.summary.image))
    if len(staged) < 2:
        return
    pages = [s.page for s in staged]
    summaries = {s.summary.image.image_id: s.summary for s in staged}
    yield from unique(
        sample_of(
            [summaries[page.image.image_id] for page in shown],
            draft,
            stage,
            cast(Split, split),
            task,
        )
        for task in tasks
        if task in stage.tasks and task in GROUP_TASKS
        for shown, draft in GROUP_TASKS[task](pages, setting_of(stage, task))
    )


def _order(image: Image) -> tuple[str, int, str]:
    return image.document, image.page, image.image_id


def _paired(_: str, found: Found) -> Iterator[tuple[str, Staged]]:
    for staged in found["staged"]:
        for name in found["pairs"]:
            yield name, staged


def _version_pages(
    element: tuple[str, Iterable[Staged]], curriculum: Curriculum
) -> Iterator[tuple[str, tuple[Group, Staged]]]:
    """Both pages of a pair that samples are made of, under the files of their annotations."""
    name, found = element
    members = list(found)
    stages = [
        stage
        for stage in curriculum.stages
        if set(VERSIONS) & set(stage.tasks)
        and all(stage.name in member.page.stages for member in members)
    ]
    stage = draw_stage(stages, name, curriculum.seed)
    splits = {member.split for member in members}
    if stage is not None and len(members) == 2 and len(splits) == 1:
        split = splits.pop()
        for member in members:
            yield member.page.at.path, (((stage.name, split), name), member)


class VersionPages(Composite):
    """(Staged pages, pairs looked at) to the pages of which versions are told, each with its group
    under the file of its annotation."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, inputs: tuple[Any, Any]) -> Any:
        staged, pairs = inputs
        return (
            {
                "staged": staged
                | "StagedById"
                >> beam.Map(lambda s: (s.page.image.image_id, s)).with_output_types(
                    tuple[str, Staged]
                ),
                "pairs": pairs
                | "Versions" >> beam.FlatMap(versions).with_output_types(tuple[str, str]),
            }
            | "JoinVersions"
            >> Join(_paired, {"staged": Staged, "pairs": str}, gives=tuple[str, Staged])
            | "GroupVersions" >> beam.GroupByKey()
            | "VersionPages"
            >> beam.FlatMap(_version_pages, curriculum=self.curriculum).with_output_types(
                tuple[str, tuple[Group, Staged]]
            )
        )


class GroupSamples(Composite):
    """(Staged pages, the same with annotations, versions by group) to the samples of several
    pages."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, inputs: tuple[Any, Any, Any]) -> Any:
        staged, pages, versions_found = inputs
        curriculum = self.curriculum
        chart_count = (
            staged
            | "OneChart" >> beam.FlatMap(_one_chart).with_output_types(tuple[str, tuple[int]])
            | "CountCharts" >> SumByKey(1)
        )
        of_neighbours = (
            pages
            | "WithNeighbours" >> beam.Filter(asked_for, NEIGHBOURS, curriculum)
            | "Neighbours" >> beam.FlatMap(neighbours).with_output_types(Keyed)
            | "GroupNeighbours" >> beam.GroupByKey()
            | "NeighbourSamples" >> _samples(NEIGHBOURS, curriculum)
        )
        of_charts = (
            pages
            | "WithCharts"
            >> beam.Filter(lambda s: s.summary.charts and asked_for(s, CHARTS, curriculum))
            | "Charts"
            >> beam.FlatMap(
                lambda s, counts: charts(s, sum(n for _, (n,) in counts)),
                beam.pvalue.AsList(chart_count),
            ).with_output_types(Keyed)
            | "GroupCharts" >> beam.GroupByKey()
            | "ChartSamples" >> _samples(CHARTS, curriculum)
        )
        of_versions = (
            versions_found
            | "GroupVersions" >> beam.GroupByKey()
            | "VersionSamples" >> _samples(VERSIONS, curriculum)
        )
        return (of_neighbours, of_charts, of_versions) | "AllGroups" >> beam.Flatten()


def _samples(tasks: tuple[str, ...], curriculum: Curriculum) -> Any:
    return beam.FlatMap(group_samples, tasks=tasks, curriculum=curriculum).with_output_types(Sample)
