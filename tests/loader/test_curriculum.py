"""A walk over all stages: in order, within budgets, restored exactly on either side of a border."""

import json
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gyogwa.loader import Batch, CurriculumLoader, CurriculumStage, Weights
from gyogwa.loader.budget import Budget
from gyogwa.schemas.errors import GyogwaError
from tests.loader.runs import MODULES, write_run

Given = list[tuple[str, list[str]]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("run"))


def loader_of(run: Path, **changes: Any) -> CurriculumLoader:
    return CurriculumLoader(run, **({"batch_size": 4, "window": 2} | changes))


def given_by(items: Iterable[tuple[CurriculumStage, Batch]]) -> Given:
    return [(stage.name, batch.keys) for stage, batch in items]


def ranks_together(
    run: Path, world_size: int, state: dict[str, Any] | None, stop: int, **changes: Any
) -> tuple[Given, dict[str, Any]]:
    """Global batches, up to `stop` from `state`, and the state then, which all ranks share."""
    parts, states = [], []
    for rank in range(world_size):
        loader = loader_of(run, rank=rank, world_size=world_size, **changes)
        if state is not None:
            loader.load_state_dict(state)
        parts.append(given_by(islice(loader, stop)))
        states.append(loader.state_dict())
    assert all(other == states[0] for other in states)
    together = [
        (batches[0][0], list(chain.from_iterable(keys for _, keys in batches)))
        for batches in zip(*parts, strict=True)
    ]
    return together, states[0]


def test_stages_come_in_order_with_what_trains(run: Path) -> None:
    loader = loader_of(run)
    seen = list(loader)
    assert [stage.name for stage in dict.fromkeys(stage for stage, _ in seen)] == [
        "feature-alignment",
        "basic-sft",
        "preference",
    ]
    first, second, third = loader.stages
    assert (first.number, first.objective, first.trains) == (1, "sft", ("projector",))
    assert second.trains == tuple(MODULES)
    assert (third.number, third.objective, third.batches) == (4, "preference", 2)
    assert len(seen) == len(loader) == 3 + 6 + 2
    assert seen[-1][1].chosen[0] is not None
    assert list(loader) == []


def test_budgets_differ_by_stage(run: Path) -> None:
    sizes = {"feature-alignment": 2, "basic-sft": 8, "empty": 1, "preference": 5}
    epochs = dict.fromkeys(sizes, 1) | {"basic-sft": 3}
    limits = dict.fromkeys(sizes, None) | {"feature-alignment": 4}
    loader = loader_of(run, batch_size=sizes, epochs=epochs, max_batches=limits)
    assert [stage.batches for stage in loader.stages] == [4, 9, 2]
    seen = given_by(loader)
    assert [name for name, _ in seen] == (
        ["feature-alignment"] * 4 + ["basic-sft"] * 9 + ["preference"] * 2
    )
    epochs_seen = [sorted(chain(*(keys for _, keys in seen[at : at + 3]))) for at in (4, 7, 10)]
    assert epochs_seen[0] == epochs_seen[1] == epochs_seen[2]
    assert len(set(epochs_seen[0])) == 24
    assert seen[4:7] != seen[7:10]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_two_stops_anywhere_lose_and_repeat_nothing(run: Path, data: st.DataObject) -> None:
    changes: dict[str, Any] = {"epochs": data.draw(st.integers(1, 2))}
    changes["seed"] = data.draw(st.integers(0, 3))
    changes["max_batches"] = data.draw(st.one_of(st.none(), st.integers(1, 8)))
    expected = given_by(loader_of(run, **changes))
    found: Given = []
    state = None
    first = data.draw(st.integers(0, len(expected)))
    second = data.draw(st.integers(0, len(expected) - first))
    for stop in [first, second, 999]:
        world_size = data.draw(st.sampled_from([1, 2, 4]))
        batches, state = ranks_together(run, world_size, state, stop, **changes)
        assert len(json.dumps(state)) < 1024
        state = json.loads(json.dumps(state))
        found += batches
    assert found == expected


def test_workers_come_and_go_at_a_border_between_stages(run: Path) -> None:
    expected = given_by(loader_of(run))
    before, state = ranks_together(run, 1, None, 3, num_workers=2)
    after, state = ranks_together(run, 2, state, 7, num_workers=0)
    rest, state = ranks_together(run, 1, state, 99, num_workers=1)
    assert before + after + rest == expected
    assert (state["stage"], state["loader"]) == ("", None)
    assert ranks_together(run, 1, state, 99)[0] == []


def test_going_back_starts_later_stages_afresh(run: Path) -> None:
    loader = loader_of(run)
    state = loader.state_dict()
    first = given_by(loader)
    loader.load_state_dict(state)
    assert given_by(loader) == first


@pytest.mark.parametrize("world_size", [1, 2, 3, 5])
def test_validation_gives_each_sample_once(run: Path, world_size: int) -> None:
    parts = []
    for rank in range(world_size):
        loader = loader_of(run, batch_size=world_size, rank=rank, world_size=world_size)
        validation = loader.validation_loader("basic-sft")
        assert validation is not None
        parts.append([batch.keys for batch in validation])
    assert len({len(part) for part in parts}) == 1
    keys = [key for batches in zip(*parts, strict=True) for part in batches for key in part]
    assert keys == [f"held-basic-sft-{number:03d}" for number in range(7)]


def test_a_budget_cuts_every_stage(run: Path) -> None:
    loader = loader_of(run, batch_size=Budget(limit=100, unit="pixels", most=5), epochs=2)
    seen = given_by(loader)
    assert len(seen) == len(loader) == sum(stage.batches for stage in loader.stages) > 10
    other = loader_of(run, batch_size=Budget(limit=100, unit="pixels", most=5), epochs=2)
    first = given_by(islice(other, 6))
    again = loader_of(run, batch_size=Budget(limit=100, unit="pixels", most=5), epochs=2)
    again.load_state_dict(other.state_dict())
    assert first + given_by(again) == seen


def test_a_stage_may_have_no_validation(run: Path) -> None:
    assert loader_of(run).validation_loader("preference") is None
    assert loader_of(run).validation_loader("feature-alignment") is None
    with pytest.raises(GyogwaError, match="no stage 'basic'"):
        loader_of(run).validation_loader("basic")


def test_another_runs_state_is_refused(run: Path, tmp_path: Path) -> None:
    state = loader_of(run).state_dict()
    other = write_run(tmp_path)
    other.write_text(other.read_text().replace("a" * 32, "b" * 32))
    with pytest.raises(GyogwaError, match="open the run that the state was taken from"):
        loader_of(other).load_state_dict(state)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 1}, "taken with seed=0"),
        ({"window": 3}, "taken with window=2"),
        ({"temperature": 2.0}, "taken with mixture='recorded'"),
        ({"weights": Weights(sources={"s": 2})}, "taken with mixture='recorded'"),
    ],
)
def test_a_state_of_other_settings_is_refused(
    run: Path, changes: dict[str, Any], message: str
) -> None:
    if "weights" in changes:
        names = ["feature-alignment", "basic-sft", "empty", "preference"]
        changes = {"weights": dict.fromkeys(names, changes["weights"])}
    with pytest.raises(GyogwaError, match=message):
        loader_of(run, **changes).load_state_dict(loader_of(run).state_dict())


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "nowhere"}, {"batches": "many"}, {"loader": {}}, {"stage": ""}, {"loader": None},
        {"batches": -1},
    ],
)  # fmt: skip
def test_a_damaged_state_is_refused(run: Path, change: dict[str, Any]) -> None:
    loader = loader_of(run)
    with pytest.raises(GyogwaError, match=r"the state is damaged|not a state of this loader"):
        loader.load_state_dict(loader.state_dict() | change)


def test_a_stage_of_another_run_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    manifest = tmp_path / "stages/2-basic-sft/manifest.json"
    data = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(data | {"fingerprint": "c" * 32}))
    with pytest.raises(GyogwaError, match="the stage is of another run"):
        loader_of(run)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": {"basic-sft": 4}}, "one value, or one for each"),
        ({"epochs": 0}, "must be a whole number of at least 1"),
        ({"batch_size": 14}, "fewer than one batch"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    run: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(GyogwaError, match=message):
        loader_of(run, **changes)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GyogwaError, match="can't read the curriculum"):
        loader_of(tmp_path / "curriculum.json")
