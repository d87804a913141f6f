"""Samples that can't be used: skipped, named, counted, and replaced by the same one everywhere."""

from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest

from gyogwa.loader import StageLoader
from gyogwa.loader.bad_samples import BadSample, BadSamples, replacements
from gyogwa.loader.reading import open_stage
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import Made, MadeStage, encoded, write_stage

NO_JPEG = encoded("JPEG", 24, 16)[:60]


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    """Three of 60 samples are bad: one by its bytes, one by its JSON, one by its picture."""
    jpeg = encoded("JPEG", 24, 16)

    def made(shard: int, sample: int) -> Made:
        bad_json, bad_picture = (shard, sample) == (1, 4), (shard, sample) == (2, 7)
        return Made(
            f"{shard}-{sample:03d}",
            {"jpg": NO_JPEG if bad_picture else jpeg},
            {"annotation": 3} if bad_json else {},
        )

    stage = write_stage(
        tmp_path_factory.mktemp("damaged"),
        [("single-jpg", [made(shard, sample) for sample in range(15)]) for shard in range(4)],
    )
    data = bytearray(stage.shard(0).read_bytes())
    data[600] ^= 1
    stage.shard(0).write_bytes(data)
    return stage


def loader_of(stage: MadeStage, **changes: Any) -> StageLoader:
    settings: dict[str, Any] = {
        "batch_size": 12,
        "window": 2,
        "verify": "size",
        "max_bad_rate": 0.1,
    }
    return StageLoader(stage.manifest, **(settings | changes))


def together(
    stage: MadeStage, world_size: int, workers: int
) -> tuple[list[list[str]], list[BadSample]]:
    loaders = [
        loader_of(stage, rank=rank, world_size=world_size, num_workers=workers)
        for rank in range(world_size)
    ]
    parts = [[batch.keys for batch in loader] for loader in loaders]
    batches = [list(chain.from_iterable(batch)) for batch in zip(*parts, strict=True)]
    return batches, sorted(chain.from_iterable(loader.bad_samples for loader in loaders))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("world_size", [1, 2, 4])
def test_a_bad_sample_is_replaced_by_the_same_one_everywhere(
    damaged: MadeStage, world_size: int, workers: int
) -> None:
    expected, expected_bad = together(damaged, 1, 0)
    found, bad = together(damaged, world_size, workers)
    assert found == expected
    assert bad == expected_bad
    assert [(sample.key, sample.shard) for sample in bad] == [
        ("0-000", str(damaged.shard(0))),
        ("1-004", str(damaged.shard(1))),
        ("2-007", str(damaged.shard(2))),
    ]
    assert [sample.offset > 0 for sample in bad] == [False, True, True]
    for sample, reason in zip(bad, ["CRC-32 is", "annotation", "can't be decoded"], strict=True):
        assert reason in sample.reason


def test_the_samples_beside_a_bad_one_keep_their_places(damaged: MadeStage, tmp_path: Path) -> None:
    whole = [
        ("single-jpg", [Made(f"{shard}-{sample:03d}") for sample in range(15)])
        for shard in range(4)
    ]
    healthy = write_stage(tmp_path, whole)
    good = [key for batch in loader_of(healthy) for key in batch.keys]
    shown = [key for batch in loader_of(damaged) for key in batch.keys]
    differing = {before for before, after in zip(good, shown, strict=True) if before != after}
    assert differing == {"0-000", "1-004", "2-007"}


def test_a_restore_meets_the_same_replacements(damaged: MadeStage) -> None:
    expected = [batch.keys for batch in loader_of(damaged)]
    loader = loader_of(damaged)
    first = [batch.keys for batch in islice(loader, 2)]
    other = loader_of(damaged, num_workers=1)
    other.load_state_dict(loader.state_dict())
    assert first + [batch.keys for batch in other] == expected


def test_replacements_come_from_the_shard_then_from_its_series(stage: MadeStage) -> None:
    index = open_stage(stage.manifest, check_hash=False)
    for draw in range(47):
        candidates = list(replacements(index, draw, 0))
        assert len(set(candidates)) == len(candidates)
        assert draw not in candidates
        shards = [index.place(candidate).shard for candidate in candidates]
        series = index.manifest.shards[index.place(draw).shard].series
        assert {index.manifest.shards[shard].series for shard in shards} == {series}
    # The only sample of its shard: others of the series stand in.
    assert {stage.keys[candidate] for candidate in replacements(index, 46, 0)} == {
        "5-000", "5-001", "5-002",
    }  # fmt: skip
    assert list(replacements(index, 3, 0)) != list(replacements(index, 3, 1))


def test_none_at_all_are_allowed_on_request(damaged: MadeStage) -> None:
    loader = loader_of(damaged, max_bad_rate=0, num_workers=2, shuffle=False)
    with pytest.raises(GyogwaError, match=r"1 bad samples? in 12 draws") as caught:
        next(iter(loader))
    assert f"{damaged.shard(0)}: sample 0-000 at offset 0: CRC-32 is" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert loader.state_dict()["consumed"] == 0


def test_a_rate_above_the_limit_stops_and_names_the_last(tmp_path: Path) -> None:
    good = encoded("JPEG", 24, 16)
    made = [Made(f"{n:03d}", {"jpg": NO_JPEG if n % 4 == 0 else good}) for n in range(200)]
    stage = write_stage(tmp_path, [("single-jpg", made)])
    loader = loader_of(stage, batch_size=4, max_bad_rate=0.01)
    batches = iter(loader)
    with pytest.raises(GyogwaError, match=r"more than max_bad_rate 0\.01 allows") as caught:
        for _ in batches:
            pass
    assert 8 < loader.bad_count <= 16
    assert str(loader.bad_samples[-1]) in str(caught.value)
    assert str(caught.value).count(" at offset ") == 3


def test_a_stage_without_a_good_sample_stops(tmp_path: Path) -> None:
    stage = write_stage(tmp_path, [("single-jpg", [Made("only", {"jpg": NO_JPEG})])])
    with pytest.raises(GyogwaError, match=r"sample only at offset 0: .* nor could any"):
        next(iter(loader_of(stage, batch_size=1, max_bad_rate=1)))


def test_a_few_bad_samples_say_nothing_about_the_rate() -> None:
    bad = BadSample("k", "s.tar", 0, "why")
    tally = BadSamples(0.001)
    for _ in range(8):
        tally.add(1, [bad])
    with pytest.raises(GyogwaError, match="9 bad samples in 9 draws"):
        tally.add(1, [bad])
    with pytest.raises(GyogwaError, match="max_bad_rate is 2"):
        BadSamples(2)
    patient = BadSamples(1)
    for _ in range(30):
        patient.add(100, [bad] * 100)
    assert (len(patient.recent), patient.count) == (1000, 3000)
