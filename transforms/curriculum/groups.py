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
from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Sample, Split
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.filters import failed_rule
from gyogwa.transforms.curriculum.selection import draw_stage, group_of
from gyogwa.transforms.curriculum.staging import (
    Staged,
    asks_for,
    place_page,
    setting_of,
    stage_named,
    unique,
)
from gyogwa.transforms.flow.steps import Composite, Found, Join, Nothing, SumByKey
from gyogwa.transforms.tasks.registry import GROUP_TASKS, group_drafts_of

NEIGHBOURS = ("which_page", "continue_text")
CHARTS = ("compare_charts",)
VERSIONS = ("what_changed",)
_CHARTS_A_GROUP = 32

Group = tuple[tuple[str, str], str]
"""A stage's name and a split, and what the pages of the group share."""


def neighbours(staged: Staged) -> Iterator[tuple[Group, Page]]:
    """A page of a longer document under the key of its neighbours."""
    page = staged.page
    if page.image.document != page.image.image_id:
        yield ((staged.stage, staged.split), group_of(page)), page


def _one_chart(staged: Staged) -> Iterator[tuple[str, tuple[int]]]:
    if staged.page.annotation.charts:
        yield "charts", (1,)


def charts(staged: Staged, count: int) -> Iterator[tuple[Group, Page]]:
    """A page with a chart under a key it shares with about as many others as a group may hold."""
    page = staged.page
    if page.annotation.charts:
        buckets = max(1, math.ceil(count / _CHARTS_A_GROUP))
        bucket = int(hash_of("charts", page.image.image_id)[:8], 16) % buckets
        yield ((staged.stage, staged.split), f"charts/{page.annotation.language}/{bucket}"), page


def asked_for(staged: Staged, tasks: tuple[str, ...], curriculum: Curriculum) -> bool:
    """Whether the page's stage has one of the tasks: no other page travels to a group."""
    return not set(tasks).isdisjoint(stage_named(curriculum, staged.stage).tasks)


def _of_group(group: Group, found: Found, curriculum: Curriculum) -> Iterator[Sample]:
    yield from group_samples(group, found["neighbours"], NEIGHBOURS, curriculum)
    yield from group_samples(group, found["charts"], CHARTS, curriculum)
    yield from _version_samples(group, found["versions"], curriculum)


def group_samples(
    group: Group, found: Iterable[Page], tasks: tuple[str, ...], curriculum: Curriculum
) -> Iterator[Sample]:
    """The samples of one group."""
    (stage_name, split), _ = group
    pages = sorted(found, key=lambda p: (p.image.document, p.image.page, p.image.image_id))
    if len(pages) < 2:
        return
    stage = stage_named(curriculum, stage_name)
    yield from unique(
        sample_of(shown, draft, stage, cast(Split, split), task)
        for task in tasks
        if task in stage.tasks and task in GROUP_TASKS
        for shown, draft in group_drafts_of(task, pages, setting_of(stage, task))
    )


def _staged(
    version: tuple[str, Page], roots: dict[str, str], curriculum: Curriculum
) -> Iterator[tuple[Group, Staged]]:
    """One version of a page, if any stage takes it, under the name of the pair alone: their stage
    is drawn when both are there."""
    name, page = version
    for staged in place_page(page, roots, curriculum):
        if isinstance(staged, Staged):
            yield (("", ""), name), staged


def _version_samples(
    group: Group, members: list[Staged], curriculum: Curriculum
) -> Iterator[Sample]:
    if len(members) != 2:
        return
    name = group[1]
    stages = [
        stage
        for stage in curriculum.stages
        if set(VERSIONS) & set(stage.tasks)
        and all(failed_rule(member.page, stage.filters) is None for member in members)
    ]
    stage = draw_stage(stages, name, curriculum.seed)
    splits = {member.split for member in members}
    if stage is not None and len(splits) == 1:
        pages = [member.page for member in members]
        yield from group_samples(((stage.name, splits.pop()), name), pages, VERSIONS, curriculum)


class GroupSamples(Composite):
    """(Staged pages, versions of pages by name, documents joined) to the samples of several
    pages."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, inputs: tuple[Any, Any, Any]) -> Any:
        staged, named, roots = inputs
        curriculum = self.curriculum
        keyed = tuple[Group, Page]
        sides = {
            "neighbours": staged
            | "WithNeighbours" >> beam.Filter(asked_for, NEIGHBOURS, curriculum)
            | "Neighbours" >> beam.FlatMap(neighbours).with_output_types(keyed),
            "charts": self._charts(staged)
            if asks_for(curriculum, *CHARTS)
            else staged | "NoCharts" >> Nothing(keyed),
            "versions": named
            | "Versions"
            >> beam.FlatMap(
                _staged, roots=beam.pvalue.AsDict(roots), curriculum=curriculum
            ).with_output_types(tuple[Group, Staged]),
        }
        return sides | "Meet" >> Join(
            _of_group,
            {"neighbours": Page, "charts": Page, "versions": Staged},
            gives=Sample,
            curriculum=curriculum,
        )

    def _charts(self, staged: Any) -> Any:
        count = (
            staged
            | "OneChart" >> beam.FlatMap(_one_chart).with_output_types(tuple[str, tuple[int]])
            | "CountCharts" >> SumByKey(1)
        )
        return (
            staged
            | "WithCharts" >> beam.Filter(asked_for, CHARTS, self.curriculum)
            | "Charts"
            >> beam.FlatMap(
                lambda s, counts: charts(s, sum(n for _, (n,) in counts)),
                beam.pvalue.AsList(count),
            ).with_output_types(tuple[Group, Page])
        )
