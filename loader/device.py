"""The last step: batches on the device, one ahead, so that the model never waits for a copy.

On a GPU, a thread fills page-locked memory (`loader.pinning`), and a batch is copied from there on
a stream of its own while the model works on the one before (CUDA C++ Best Practices Guide,
"Asynchronous and Overlapping Transfers"). Elsewhere batches are moved in turn, which on the CPU
leaves them as they are.

With `decode_on="gpu"` JPEGs cross the bus encoded, and nvJPEG decodes them there through
torchvision, which isn't a dependency: install the one for your torch. Neither that nor the copies
on a stream run in the tests of a machine without a GPU.

Cost: the memory of one more batch on the device, and of page-locked memory three and a quarter.
"""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeVar

import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.decode import decode_image
from gyogwa.loader.pinning import Buffers, Fed, Source, a_batch, fed, in_thread
from gyogwa.schemas.errors import GyogwaError

Item = TypeVar("Item")


class DevicePrefetcher:
    """Iterates over the batches of `loader` on `device`, in its order.

    On a GPU the loader is a few batches ahead of the loop that this feeds, so take the state from
    `state_dict` here, and after leaving a loop early give it to the loader before the next one. The
    loader needs no `pin_memory`: that happens here, in a thread.

    Raises GyogwaError for a GPU that torch doesn't see, for a loader of other things than batches,
    and where a batch must be decoded and device or torchvision can't.
    """

    def __init__(self, loader: Source, device: torch.device | str) -> None:
        self._loader = loader
        self._device = torch.device(device)
        if self._device.type == "cuda" and not torch.cuda.is_available():
            raise GyogwaError(
                f"device is {device!r}, and torch {torch.__version__} sees no GPU: give "
                '"cpu", or install the torch that was built for this machine\'s GPU'
            )
        self._state: dict[str, Any] | None = None

    def __len__(self) -> int:
        """Batches in a whole epoch, as the loader says."""
        return len(self._loader)  # type: ignore[arg-type]  # TypeError for one without

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
            yield on_device(a_batch(batch), self._device), self._loader.state_dict()

    def _overlapped(self) -> Iterator[tuple[Batch, dict[str, Any]]]:
        stream = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        buffers = Buffers()
        # A page-locked source must outlive its copy.
        ahead: tuple[Fed, Batch, torch.cuda.Event] | None = None
        index = self._device.index
        index = torch.cuda.current_device() if index is None else index

        def begin() -> None:
            # A thread begins on the first device, where it must not make itself at home.
            torch.cuda.set_device(index)

        with closing(fed(self._loader, buffers, begin)) as items:
            for item in items:
                with torch.cuda.stream(stream):
                    moved = on_device(item.batch, self._device)
                    done = stream.record_event()
                if ahead is not None:
                    yield self._awaited(*ahead[1:]), ahead[0].state
                    ahead[2].synchronize()
                    if ahead[0].slot is not None:
                        buffers.give(ahead[0].slot)
                ahead = item, moved, done
            if ahead is not None:
                yield self._awaited(*ahead[1:]), ahead[0].state

    def _awaited(self, batch: Batch, done: torch.cuda.Event) -> Batch:
        """The batch, for the stream that the caller works on."""
        current = torch.cuda.current_stream(self._device)
        current.wait_event(done)
        # Or the allocator would give the memory to the next copy while the model reads it.
        batch.pixels.record_stream(current)
        return batch


def one_ahead(items: Iterator[Item], finish: Callable[[Item], Item]) -> Generator[Item]:
    """The same items, each finished by a thread while the one before is in use: page-locking a
    batch of pages takes a copy of tens of megabytes."""
    device = torch.cuda.current_device() if torch.cuda.is_available() else None

    def begin() -> None:
        if device is not None:
            torch.cuda.set_device(device)

    return in_thread((finish(item) for item in items), begin, threading.Event())


def on_device(batch: Batch, device: torch.device) -> Batch:
    """The batch on `device`, its images decoded. Raises GyogwaError where that can't be done."""
    if batch.encoded is None:
        return batch.to(device, non_blocking=True)
    if device.type != "cuda":
        raise GyogwaError(
            f'decode_on="gpu" needs a CUDA device, and this is {device}; decode on workers'
        )
    decode_jpegs = jpeg_decoder()
    parts = torch.split(batch.pixels, [size for sizes in batch.encoded for size in sizes])
    jpeg = [number for number, part in enumerate(parts) if bytes(part[:2].tolist()) == b"\xff\xd8"]
    images = {
        number: decode_image(part.numpy().tobytes()).to(device, non_blocking=True)
        for number, part in enumerate(parts)
        if number not in set(jpeg)
    }
    if jpeg:
        # nvJPEG decodes many at once faster than one by one.
        decoded = decode_jpegs([parts[k] for k in jpeg], device)
        images |= dict(zip(jpeg, decoded, strict=True))
    flat = [images[number].permute(1, 2, 0).reshape(-1) for number in range(len(parts))]
    pixels = torch.cat(flat) if flat else torch.empty(0, dtype=torch.uint8, device=device)
    moved = replace(batch, pixels=pixels, encoded=None)
    return moved.to(device, non_blocking=True)


def jpeg_decoder() -> Callable[[list[torch.Tensor], torch.device], list[torch.Tensor]]:
    """torchvision's: from JPEGs, uint8 [bytes], to RGB on a device, uint8 [3, H, W]. Raises
    GyogwaError where it is missing, or was built for another torch and fails when imported."""
    try:
        from torchvision.io import (  # type: ignore[import-not-found, unused-ignore]
            ImageReadMode,
            decode_jpeg,
        )
    except ImportError as error:
        raise GyogwaError(
            f'decode_on="gpu" needs torchvision, and there is none ({error}); install the one for '
            f"torch {torch.__version__}, or decode on workers"
        ) from error
    except Exception as error:
        raise GyogwaError(
            f"torchvision can't be used with torch {torch.__version__} ({error}); install the one "
            "that was built for it, or decode on workers"
        ) from error
    return lambda parts, device: decode_jpeg(parts, ImageReadMode.RGB, device=str(device))
