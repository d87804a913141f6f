"""Batches come in order with the state that belongs to them, on any device."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from gyogwa.loader import Batch, CurriculumLoader, ModelInputs, StageLoader
from gyogwa.loader.device import DevicePrefetcher, jpeg_decoder, one_ahead
from gyogwa.loader.pinning import SLOTS, Buffers, Fed, fed
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage
from tests.loader.runs import write_run

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


def test_other_loaders_and_missing_gpus_are_told(stage: MadeStage, tmp_path: Path) -> None:
    curriculum = CurriculumLoader(write_run(tmp_path), batch_size=4)
    others: list[Any] = [curriculum, ModelInputs(loader_of(stage), lambda batch: {})]
    for loader in others:
        with pytest.raises(GyogwaError, match=r"moves the batches of a StageLoader, .* pin_memory"):
            next(iter(DevicePrefetcher(loader, "cpu")))
        with pytest.raises(GyogwaError, match="moves the batches of a StageLoader"):
            list(fed(loader, Buffers()))
    if not torch.cuda.is_available():
        with pytest.raises(GyogwaError, match=r"device is 'cuda', and torch .* sees no GPU"):
            DevicePrefetcher(loader_of(stage), "cuda")
    assert len(DevicePrefetcher(loader_of(stage), "cpu")) == len(loader_of(stage))


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


def plain(made: list[tuple[int, str]]) -> Callable[[int], torch.Tensor]:
    """Plain memory in place of page-locked one; notes sizes and which thread asked."""

    def new(size: int) -> torch.Tensor:
        made.append((size, threading.current_thread().name))
        return torch.zeros(size, dtype=torch.uint8)

    return new


def test_a_thread_fills_a_few_buffers_again_and_again(stage: MadeStage) -> None:
    expected, states = [], []
    loader = loader_of(stage)
    for batch in loader:
        expected.append((batch.keys, batch.pixels.clone(), batch.json))
        states.append(loader.state_dict())
    made: list[tuple[int, str]] = []
    buffers = Buffers(new=plain(made))
    held: list[Fed] = []
    for number, item in enumerate(fed(loader_of(stage, num_workers=1), buffers)):
        keys, pixels, texts = expected[number]
        assert (item.batch.keys, item.batch.json) == (keys, texts)
        assert torch.equal(item.batch.pixels, pixels)
        assert item.state == states[number]
        held.append(item)
        if len(held) == 2:  # as many as the device's side ever holds
            slot = held.pop(0).slot
            assert slot is not None
            buffers.give(slot)
    assert number + 1 == len(expected) > SLOTS
    assert {thread for _, thread in made} == {"gyogwa-pin"}
    assert buffers.bytes <= SLOTS * 1.25 * max(len(pixels) for _, pixels, _ in expected)


def test_buffers_that_nobody_gives_back_hold_the_loader_and_not_the_leaver(
    stage: MadeStage,
) -> None:
    given: list[int] = []

    class Counting:
        def __iter__(self) -> Iterator[Batch]:
            for batch in loader_of(stage):
                given.append(len(batch))
                yield batch

        def state_dict(self) -> dict[str, Any]:
            return {}

    items = fed(Counting(), Buffers(new=plain([])))
    for _ in range(SLOTS):
        next(items)
    until = time.monotonic() + 60
    while len(given) <= SLOTS and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    assert len(given) == SLOTS + 1  # the next one waits for a buffer
    items.close()
    until = time.monotonic() + 60  # leaving doesn't wait for it, and a busy machine takes its time
    while "gyogwa-pin" in (names := {thread.name for thread in threading.enumerate()}):
        assert time.monotonic() < until, names
        time.sleep(0.01)


def test_leaving_does_not_wait_for_a_batch_that_never_comes(stage: MadeStage) -> None:
    (batch,) = islice(loader_of(stage), 1)
    never = threading.Event()

    class Blocked:
        def __iter__(self) -> Iterator[Batch]:
            yield batch
            never.wait(600)

        def state_dict(self) -> dict[str, Any]:
            return {}

    items = fed(Blocked(), Buffers(new=plain([])))
    assert next(items).batch.keys == batch.keys
    started = time.monotonic()
    items.close()
    assert time.monotonic() - started < 60
    never.set()


def test_an_error_of_the_loader_arrives(stage: MadeStage) -> None:
    class Failing:
        def __iter__(self) -> Iterator[Batch]:
            yield from islice(loader_of(stage), 2)
            raise GyogwaError("the disk is gone")

        def state_dict(self) -> dict[str, Any]:
            return {}

    items = fed(Failing(), Buffers(new=plain([])))
    assert len([next(items), next(items)]) == 2
    with pytest.raises(GyogwaError, match="the disk is gone"):
        next(items)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("raise RuntimeError('operator torchvision::nms does not exist')", "can't be used with"),
        ("raise ModuleNotFoundError('no torchvision')", "and there is none"),
    ],
)
def test_a_torchvision_that_does_not_fit_is_told_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, said: str
) -> None:
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text(broken)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(GyogwaError, match=rf"{said}[\s\S]*decode on workers"):
        jpeg_decoder()


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
