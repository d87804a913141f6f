"""Batches in page-locked memory, from a thread of its own, so that the loop never waits for it.

A copy to a GPU runs beside the model only from page-locked memory. Locking pages costs about as
much as copying into them, and torch's `pin_memory` keeps for ever whatever it ever locked; so a few
buffers are locked once and filled again and again. One is filled while the batch before waits in
another and the one before that is on its way from a third: more are never in use.

Cost: `SLOTS` times the largest batch, and a quarter more, of page-locked memory.
"""

import functools
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, TypeVar

import torch

from gyogwa.loader.batch import Batch
from gyogwa.schemas.errors import GyogwaError

SLOTS = 3
_ROOMIER = 1.25  # batches vary
_PATIENCE = 0.05
"""Seconds between two looks at whether the loop was left."""
_FAREWELL = 0.1
"""Seconds that whoever leaves gives the thread to end."""


Item = TypeVar("Item")


class Source(Protocol):
    """What batches come from: a loader, or what stands for one."""

    def __iter__(self) -> Iterator[Batch]:
        """The batches."""

    def state_dict(self) -> dict[str, Any]:
        """Where it stands."""


def a_batch(item: Any) -> Batch:
    """`item`, a loader's batch. Raises GyogwaError where a loader gives something else."""
    if not isinstance(item, Batch):
        raise GyogwaError(
            f"DevicePrefetcher moves the batches of a StageLoader, and this loader gives "
            f"{type(item).__name__}: move what is in it with `.to(device, non_blocking=True)`, and "
            "give CurriculumLoader or ModelInputs pin_memory=True"
        )
    return item


def page_locked(size: int) -> torch.Tensor:
    """uint8 [size], from which copies to a GPU can be asynchronous."""
    return torch.empty(size, dtype=torch.uint8, pin_memory=True)


class Buffers:
    """`slots` buffers that are used in turn, each as large as its largest batch so far."""

    def __init__(
        self, slots: int = SLOTS, new: Callable[[int], torch.Tensor] = page_locked
    ) -> None:
        self._new = new
        self._held: list[torch.Tensor | None] = [None] * slots
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(slots):
            self._free.put(slot)

    @property
    def bytes(self) -> int:
        """How much is locked."""
        return sum(len(buffer) for buffer in self._held if buffer is not None)

    def take(self, timeout: float) -> int | None:
        """A buffer that is free, within `timeout` seconds, or None."""
        try:
            return self._free.get(timeout=timeout)
        except queue.Empty:
            return None

    def filled(self, slot: int, batch: Batch) -> Batch:
        """The batch with its pixels in a buffer, and nothing in the memory that it came in."""
        size = len(batch.pixels)
        buffer = self._held[slot]
        if buffer is None or len(buffer) < size:
            self._held[slot] = None  # before there is another
            buffer = self._held[slot] = self._new(int(size * _ROOMIER))
        pixels = buffer[:size]
        pixels.copy_(batch.pixels)
        return replace(batch, pixels=pixels, texts=batch.texts.clone())

    def give(self, slot: int) -> None:
        """Nothing reads from this buffer any more."""
        self._free.put(slot)


class Fed(NamedTuple):
    """A batch in a buffer, and the loader's state after it. Give back its `slot` when it is copied;
    None where the loader gave page-locked memory itself."""

    batch: Batch
    slot: int | None
    state: dict[str, Any]


def fed(
    loader: Source, buffers: Buffers, begin: Callable[[], None] = lambda: None
) -> Generator[Fed]:
    """The loader's batches in order, in buffers that a thread fills, in which `begin` is called."""
    left = threading.Event()
    return in_thread(_fed(loader, buffers, left), begin, left)


def _fed(loader: Source, buffers: Buffers, left: threading.Event) -> Generator[Fed]:
    iterator: Any = iter(loader)
    with closing(iterator) if hasattr(iterator, "close") else nullcontext():
        for item in iterator:
            batch, state = a_batch(item), loader.state_dict()
            del item
            if batch.pixels.is_pinned():
                yield Fed(batch, None, state)
                continue
            slot = None
            while slot is None:
                slot = buffers.take(_PATIENCE)
                if left.is_set():
                    return
            kept = buffers.filled(slot, batch)
            del batch  # its memory is wanted for the next ones
            yield Fed(kept, slot, state)


class _Ended(NamedTuple):
    error: BaseException | None


def in_thread(
    items: Generator[Item], begin: Callable[[], None], left: threading.Event
) -> Generator[Item]:
    """The same items in order, made in a thread one ahead of the loop; `begin` is called there.

    Whoever leaves doesn't wait for an item that is being made: it sets `left`, and the thread
    closes `items` when it has it.
    """
    ready: queue.Queue[Any] = queue.Queue(1)
    work = functools.partial(_work, items, begin, ready, left)
    thread = threading.Thread(target=work, name="gyogwa-pin", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _Ended):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        left.set()
        thread.join(_FAREWELL)


def _work(
    items: Generator[Any],
    begin: Callable[[], None],
    ready: "queue.Queue[Any]",
    left: threading.Event,
) -> None:
    def put(item: Any) -> bool:
        while not left.is_set():
            try:
                ready.put(item, timeout=_PATIENCE)
                return True
            except queue.Full:
                continue
        return False

    error: BaseException | None = None
    try:
        begin()
        with closing(items):
            while (item := next(items, _END)) is not _END:
                if not put(item):
                    return
                del item  # or its memory would be held while the next one is made
    except BaseException as raised:
        error = raised
    put(_Ended(error))


_END = object()
