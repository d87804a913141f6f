"""The loader as a trainer sees it: exact batches, exact restore, and refusal of what is wrong."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gyogwa.loader import Batch, Budget, StageLoader
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Shard
from tests.loader.conftest import Made, MadeStage, write_stage


def loader_of(stage: MadeStage, **changes: Any) -> StageLoader:
    return StageLoader(stage.manifest, **({"batch_size": 6, "window": 2} | changes))


def keys(batches: Any) -> list[list[str]]:
    return [batch.keys for batch in batches]


def flat(batches: Iterable[list[str]]) -> list[str]:
    return list(chain.from_iterable(batches))


def ranks_together(
    stage: MadeStage, world_size: int, state: dict[str, Any] | None, stop: int, **changes: Any
) -> tuple[list[list[str]], dict[str, Any]]:
    """Global batches, up to `stop` from `state`, and the state then, which all ranks share."""
    parts, states = [], []
    for rank in range(world_size):
        loader = loader_of(stage, rank=rank, world_size=world_size, **changes)
        if state is not None:
            loader.load_state_dict(state)
        parts.append(keys(islice(loader, stop)))
        states.append(loader.state_dict())
    assert all(other == states[0] for other in states)
    return [flat(batch) for batch in zip(*parts, strict=True)], states[0]


@pytest.mark.parametrize("size", [6, Budget(40, segment=16)])
@pytest.mark.parametrize("workers", [0, 2])
def test_a_loop_that_takes_as_many_as_there_are_has_the_next_epoch_next(
    stage: MadeStage, size: int | Budget, workers: int
) -> None:
    whole = loader_of(stage, batch_size=size)
    epochs = [keys(whole), keys(whole)]
    loader = loader_of(stage, batch_size=size, num_workers=workers)
    for expected in epochs:
        assert keys(islice(loader, len(expected))) == expected
    assert keys(loader) == keys(whole)


def test_an_epoch_gives_every_batch_once_and_the_next_another_order(stage: MadeStage) -> None:
    loader = loader_of(stage)
    first, second = keys(loader), keys(loader)
    assert len(first) == len(second) == len(loader) == 47 // 6
    assert len(set(flat(first))) == 42
    assert first != second
    assert loader.epoch == 2
    assert first == keys(loader_of(stage))


def test_evaluation_gives_the_manifest_order_once(stage: MadeStage) -> None:
    batches, _ = ranks_together(stage, 4, None, 99, shuffle=False, drop_last=False)
    assert flat(batches) == stage.keys


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_two_stops_in_an_epoch_lose_and_repeat_nothing(
    stage: MadeStage, data: st.DataObject
) -> None:
    batch_size = data.draw(st.sampled_from([4, 6, 12]))
    seed = data.draw(st.integers(0, 9))
    changes = {"batch_size": batch_size, "seed": seed}
    expected = keys(loader_of(stage, **changes))
    divisors = [n for n in range(1, batch_size + 1) if batch_size % n == 0]
    found: list[list[str]] = []
    state = None
    first = data.draw(st.integers(0, len(expected)))
    second = data.draw(st.integers(0, len(expected) - first))
    for stop in [first, second, 99]:
        world_size = data.draw(st.sampled_from(divisors))
        batches, state = ranks_together(stage, world_size, state, stop, **changes)
        assert len(json.dumps(state)) < 1024
        found += batches
    assert found == expected


def test_workers_come_and_go_between_stops(stage: MadeStage) -> None:
    expected = keys(loader_of(stage))
    first, state = ranks_together(stage, 1, None, 2, num_workers=2)
    second, state = ranks_together(stage, 2, state, 2, num_workers=0)
    rest, state = ranks_together(stage, 3, state, 99, num_workers=2)
    assert first + second + rest == expected
    assert state["epoch"] == 1


def test_a_state_counts_what_was_given_not_what_was_prefetched(stage: MadeStage) -> None:
    loader = loader_of(stage, num_workers=2, prefetch_factor=4)
    batches = iter(loader)
    next(batches)
    assert loader.state_dict()["consumed"] == 6
    other = loader_of(stage)
    other.load_state_dict(json.loads(json.dumps(loader.state_dict())))
    assert keys(other) == keys(batches)


def test_a_state_after_the_last_batch_ends_the_epoch(stage: MadeStage) -> None:
    loader = loader_of(stage)
    *_, state = (loader.state_dict() for _ in loader)
    other = loader_of(stage)
    other.load_state_dict(state)
    assert keys(other) == []
    assert keys(other) == keys(loader)


def test_leaving_early_keeps_the_position(stage: MadeStage) -> None:
    loader = loader_of(stage)
    for _ in loader:
        break
    assert keys(loader) == keys(loader_of(stage))[1:]


def test_batch_size_may_change_at_a_restore(stage: MadeStage) -> None:
    expected = flat(keys(loader_of(stage, batch_size=1)))
    first, state = ranks_together(stage, 1, None, 3)
    rest, _ = ranks_together(stage, 1, state, 99, batch_size=4)
    found = flat(first + rest)
    assert found == expected[: len(found)]
    assert len(expected) - len(found) < 4


def test_one_iteration_at_a_time(stage: MadeStage) -> None:
    loader = loader_of(stage)
    batches = iter(loader)
    next(batches)
    loader.load_state_dict(loader.state_dict())
    with pytest.raises(RuntimeError, match="one iteration at a time"):
        next(batches)


def test_loading_leaves_the_random_numbers_of_training_alone(stage: MadeStage) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    keys(loader_of(stage, num_workers=1))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 1}, "taken with seed=0, this loader has 1"),
        ({"window": 3}, "taken with window=2, this loader has 3"),
        ({"shuffle": False}, "taken with shuffle=True"),
    ],
)
def test_a_state_of_other_settings_is_refused(
    stage: MadeStage, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(GyogwaError, match=message):
        loader_of(stage, **changes).load_state_dict(loader_of(stage).state_dict())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"manifest": "f" * 32}, "load the stage that the state was taken from"),
        ({"consumed": 48}, "the state is damaged"),
        ({"epoch": "soon"}, "epoch: "),
        ({"settings": {}}, "give load_state_dict what state_dict returned"),
    ],
)
def test_a_state_of_something_else_is_refused(
    stage: MadeStage, change: dict[str, Any], message: str
) -> None:
    loader = loader_of(stage)
    with pytest.raises(GyogwaError, match=message):
        loader.load_state_dict(loader.state_dict() | change)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_an_altered_shard_is_refused(own_stage: MadeStage) -> None:
    flip(own_stage.shard(0), 600)
    with pytest.raises(GyogwaError, match=rf"{own_stage.shard(0)}: SHA-256 is"):
        keys(loader_of(own_stage))


def test_a_missing_and_a_truncated_shard_are_refused_at_once(own_stage: MadeStage) -> None:
    shard = own_stage.shard(3)
    os.truncate(shard, 1000)
    with pytest.raises(GyogwaError, match=f"{shard}: 1000 bytes, the manifest says"):
        loader_of(own_stage, verify="size")
    shard.unlink()
    with pytest.raises(GyogwaError, match=f"{shard}: can't open the shard"):
        loader_of(own_stage, verify="size")


def test_a_shard_that_goes_missing_later_is_named(own_stage: MadeStage) -> None:
    loader = loader_of(own_stage, num_workers=1)
    own_stage.shard(3).unlink()
    with pytest.raises(GyogwaError, match=f"{own_stage.shard(3)}: can't open the shard"):
        keys(loader)


BREAKS: dict[str, tuple[Callable[[MadeStage], object], str]] = {
    "no manifest": (lambda s: s.manifest.unlink(), "can't read the stage manifest"),
    "schema version": (lambda s: s.rewrite(schema_version=2), "schema_version 2"),
    "no index": (lambda s: (s.manifest.parent / "index.parquet").unlink(), "parquet: missing"),
    "altered index": (lambda s: flip(s.manifest.parent / "index.parquet", 9), "SHA-256 is"),
    "too few rows": (lambda s: s.rewrite(samples=46), "47 rows"),
    "unknown shard": (
        lambda s: s.change_index(lambda row: replace(row, shard=row.shard.replace("6", "7"))),
        "0 rows for shard basic-sft-pair-jpg-png-00006.tar",
    ),
    "rows apart": (
        lambda s: s.change_index(
            lambda row: replace(row, shard="x") if row.key.endswith("2") else row
        ),
        "don't stand together",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_stage_that_is_not_whole_is_refused(own_stage: MadeStage, name: str) -> None:
    damage, message = BREAKS[name]
    damage(own_stage)
    with pytest.raises(GyogwaError, match=message):
        loader_of(own_stage)


def test_every_shard_is_hashed_once(stage: MadeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = loader_of(stage)
    hashed: list[str] = []
    check = loader._shards._check_hash

    def noted(shard: Shard) -> None:
        hashed.append(shard.file)
        check(shard)

    monkeypatch.setattr(loader._shards, "_check_hash", noted)
    keys(loader)
    loader._shards.close()
    keys(loader)
    assert sorted(hashed) == sorted(shard.file for shard in loader.manifest.shards)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verify": "crc"}, 'choose "sha256" or "size"'),
        ({"num_workers": -1}, "num_workers is -1"),
        ({"window": 0}, "window is 0"),
        ({"image_size": 0}, "image_size is 0"),
        ({"batch_size": 5, "rank": 0, "world_size": 2}, "doesn't divide"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    stage: MadeStage, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(GyogwaError, match=message):
        loader_of(stage, **changes)


def test_images_are_shrunk_on_request_and_pass_through_workers(stage: MadeStage) -> None:
    batches: list[Batch] = list(loader_of(stage, image_size=12, num_workers=1))
    shapes = {shape for batch in batches for shapes in batch.image_shapes for shape in shapes}
    assert shapes == {(8, 12), (12, 6)}
    for batch in batches:
        for images, boxes in zip(batch.images, batch.boxes, strict=True):
            assert len(images) == len(boxes)
            assert all(image.float().mean() > 30 for image in images)


def test_a_repeated_sample_is_drawn_as_often_as_the_index_says(tmp_path: Path) -> None:
    repeats = [1, 3, 1, 2]
    made = [Made(f"{n:024d}", repeats=count) for n, count in enumerate(repeats)]
    stage = write_stage(tmp_path, [("text", made)])
    drawn = Counter(
        key
        for batch in StageLoader(stage.manifest, batch_size=2, drop_last=False)
        for key in batch.keys
    )
    assert drawn == {sample.key: sample.repeats for sample in made}
