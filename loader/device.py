"""The last step: batches on the device, one ahead, so that the model never waits for a copy.

On a GPU, a batch is copied from page-locked memory on a stream of its own while the model works on
the one before (CUDA C++ Best Practices Guide, "Asynchronous and Overlapping Transfers"). Elsewhere
batches are moved in turn, which on the CPU leaves them as they are.

With `decode_on="gpu"` JPEGs cross the bus encoded, and nvJPEG decodes them there through
torchvision, which isn't a dependency: install the one for your torch. Neither that nor the copies
on a stream run in the tests of a machine without a GPU.

Cost: the memory of one more batch on the device.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol, TypeVar

import torch

from loader.batch import Batch
from loader.decode import decode_image
from schemas.errors import GyogwaError

try:
    from torchvision.io import ImageReadMode, decode_jpeg  # type: ignore[import-not-found]
except ImportError:
    decode_jpeg = None


Item = TypeVar("Item")


class Source(Protocol):
    """What batches come from: a loader, or what stands for one."""

    def __iter__(self) -> Iterator[Batch]:
        """The batches."""

    def state_dict(self) -> dict[str, Any]:
        """Where it stands."""


class DevicePrefetcher:
    """Iterates over the batches of `loader` on `device`, in its order.

    On a GPU the loader is one batch ahead of the loop that this feeds, so take the state from
    `state_dict` here, and after leaving a loop early give it to the loader before the next one.

    Raises GyogwaError where a batch must be decoded and device or torchvision can't.
    """

    def __init__(self, loader: Source, device: torch.device | str) -> None:
        self._loader = loader
        self._device = torch.device(device)
        self._state: dict[str, Any] | None = None

    def state_dict(self) -> dict[str, Any]:
        """The loader's state as of the batch that was given last."""
        return self._loader.state_dict() if self._state is None else self._state

    def __iter__(self) -> Iterator[Batch]:
        given = self._overlapped() if self._device.type == "cuda" else self._in_turn()
        for batch, state in given:
            self._state = state
            yield batch
        self._state = None

    def _in_turn(self) -> Iterator[tuple[Batch, dict[str, Any]]]:
        for batch in self._loader:
            yield on_device(batch, self._device), self._loader.state_dict()

    def _overlapped(self) -> Iterator[tuple[Batch, dict[str, Any]]]:
        stream = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        ahead: tuple[Batch, torch.cuda.Event, dict[str, Any]] | None = None
        # A page-locked source must outlive its copy; the one before is known to be done.
        source: Batch | None = None
        for batch in self._loader:
            state = self._loader.state_dict()
            before, source = source, batch if batch.pixels.is_pinned() else batch.pin_memory()
            with torch.cuda.stream(stream):
                moved = on_device(source, self._device)
                done = stream.record_event()
            if ahead is not None:
                yield self._awaited(*ahead[:2]), ahead[2]
                ahead[1].synchronize()
            del before
            ahead = moved, done, state
        if ahead is not None:
            yield self._awaited(*ahead[:2]), ahead[2]

    def _awaited(self, batch: Batch, done: torch.cuda.Event) -> Batch:
        """The batch, for the stream that the caller works on."""
        current = torch.cuda.current_stream(self._device)
        current.wait_event(done)
        # Or the allocator would give the memory to the next copy while the model reads it.
        batch.pixels.record_stream(current)
        return batch


def one_ahead(items: Iterator[Item], finish: Callable[[Item], Item]) -> Iterator[Item]:
    """The same items, each finished by a thread while the one before is in use: page-locking a
    batch of pages takes a copy of tens of megabytes."""
    # A thread begins on the first device, where it must not make itself at home.
    device = torch.cuda.current_device() if torch.cuda.is_available() else None

    def begin() -> None:
        if device is not None:
            torch.cuda.set_device(device)

    def step() -> tuple[Item, ...]:
        return tuple(finish(item) for item in islice(items, 1))

    with ThreadPoolExecutor(1, "gyogwa-pin", begin) as thread:
        ahead = thread.submit(step)
        while found := ahead.result():
            ahead = thread.submit(step)
            yield found[0]


def on_device(batch: Batch, device: torch.device) -> Batch:
    """The batch on `device`, its images decoded. Raises GyogwaError where that can't be done."""
    if batch.encoded is None:
        return batch.to(device, non_blocking=True)
    if device.type != "cuda" or decode_jpeg is None:
        raise GyogwaError(
            f'decode_on="gpu" needs a CUDA device (this is {device}) and torchvision (which is '
            f"{'missing' if decode_jpeg is None else 'there'}); install it, or decode on workers"
        )
    parts = torch.split(batch.pixels, [size for sizes in batch.encoded for size in sizes])
    jpeg = [number for number, part in enumerate(parts) if bytes(part[:2].tolist()) == b"\xff\xd8"]
    images = {
        number: decode_image(part.numpy().tobytes()).to(device, non_blocking=True)
        for number, part in enumerate(parts)
        if number not in set(jpeg)
    }
    if jpeg:
        # nvJPEG decodes many at once faster than one by one.
        decoded = decode_jpeg([parts[k] for k in jpeg], ImageReadMode.RGB, device=str(device))
        images |= dict(zip(jpeg, decoded, strict=True))
    flat = [images[number].permute(1, 2, 0).reshape(-1) for number in range(len(parts))]
    pixels = torch.cat(flat) if flat else torch.empty(0, dtype=torch.uint8, device=device)
    moved = replace(batch, pixels=pixels, encoded=None)
    return moved.to(device, non_blocking=True)
