"""Samples that show several pages: neighbours in a document, pairs of charts, versions of a page.

A group never mixes splits. Neighbours and charts come from the pages of one stage; two versions of
a page, found by the search for duplicates, go to a stage drawn for the pair.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum
from schemas.ids import hash_of
from schemas.records import Duplicate, Sample
from transforms.assemble.staging import (
    Place,
    Staged,
    setting_of,
    stage_named,
    unique,
)
from transforms.filters import failed_rule
from transforms.selection import draw_stage, group_of
from transforms.tasks.page import Page, sample_of
from transforms.tasks.registry import GROUP_TASKS

NEIGHBOURS = ("which_page", "continue_text")
CHARTS = ("compare_charts",)
VERSIONS = ("what_changed",)
_CHARTS_A_GROUP = 32
_LEAST_SIMILAR = 0.6  # texts less alike than this are no versions of one page

Group = tuple[Place, str]


def neighbours(staged: Staged) -> Iterator[tuple[Group, Page]]:
    """A page of a longer document under the key of its neighbours."""
    place, page = staged
    if page.image.document != page.image.image_id:
        yield (place, group_of(page)), page


def charts(staged: Staged, count: int) -> Iterator[tuple[Group, Page]]:
    """A page with a chart under a key it shares with about as many others as a group may hold."""
    place, page = staged
    if page.annotation.charts:
        buckets = max(1, math.ceil(count / _CHARTS_A_GROUP))
        bucket = int(hash_of("charts", page.image.image_id)[:8], 16) % buckets
        yield (place, f"charts/{page.annotation.language}/{bucket}"), page


def versions(pair: Duplicate) -> Iterator[tuple[str, str]]:
    """(image id, pair's name) for both pages of a pair that looked alike and reads alike."""
    if pair.verdict == "different" and pair.similarity >= _LEAST_SIMILAR:
        name = f"{pair.kept}/{pair.member}"
        yield pair.kept, name
        yield pair.member, name


def group_samples(
    element: tuple[Group, Iterable[Page]], tasks: tuple[str, ...], curriculum: Curriculum
) -> Iterator[Sample]:
    """The samples of one group."""
    ((stage_name, split), _), found = element
    stage = stage_named(curriculum, stage_name)
    pages = sorted(found, key=lambda p: (p.image.document, p.image.page, p.image.image_id))
    if len(pages) < 2:
        return
    yield from unique(
        sample_of(shown, draft, stage, split, task)
        for task in tasks
        if task in stage.tasks and task in GROUP_TASKS
        for shown, draft in GROUP_TASKS[task](pages, setting_of(stage, task))
    )


def _paired(element: tuple[str, Any]) -> Iterator[tuple[str, tuple[str, Page]]]:
    _, found = element
    for (_, split), page in found["staged"]:
        for name in found["pairs"]:
            yield name, (split, page)


def _version_group(
    element: tuple[str, Iterable[tuple[str, Page]]], curriculum: Curriculum
) -> Iterator[tuple[Group, list[Page]]]:
    name, found = element
    members = list(found)
    stages = [
        stage
        for stage in curriculum.stages
        if set(VERSIONS) & set(stage.tasks)
        and all(failed_rule(page, stage.filters) is None for _, page in members)
    ]
    stage = draw_stage(stages, name, curriculum.seed)
    splits = {split for split, _ in members}
    if stage is not None and len(members) == 2 and len(splits) == 1:
        yield ((stage.name, splits.pop()), name), [page for _, page in members]


class GroupSamples(beam.PTransform):
    """(Staged pages, pairs looked at) to the samples of several pages."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, inputs: Any) -> Any:
        staged, pairs = inputs
        curriculum = self.curriculum
        keyed = tuple[tuple[tuple[str, str], str], Page]
        chart_count = (
            staged
            | "ChartsOnly" >> beam.Filter(lambda s: bool(s[1].annotation.charts))
            | "CountCharts" >> beam.combiners.Count.Globally()
        )
        of_neighbours = (
            staged
            | "Neighbours" >> beam.FlatMap(neighbours).with_output_types(keyed)
            | "GroupNeighbours" >> beam.GroupByKey()
            | "NeighbourSamples"
            >> beam.FlatMap(group_samples, tasks=NEIGHBOURS, curriculum=curriculum)
        )
        of_charts = (
            staged
            | "Charts"
            >> beam.FlatMap(charts, count=beam.pvalue.AsSingleton(chart_count)).with_output_types(
                keyed
            )
            | "GroupCharts" >> beam.GroupByKey()
            | "ChartSamples" >> beam.FlatMap(group_samples, tasks=CHARTS, curriculum=curriculum)
        )
        named = tuple[str, tuple[str, Page]]
        of_versions = (
            {
                "staged": staged
                | "StagedById"
                >> beam.Map(lambda s: (s[1].image.image_id, s)).with_output_types(
                    tuple[str, tuple[tuple[str, str], Page]]
                ),
                "pairs": pairs
                | "Versions" >> beam.FlatMap(versions).with_output_types(tuple[str, str]),
            }
            | "JoinVersions" >> beam.CoGroupByKey()
            | "Paired" >> beam.FlatMap(_paired).with_output_types(named)
            | "GroupVersions" >> beam.GroupByKey()
            | "VersionGroup" >> beam.FlatMap(_version_group, curriculum=curriculum)
            | "VersionSamples" >> beam.FlatMap(group_samples, tasks=VERSIONS, curriculum=curriculum)
        )
        return (of_neighbours, of_charts, of_versions) | "AllGroups" >> beam.Flatten()
