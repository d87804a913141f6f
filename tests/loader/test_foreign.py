"""A stage in `webdataset` and in `datasets`: the same draws in the same order as `StageLoader`."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("webdataset")
pytest.importorskip("datasets")

from gyogwa.loader import StageLoader, iterable_dataset, webdataset_pipeline
from gyogwa.loader.raw import RawSamples
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage, small_shards, write_stage
from tests.loader.runs import write_run


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    """A stage of which some samples count three times."""
    shards = [
        (series, [replace(made, repeats=3 if made.key.endswith("1") else 1) for made in samples])
        for series, samples in small_shards()
    ]
    return write_stage(tmp_path_factory.mktemp("repeated"), shards)


def keys_of(stage: MadeStage) -> list[str]:
    loader = StageLoader(stage.manifest, batch_size=4, drop_last=False)
    return [key for batch in loader for key in batch.keys]


def test_webdataset_gets_every_draw_in_order(repeated: MadeStage) -> None:
    pipeline = webdataset_pipeline(repeated.manifest).decode("torchrgb")
    samples = list(pipeline)
    assert [sample["__key__"] for sample in samples] == keys_of(repeated)
    assert max(Counter(sample["__key__"] for sample in samples).values()) == 3
    for sample in samples:
        shape = [name for name in sample if not name.startswith("__")]
        assert shape in (["jpg", "json"], ["json"], ["0.jpg", "1.png", "json"])
        assert sample["json"]["schema"] == 1
        if "jpg" in sample:
            assert sample["jpg"].shape == (3, 16, 24)
    second = [sample["__key__"] for sample in pipeline]
    assert sorted(second) == sorted(keys_of(repeated)) != second


def test_webdataset_is_split_over_ranks_and_workers(repeated: MadeStage) -> None:
    found: list[str] = []
    for rank in range(2):
        pipeline = webdataset_pipeline(repeated.manifest, rank=rank, world_size=2)
        loader: Any = torch.utils.data.DataLoader(pipeline, batch_size=None, num_workers=2)
        found += [sample["__key__"] for sample in loader]
    expected = keys_of(repeated)
    assert Counter(found) == Counter(expected[: len(expected) // 2 * 2])


def test_datasets_gets_every_draw_in_order(repeated: MadeStage) -> None:
    dataset = iterable_dataset(repeated.manifest)
    examples = list(dataset)
    assert [example["key"] for example in examples] == keys_of(repeated)
    assert {len(example["images"]) for example in examples} == {0, 1, 2}
    first = next(example for example in examples if len(example["images"]) == 2)
    assert [image.size for image in first["images"]] == [(24, 16), (10, 20)]
    assert first["messages"] == [
        {"role": "user", "content": "<image><image><ocr>"},
        {"role": "assistant", "content": f"답 {first['key']}"},
    ]
    loader: Any = torch.utils.data.DataLoader(dataset, batch_size=None, num_workers=2)
    assert Counter(each["key"] for each in loader) == Counter(keys_of(repeated))


def test_datasets_goes_on_from_its_state(repeated: MadeStage) -> None:
    dataset = iterable_dataset(repeated.manifest, parts=5)
    iterator = iter(dataset)
    for _ in range(17):
        next(iterator)
    state = dataset.state_dict()
    again = iterable_dataset(repeated.manifest, parts=5)
    again.load_state_dict(state)
    assert [example["key"] for example in again] == keys_of(repeated)[17:]


def test_validation_and_preference_data(tmp_path: Path) -> None:
    run = write_run(tmp_path).parent
    stage = run / "stages" / "2-basic-sft"
    expected = [f"held-basic-sft-{number:03d}" for number in range(7)]
    pipeline = webdataset_pipeline(stage, validation=True)
    assert [sample["__key__"] for sample in pipeline] == expected
    assert [each["key"] for each in iterable_dataset(stage, validation=True)] == expected
    pairs = list(iterable_dataset(run / "stages" / "4-preference", shuffle=False))
    assert (pairs[3]["chosen"], pairs[3]["rejected"]) == ("예 3", "no 3")
    with pytest.raises(GyogwaError, match="a run of 3 stages"):
        iterable_dataset(run)


def test_every_sample_comes_once_with_its_repeats(repeated: MadeStage) -> None:
    found = [(sample.key, times) for sample, times in RawSamples(repeated.manifest).rows()]
    assert found == [(key, 3 if key.endswith("1") else 1) for key in repeated.keys]


def test_a_damaged_sample_is_named(own_stage: MadeStage) -> None:
    shard = own_stage.shard(0)
    data = bytearray(shard.read_bytes())
    data[600] ^= 255
    shard.write_bytes(data)
    samples = RawSamples(own_stage.manifest, verify="size")
    with pytest.raises(GyogwaError, match=rf"{shard}: the sample 0 bytes into it can't be read"):
        list(samples.rows())


def test_a_stage_without_samples_is_told(tmp_path: Path) -> None:
    write_run(tmp_path)
    openers: list[Any] = [webdataset_pipeline, iterable_dataset]
    for opened in openers:
        with pytest.raises(GyogwaError, match=r"3-empty/manifest\.json: no samples"):
            opened(tmp_path / "stages/3-empty")
        with pytest.raises(GyogwaError, match="shuffle is 'no'; it must be True or False"):
            opened(tmp_path / "stages/2-basic-sft", shuffle="no")
        with pytest.raises(GyogwaError, match=r"storage_options is .*; it must be a mapping"):
            opened(tmp_path / "stages/2-basic-sft", storage_options=[1])
