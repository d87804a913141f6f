"""A mixture changed at load time keeps the draws, follows the formula, and is part of the state."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gyogwa.loader import StageLoader, Weights
from gyogwa.loader.weights import Reweighting, spread
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import Made, MadeStage, write_stage

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=60)
FACTORS = st.lists(st.floats(0.01, 100), min_size=4, max_size=4)
TEMPERATURES = st.one_of(st.floats(0.2, 50), st.just(math.inf))


@given(rows=ROWS, factors=FACTORS, temperature=TEMPERATURES)
def test_the_draws_stay_as_many_and_follow_the_formula(
    rows: list[tuple[int, int]], factors: list[float], temperature: float
) -> None:
    groups, recorded = np.array(rows, dtype=np.int64).T
    repeats = spread(groups, recorded, factors, temperature)
    assert repeats.sum() == recorded.sum()
    old, new = (np.bincount(groups, weights=column, minlength=4) for column in (recorded, repeats))
    asked = np.where(old > 0, (old / old.sum()) ** (1 / temperature), 0) * factors
    assert np.abs(new - asked / asked.sum() * old.sum()).max() < 1 + 1e-6
    # Each row stands within one draw of its exact value.
    exact = recorded * (new / np.maximum(old, 1))[groups]
    assert np.abs(repeats - exact).max() < 1


@given(rows=ROWS)
def test_nothing_asked_changes_nothing(rows: list[tuple[int, int]]) -> None:
    groups, recorded = np.array(rows, dtype=np.int64).T
    assert spread(groups, recorded, [1.0] * 4, 1.0).tolist() == recorded.tolist()


@given(rows=ROWS, low=st.floats(1, 5), more=st.floats(1, 5))
def test_a_higher_temperature_never_widens_the_gap(
    rows: list[tuple[int, int]], low: float, more: float
) -> None:
    groups, recorded = np.array(rows, dtype=np.int64).T
    present = np.unique(groups)
    gaps = []
    for temperature in (low, low * more):
        repeats = spread(groups, recorded, [1.0] * 4, temperature)
        counts = np.bincount(groups, weights=repeats, minlength=4)[present]
        gaps.append(counts.max() - counts.min())
    assert gaps[1] <= gaps[0] + 2


def test_a_group_of_weight_zero_is_left_out() -> None:
    repeats = spread(np.array([0, 0, 1]), np.array([3, 3, 1]), [0.0, 1.0], 1.0)
    assert repeats.tolist() == [0, 0, 7]


@pytest.fixture
def mixed(tmp_path: Path) -> MadeStage:
    """Three shards: two of ocr (12 samples), one of caption (4), one sample of it twice."""
    shards = [("text", [Made(f"{s}-{n}") for n in range(6)]) for s in range(2)]
    shards.append(("text", [Made(f"2-{n}", repeats=1 + (n == 0)) for n in range(4)]))
    stage = write_stage(tmp_path / "mixed", shards)
    stage.change_index(lambda row: replace(row, task="caption") if row.key[0] == "2" else row)
    return stage


def drawn(stage: MadeStage, weights: Weights | None = None, temperature: float = 1) -> Counter[str]:
    loader = StageLoader(
        stage.manifest, batch_size=4, drop_last=False, weights=weights, temperature=temperature
    )
    return Counter(key for batch in loader for key in batch.keys)


def by_shard(counts: Counter[str]) -> list[int]:
    return [sum(n for key, n in counts.items() if key[0] == shard) for shard in "012"]


def test_a_loader_draws_by_weights_and_temperature(mixed: MadeStage) -> None:
    assert by_shard(drawn(mixed)) == [6, 6, 5]
    assert by_shard(drawn(mixed, temperature=math.inf)) in ([4, 5, 8], [4, 4, 9])
    assert by_shard(drawn(mixed, Weights(tasks={"ocr": 0}))) == [0, 0, 17]
    assert by_shard(drawn(mixed, Weights(tasks={"caption": 0}))) in ([8, 9, 0], [9, 8, 0])
    assert drawn(mixed, Weights(sources={"s": 5})) == drawn(mixed)


def test_a_state_of_another_mixture_is_refused(mixed: MadeStage) -> None:
    state = StageLoader(mixed.manifest, batch_size=4, temperature=2).state_dict()
    for changes in ({}, {"temperature": 3.0}, {"weights": Weights(tasks={"ocr": 2})}):
        with pytest.raises(GyogwaError, match="taken with mixture='temperature 2'"):
            StageLoader(mixed.manifest, batch_size=4, **changes).load_state_dict(state)


def test_a_description_tells_mixtures_apart() -> None:
    mixtures = [
        Reweighting(),
        Reweighting(temperature=2),
        Reweighting(Weights(tasks={"a": 2})),
        Reweighting(Weights(sources={"a": 2})),
        Reweighting(Weights(tasks={"a": 2}), 2),
    ]
    assert len({mixture.description for mixture in mixtures}) == len(mixtures)
    assert (
        Reweighting(Weights(tasks={"a": 1})).description == Reweighting().description == "recorded"
    )


def test_what_makes_no_sense_is_refused(mixed: MadeStage) -> None:
    with pytest.raises(
        GyogwaError, match="weights for the task orc, but the stage has caption, oc"
    ):
        drawn(mixed, Weights(tasks={"orc": 2}))
    with pytest.raises(GyogwaError, match="leave nothing to draw"):
        drawn(mixed, Weights(sources={"s": 0}))
    with pytest.raises(GyogwaError, match=r"weight of a is -1; it must be 0 or more"):
        Weights(tasks={"a": -1})
    with pytest.raises(GyogwaError, match="temperature is 0; it must be above 0"):
        Reweighting(temperature=0)
