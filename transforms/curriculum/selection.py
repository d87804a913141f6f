"""Which stage an image serves, and on which side of the split its document stands.

Pure functions of ids and the seed, so that no order of work can change them.
"""

import math

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import fraction_of
from gyogwa.schemas.records import Image
from gyogwa.schemas.samples import Split

PAGES_A_GROUP = 4
"""So many consecutive pages of a document go to one stage together."""


def group_of(image: Image) -> str:
    """What goes to a stage together: neighbouring pages of a document, or one image."""
    return f"{image.document}#{(image.page - 1) // PAGES_A_GROUP}"


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
