"""Which stage an image serves, and on which side of the split its document stands.

Pure functions of ids and the seed, so that no order of work can change them.
"""

import math

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import fraction_of
from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Split
from gyogwa.transforms.curriculum.filters import Failed, failed_rule

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


def split_of(document: str, curriculum: Curriculum) -> Split:
    """`train` or `validation`, the same for all of a document."""
    held_out = fraction_of(curriculum.seed, "validation", document) < curriculum.validation_share
    return "validation" if held_out else "train"
