"""Memory for the pixels of batches, used again as soon as a batch is gone.

Pixels of a batch of pages are tens of megabytes. Memory that is new each time costs the kernel's
work of clearing and mapping it page by page, a tenth to a quarter of the time of decoding into it;
and pixels that are decoded elsewhere must be copied. So images are decoded right into a slab, and
the slab is taken again when nobody holds a view of it any more. Workers' slabs are shared memory
that the main process maps once; a byte a slab, in shared memory too, says whether it is in use.

Cost: as many slabs as batches are held at once, each as large as the largest batch so far. A worker
that finds all of its slabs in use makes memory that is used once, so holding batches stops nobody.
"""

import ctypes
import uuid
import weakref
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary

import torch

Room = Callable[[int], torch.Tensor]
"""From a number of bytes to memory of that size, uint8 [bytes], for the pixels of one image."""

_ROOMIER = 1.25  # a new slab is so much larger than asked, as batches vary


def plain_room(size: int) -> torch.Tensor:
    """Memory of its own."""
    return torch.empty(size, dtype=torch.uint8)


class Slabs(Protocol):
    """Where slabs come from."""

    def take(self, size: int) -> torch.Tensor:
        """A slab of at least `size` bytes, uint8, that nobody else uses."""

    def give(self, slab: torch.Tensor, used: int) -> "torch.Tensor | SharedPixels":
        """The first `used` bytes, to be handed on in a batch."""


class Arena:
    """Lays the images of a batch one after the other in a slab."""

    def __init__(self, slabs: Slabs) -> None:
        self._slabs = slabs
        self._slab: torch.Tensor | None = None
        self._used = 0
        self._largest = 0

    @property
    def used(self) -> int:
        """Bytes in use; `back_to` them to take back what was laid since."""
        return self._used

    def back_to(self, used: int) -> None:
        """Take back all rooms since `used` bytes were in use."""
        self._used = used

    def room(self, size: int) -> torch.Tensor:
        """The next `size` bytes. When they don't fit, all that is there moves to a larger slab, and
        rooms handed out before are no longer part of the batch."""
        end = self._used + size
        if self._slab is None or end > len(self._slab):
            larger = self._slabs.take(max(end, self._largest, 1))
            if self._slab is not None:
                larger[: self._used] = self._slab[: self._used]
            self._slab = larger
        room = self._slab[self._used : end]
        self._used = end
        return room

    def finish(self) -> "torch.Tensor | SharedPixels":
        """The pixels of the batch; the next room begins another."""
        slab, used = self._slab, self._used
        self._largest = max(self._largest, used)
        self._slab, self._used = None, 0
        return torch.empty(0, dtype=torch.uint8) if slab is None else self._slabs.give(slab, used)


class OwnSlabs:
    """Slabs of this process."""

    def __init__(self) -> None:
        self._free: list[torch.Tensor] = []

    def take(self, size: int) -> torch.Tensor:
        fitting = [slab for slab in self._free if len(slab) >= size]
        if fitting:
            self._free = [slab for slab in self._free if slab is not fitting[-1]]
            return watched(fitting[-1], self._free_again)
        self._free.clear()  # smaller ones would never be taken again
        return watched(plain_room(int(size * _ROOMIER)), self._free_again)

    def give(self, slab: torch.Tensor, used: int) -> torch.Tensor:
        return slab[:used]

    def _free_again(self, slab: torch.Tensor) -> None:
        self._free.append(slab)


def watched(slab: torch.Tensor, when_unused: Callable[[torch.Tensor], None]) -> torch.Tensor:
    """The same memory as another tensor; when the last view of that is gone, `when_unused`."""
    # torch keeps the object that it got the memory from, and of that one can be told when it dies
    buffer: Any = slab.numpy()
    memory = (ctypes.c_ubyte * len(slab)).from_buffer(buffer)
    weakref.finalize(memory, when_unused, slab).atexit = False
    return torch.frombuffer(memory, dtype=torch.uint8)


class SharedSlabs:
    """The slabs of worker number `worker`.

    `board` and `flags`: of the main process's `Board`. A flag is set here and cleared there.
    """

    def __init__(self, board: str, flags: torch.Tensor, worker: int) -> None:
        self._board, self._worker, self._flags = board, worker, flags[worker]
        self._slabs: dict[int, torch.Tensor] = {}
        self._known: set[int] = set()  # slabs that the main process has mapped

    def take(self, size: int) -> torch.Tensor:
        free = [number for number in range(len(self._flags)) if not self._flags[number]]
        fitting = [n for n in free if n in self._slabs and len(self._slabs[n]) >= size]
        if fitting:
            return self._slabs[fitting[0]]
        slab = _shared(int(size * _ROOMIER))
        if free:
            # One that is too small makes way, once no other is left
            number = next((n for n in free if n not in self._slabs), free[0])
            self._slabs[number] = slab
            self._known.discard(number)
        return slab

    def give(self, slab: torch.Tensor, used: int) -> "SharedPixels":
        number = next((n for n, other in self._slabs.items() if other is slab), None)
        if number is None:
            return SharedPixels(self._board, self._worker, None, slab, used)
        self._flags[number] = 1
        tensor = None if number in self._known else slab
        self._known.add(number)
        return SharedPixels(self._board, self._worker, number, tensor, used)


def _shared(size: int) -> torch.Tensor:
    """Memory that another process can map, uint8 [size]."""
    storage = torch.UntypedStorage._new_shared(size)  # type: ignore[no-untyped-call]
    return torch.empty(0, dtype=torch.uint8).set_(storage)


class SharedPixels:
    """Pixels in a worker's slab: pickled there, they are a tensor when they arrive.

    `slab` is the whole slab the first time that the main process hears of it, else None. Without a
    `number` it is used once.
    """

    def __init__(
        self, board: str, worker: int, number: int | None, slab: torch.Tensor | None, used: int
    ) -> None:
        self._place = (board, worker, number)
        self._slab, self._used = slab, used

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (*self._place, self._slab, self._used)


class Board:
    """The main process's side: the slabs of all workers, and which are in use.

    `flags`: uint8 [workers, slabs] in shared memory, 1 for slabs in use.
    """

    def __init__(self, workers: int, slabs: int) -> None:
        self.name = uuid.uuid4().hex
        self.flags = torch.zeros(workers, slabs, dtype=torch.uint8)
        self.flags.share_memory_()  # type: ignore[no-untyped-call]
        self._slabs: dict[tuple[int, int], torch.Tensor] = {}
        _boards[self.name] = self

    def view(self, worker: int, number: int, slab: torch.Tensor | None, used: int) -> torch.Tensor:
        """The pixels in a slab, which is free again when the last view of them is gone."""
        if slab is not None:
            self._slabs[worker, number] = slab
        flags = self.flags  # not the board: its slabs go when nobody iterates any more

        def free(_: torch.Tensor) -> None:
            flags[worker, number] = 0

        return watched(self._slabs[worker, number], free)[:used]


_boards: "WeakValueDictionary[str, Board]" = WeakValueDictionary()


def _arrived(
    board: str, worker: int, number: int | None, slab: torch.Tensor | None, used: int
) -> torch.Tensor:
    """What a `SharedPixels` is where it is unpickled."""
    if number is None:
        assert slab is not None
        return slab[:used]
    return _boards[board].view(worker, number, slab, used)
