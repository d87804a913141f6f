"""Stages are drawn by share, and quotas keep to weights and budgets."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.curriculum import Stage, TaskSpec
from transforms.selection import draw_stage, quotas


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


WEIGHTS = st.dictionaries(st.sampled_from("abcde"), st.floats(0.1, 10), min_size=1)
COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 1000))


@given(WEIGHTS, COUNTS, st.one_of(st.none(), st.integers(1, 2000)))
def test_quotas_never_exceed_what_there_is(
    weights: dict[str, float], counts: dict[str, int], most: int | None
) -> None:
    found = quotas(weights, counts, most)
    assert all(0 <= quota <= counts[task] for task, quota in found.items())
    if most is not None:
        assert sum(found.values()) <= most + len(found)


def test_quotas_keep_the_mixture_where_nothing_is_scarce() -> None:
    assert quotas({"a": 3, "b": 1}, {"a": 900, "b": 900}, 400) == {"a": 300, "b": 100}
    assert quotas({"a": 1, "b": 1}, {"a": 10, "b": 1000}, None) == {"a": 10, "b": 10}
