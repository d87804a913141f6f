"""Stages are drawn by share, and documents fall on one side of the split."""

from collections import Counter

import pytest

from gyogwa.schemas.curriculum import Curriculum, Stage, TaskSpec
from gyogwa.transforms.curriculum.selection import draw_stage, split_of


def stage(name: str, share: float) -> Stage:
    return Stage(name=name, trains=["projector"], share=share, tasks={"ocr": TaskSpec()})


def test_stages_are_drawn_by_share() -> None:
    stages = [stage("a", 1), stage("b", 3)]
    drawn = Counter(draw_stage(stages, str(i), 7).name for i in range(4000))  # type: ignore[union-attr]
    assert drawn["b"] / 4000 == pytest.approx(0.75, abs=0.03)


def test_a_new_stage_takes_but_moves_nothing_else() -> None:
    before = [stage("a", 1), stage("b", 1)]
    after = [*before, stage("c", 1)]
    for group in map(str, range(500)):
        old, new = draw_stage(before, group, 1), draw_stage(after, group, 1)
        assert new is not None
        assert new.name == "c" or new == old


def test_a_document_stands_on_one_side_of_the_split() -> None:
    spec = Curriculum(name="c", seed=3, validation_share=0.2, stages=[stage("a", 1)])
    sides = Counter(split_of(str(i), spec) for i in range(4000))
    assert sides["validation"] / 4000 == pytest.approx(0.2, abs=0.02)
