"""Slabs are used again when nobody looks at them any more, and never before."""

import errno
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.loader import StageLoader
from gyogwa.loader.memory import Arena, Board, OwnSlabs, SharedSlabs
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage


def filled(arena: Arena, sizes: list[int], value: int = 0) -> torch.Tensor:
    """A batch of images of these sizes; image k is full of `value` + k."""
    for number, size in enumerate(sizes):
        arena.room(size).fill_((value + number) % 256)
    pixels = arena.finish()
    if not isinstance(pixels, torch.Tensor):
        pixels = ForkingPickler.loads(ForkingPickler.dumps(pixels))
    return pixels


def expected(sizes: list[int], value: int = 0) -> torch.Tensor:
    return torch.cat(
        [torch.full((n,), (value + k) % 256, dtype=torch.uint8) for k, n in enumerate(sizes)]
        or [torch.empty(0, dtype=torch.uint8)]
    )


def own() -> Arena:
    return Arena(OwnSlabs())


boards: list[Board] = []


def shared() -> Arena:
    boards[:] = [Board(workers=1, slabs=2)]
    return Arena(SharedSlabs(boards[0].name, boards[0].flags, 0))


MAKERS = pytest.mark.parametrize("make", [own, shared])


@MAKERS
@given(
    batches=st.lists(st.lists(st.integers(0, 3000), min_size=1, max_size=5), max_size=8),
    keep=st.sets(st.integers(0, 7)),
)
def test_held_batches_keep_their_pixels(
    make: Callable[[], Arena], batches: list[list[int]], keep: set[int]
) -> None:
    arena = make()
    held = {}
    for number, sizes in enumerate(batches):
        pixels = filled(arena, sizes, 17 * number)
        assert torch.equal(pixels, expected(sizes, 17 * number))
        if number in keep:
            held[number] = pixels.view(-1)  # a view holds the memory as well
        del pixels
    for number, pixels in held.items():
        assert torch.equal(pixels, expected(batches[number], 17 * number))


@MAKERS
def test_memory_is_used_again_after_the_last_view_is_gone(make: Callable[[], Arena]) -> None:
    arena = make()
    first = filled(arena, [5000])
    place, part = first.data_ptr(), first[10:20]
    del first
    second = filled(arena, [4000])
    assert second.data_ptr() != place  # a part of the first is still held
    del part
    gc.collect()
    assert filled(arena, [4000]).data_ptr() == place


def test_a_worker_without_a_free_slab_goes_on() -> None:
    arena = shared()
    held = [filled(arena, [1000], value) for value in range(5)]
    for value, pixels in enumerate(held):
        assert torch.equal(pixels, expected([1000], value))


def test_what_was_taken_back_is_laid_over() -> None:
    arena = own()
    arena.room(10).fill_(1)
    used = arena.used
    arena.room(10_000).fill_(2)  # a bad sample, which moves all to a larger slab
    arena.back_to(used)
    arena.room(5).fill_(3)
    pixels = arena.finish()
    assert isinstance(pixels, torch.Tensor)
    assert pixels.tolist() == [1] * 10 + [3] * 5


@pytest.mark.parametrize(("workers", "start_method"), [(0, "fork"), (2, "fork"), (1, "spawn")])
def test_batches_that_are_held_stay_as_they_are(
    stage: MadeStage, workers: int, start_method: str
) -> None:
    loader = StageLoader(
        stage.manifest, batch_size=4, num_workers=workers, start_method=start_method
    )
    held = list(loader)
    loader.set_epoch(0)  # by the same workers, which have the memory of what isn't held
    for batch, again in zip(held, loader, strict=True):
        assert batch.keys == again.keys
        for images, others in zip(batch.images, again.images, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(images, others, strict=True))


def test_shared_memory_that_is_full_is_told_in_a_line(
    stage: MadeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(GyogwaError, match=r"no shared memory .* left on device.*num_workers") as e:
        list(StageLoader(stage.manifest, batch_size=4, num_workers=1, start_method="fork"))
    assert "\n" not in str(e.value)


def test_who_is_killed_while_making_a_slab_leaves_none_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(os, "posix_fallocate", killed)
    flags = torch.zeros(1, 2, dtype=torch.uint8)
    process = multiprocessing.get_context("fork").Process(
        target=SharedSlabs("board", flags, 0).take, args=(1_000_000,)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not [path.name for path in Path("/dev/shm").glob(f"*_{process.pid}_*")]
