"""Memory for the bytes of batches, used again as soon as a batch is gone.

Pixels of a batch of pages are tens of megabytes, and the words on them one more. Memory that is new
each time costs the kernel's work of clearing and mapping it page by page, a tenth to a quarter of
the time of decoding into it; and what is decoded elsewhere, or goes through a pipe, must be copied.
So images are decoded right into a slab, annotations are laid behind them, and the slab is taken
again when nobody holds a view of it any more. Workers' slabs are shared memory that the main
process maps once; a byte a slab, in shared memory too, says whether it is in use. Slabs are files
without a name, so whoever is killed, and whenever, leaves none behind.

Cost: as many slabs as batches are held at once, each as large as the largest batch so far. A worker
that finds all of its slabs in use makes memory that is used once, so holding batches stops nobody.
"""

import ctypes
import os
import uuid
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Protocol, Union
from weakref import WeakValueDictionary

import torch

from gyogwa.schemas.errors import GyogwaError

Room = Callable[[int], torch.Tensor]
"""From a number of bytes to memory of that size, uint8 [bytes], for the pixels of one image."""

Memory = Union[torch.Tensor, "SharedPart"]
"""The bytes of a batch, uint8 [bytes]; out of a worker they come as a tensor."""

_ROOMIER = 1.25  # a new slab is so much larger than asked, as batches vary


def plain_room(size: int) -> torch.Tensor:
    """Memory of its own."""
    return torch.empty(size, dtype=torch.uint8)


class Slabs(Protocol):
    """Where slabs come from."""

    def take(self, size: int) -> torch.Tensor:
        """A slab of at least `size` bytes, uint8, that nobody else uses."""

    def give(self, slab: torch.Tensor, used: int) -> Memory:
        """The first `used` bytes, to be handed on in a batch."""


class Arena:
    """Lays the parts of a batch one after the other in a slab."""

    def __init__(self, slabs: Slabs) -> None:
        self._slabs = slabs
        self._slab: torch.Tensor | None = None
        self._size = 0  # of the slab; asking the tensor is slow, and done for every image
        self._used = 0
        self._largest = 0
        self._outgrown = False

    @property
    def used(self) -> int:
        """Bytes in use; `back_to` them to take back what was laid since."""
        return self._used

    def back_to(self, used: int) -> None:
        """Take back all rooms since `used` bytes were in use."""
        self._used = used

    def room(self, size: int) -> torch.Tensor:
        """The next `size` bytes. When they don't fit, all that is there moves elsewhere, and rooms
        handed out before are no longer part of the batch."""
        end = self._used + size
        if self._slab is None and self._largest >= end > 0:
            self._slab = self._slabs.take(self._largest)
            self._size = len(self._slab)
        elif self._slab is None or end > self._size:
            # A slab costs its whole size at once; other memory only where it is written to.
            larger = plain_room(2 * end)
            if self._slab is not None:
                larger[: self._used] = self._slab[: self._used]
            self._slab, self._size, self._outgrown = larger, 2 * end, True
        room = self._slab[self._used : end]
        self._used = end
        return room

    def lay(self, parts: Sequence[bytes]) -> None:
        """The next bytes, one part after the other."""
        room, at = self.room(sum(map(len, parts))).numpy().data, 0
        for part in parts:
            room[at : at + len(part)] = part
            at += len(part)

    def finish(self) -> Memory:
        """All that was laid; the next room begins another batch."""
        laid, used, outgrown = self._slab, self._used, self._outgrown
        self._largest = max(self._largest, used)
        self._slab, self._used, self._outgrown = None, 0, False
        if laid is None or not used:
            return plain_room(0)
        if outgrown:
            slab = self._slabs.take(used)
            slab[:used] = laid[:used]
            laid = slab
        return self._slabs.give(laid, used)


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

    def give(self, slab: torch.Tensor, used: int) -> "SharedPart":
        number = next((n for n, other in self._slabs.items() if other is slab), None)
        if number is None:
            return SharedPart(self._board, self._worker, None, slab, used)
        self._flags[number] = 1
        tensor = None if number in self._known else slab
        self._known.add(number)
        return SharedPart(self._board, self._worker, number, tensor, used)


def _shared(size: int) -> torch.Tensor:
    """Memory that another process can map, uint8 [size]. Raises GyogwaError when there is none."""
    try:
        storage = _nameless(size)
    except (OSError, RuntimeError) as error:
        raise GyogwaError(
            f"no shared memory for a batch of {size:,} bytes ({error}); give the machine or the "
            "container more memory, or lower num_workers, prefetch_factor, batch_size or the size "
            "of images"
        ) from error
    return torch.empty(0, dtype=torch.uint8).set_(storage)


def _nameless(size: int) -> torch.UntypedStorage:
    """Shared memory of `size` bytes in a file without a name. torch's own is in /dev/shm under one
    until it is mapped: a worker that is killed before leaves all of it there until the machine
    restarts, and containers often limit that folder to 64 MB. Where the system has no such files
    (macOS), torch's own."""
    # torch's annotations don't know how it makes and unpickles such memory.
    make: Callable[..., torch.UntypedStorage]
    if not hasattr(os, "memfd_create"):
        make = getattr(torch.UntypedStorage, "_new_shared")  # noqa: B009
        return make(size)
    file = os.memfd_create("gyogwa-slab")
    try:
        os.posix_fallocate(file, 0, size)  # all of it now: what is missing later is a SIGBUS
        make = getattr(torch.UntypedStorage, "_new_shared_fd_cpu")  # noqa: B009
        return make(file, size)
    finally:
        os.close(file)  # torch has a copy


class SharedPart:
    """The used part of a worker's slab: pickled there, it is a tensor when it arrives.

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

    def clear(self) -> None:
        """Let go of all slabs; views of them stay."""
        self._slabs.clear()

    def view(self, worker: int, number: int, slab: torch.Tensor | None, used: int) -> torch.Tensor:
        """What a slab holds, which is free again when the last view of them is gone."""
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
    """What a `SharedPart` is where it is unpickled."""
    if number is None:
        assert slab is not None
        return slab[:used]
    return _boards[board].view(worker, number, slab, used)
