"""Batches come in order with the state that belongs to them, on any device."""

import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
import torch

from loader import StageLoader
from loader.device import DevicePrefetcher, one_ahead
from schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def loader_of(stage: MadeStage, **changes: Any) -> StageLoader:
    return StageLoader(stage.manifest, batch_size=6, **changes)


def test_on_the_cpu_batches_pass_through(stage: MadeStage) -> None:
    expected = list(loader_of(stage))
    loader = loader_of(stage)
    given = DevicePrefetcher(loader, "cpu")
    for batch, other in zip(given, expected, strict=True):
        assert batch.keys == other.keys
        assert torch.equal(batch.pixels, other.pixels)
        assert given.state_dict() == loader.state_dict()
    assert given.state_dict()["epoch"] == 1


def test_without_a_gpu_images_stay_encoded_and_say_so(stage: MadeStage) -> None:
    loader = loader_of(stage, decode_on="gpu", shuffle=False)
    batch = next(iter(loader))
    assert batch.image_shapes == [[(16, 24)]] * 6
    assert batch.encoded is not None
    assert batch.pixels[:2].tolist() == [0xFF, 0xD8]
    assert sum(size for sizes in batch.encoded for size in sizes) == len(batch.pixels)
    with pytest.raises(ValueError, match="aren't decoded yet"):
        _ = batch.images
    with pytest.raises(GyogwaError, match='decode_on="gpu" needs a CUDA device'):
        next(iter(DevicePrefetcher(loader_of(stage, decode_on="gpu"), "cpu")))


def test_tiles_come_through_workers(stage: MadeStage) -> None:
    for batch in loader_of(stage, tiles="anyres_max_4", tile_side=8, num_workers=1):
        for images, grids in zip(batch.images, batch.grids, strict=True):
            for tiles, grid in zip(images, grids, strict=True):
                assert grid is not None
                assert tiles.shape == (1 + grid[0] * grid[1], 3, 8, 8)
                assert tiles.float().mean() > 30
        for by_image, of in zip(batch.tile_boxes, batch.grids, strict=True):
            assert [len(parts) for parts in by_image] == [g[0] * g[1] for g in of if g is not None]


def test_one_ahead_keeps_the_order_and_passes_errors_on() -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for number in range(5):
            begun.append(number)
            yield number
        raise ValueError("the fifth")

    doubled = one_ahead(items(), lambda number: 2 * number)
    found = [next(doubled)]
    while len(begun) < 2:  # the second is made without being asked for
        time.sleep(0.001)
    with pytest.raises(ValueError, match="the fifth"):
        found.extend(doubled)
    assert found == [0, 2, 4, 6, 8]


@pytest.mark.gpu
@needs_gpu
def test_on_a_gpu_batches_are_the_same_and_the_state_lags_one(stage: MadeStage) -> None:
    expected = list(loader_of(stage))
    given = DevicePrefetcher(loader_of(stage), "cuda")
    for number, batch in enumerate(given):
        assert batch.pixels.is_cuda
        assert torch.equal(batch.pixels.cpu(), expected[number].pixels)
        assert given.state_dict()["consumed"] == 6 * (number + 1)


@pytest.mark.gpu
@needs_gpu
@pytest.mark.skipif(find_spec("torchvision") is None, reason="needs torchvision")
def test_jpeg_decoded_on_a_gpu_is_about_the_same(stage: MadeStage) -> None:
    expected = list(loader_of(stage))
    for batch, other in zip(
        DevicePrefetcher(loader_of(stage, decode_on="gpu"), "cuda"), expected, strict=True
    ):
        assert (batch.pixels.cpu().int() - other.pixels.int()).abs().float().mean() < 3
