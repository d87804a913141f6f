"""Which stage an image serves, and how many samples of each task a stage takes.

Both are pure functions of ids, seed and counts, so a plan and a build can't differ.
"""

import math

from schemas.curriculum import Curriculum, Stage
from schemas.ids import fraction_of
from transforms.filters import Failed, failed_rule
from transforms.tasks.page import Page

PAGES_A_GROUP = 4
"""So many consecutive pages of a document go to one stage together."""


def group_of(page: Page) -> str:
    """What goes to a stage together: neighbouring pages of a document, or one image."""
    return f"{page.image.document}#{(page.image.page - 1) // PAGES_A_GROUP}"


def stage_of(page: Page, curriculum: Curriculum) -> tuple[Stage | None, dict[str, Failed]]:
    """The stage of a page, by share among those whose filters it passes; and why not the others."""
    failures = {}
    eligible = []
    for stage in curriculum.stages:
        failed = failed_rule(page, stage.filters)
        if failed is None:
            eligible.append(stage)
        else:
            failures[stage.name] = failed
    return draw_stage(eligible, group_of(page), curriculum.seed), failures


def draw_stage(stages: list[Stage], group: str, seed: int) -> Stage | None:
    """One of the stages with probability by share (weighted rendezvous hashing), None of none.

    A group keeps its stage when another stage is added, unless it moves to that one.
    """
    if not stages:
        return None
    return min(
        stages,
        key=lambda stage: -math.log1p(-fraction_of(seed, "stage", stage.name, group)) / stage.share,
    )


def quotas(weights: dict[str, float], counts: dict[str, int], most: int | None) -> dict[str, int]:
    """How many samples of each task a stage takes, from how many there are.

    The total is `most`, or without it the weighted median of what each task alone would allow
    (its count / its share of the weight): scarce tasks then come short and give all they have,
    plentiful ones are cut to their share. Tasks without any sample don't count.
    """
    there = {task: count for task, count in counts.items() if count and task in weights}
    if not there:
        return {}
    weight = sum(weights[task] for task in there)
    shares = {task: weights[task] / weight for task in there}
    total = (
        float(most)
        if most is not None
        else _median([(there[task] / shares[task], shares[task]) for task in there])
    )
    return {task: min(there[task], round(total * shares[task])) for task in sorted(there)}


def _median(weighted: list[tuple[float, float]]) -> float:
    half = sum(weight for _, weight in weighted) / 2
    passed = 0.0
    for value, weight in sorted(weighted):
        passed += weight
        if passed >= half:
            return value
    return weighted[-1][0]
