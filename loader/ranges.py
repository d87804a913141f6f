"""Ranges of remote files, read ahead: neighbours in one read, several reads at a time.

Which samples come next is known exactly, so their ranges are asked for before they are needed,
sorted, and joined where little lies between two: an object store takes tens of milliseconds to
begin an answer, in which it could have sent a megabyte.

Memory: the bytes of the batches that are read ahead, `DEPTH` + 1 of them, in each worker.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from gyogwa.loader.index import Place

DEPTH = 2
"""Batches that a worker asks for ahead of the one it makes."""
READERS = 8
"""Reads at a time, in each worker."""
_GAP = 256 << 10
"""Bytes that are read for nothing rather than answered separately."""
_LONGEST = 8 << 20
"""Bytes of a read beyond which no further sample joins it."""

Key = tuple[int, int]


def coalesce(places: Sequence[Place]) -> list[list[Place]]:
    """Group places, each given once, into ranges to be read in one go; sorted within and among."""
    groups: list[list[Place]] = []
    for place in sorted(places, key=lambda place: (place.shard, place.offset)):
        if groups:
            first, last = groups[-1][0], groups[-1][-1]
            gap = place.offset - (last.offset + last.length)
            length = place.offset + place.length - first.offset
            if place.shard == first.shard and gap <= _GAP and length <= _LONGEST:
                groups[-1].append(place)
                continue
        groups.append([place])
    return groups


class Readers:
    """Threads of this process, started when first used; a fork starts its own."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def pool(self) -> ThreadPoolExecutor:
        if self._pool is None or self.forked():
            self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="gyogwa-read")
            self._process = os.getpid()
        return self._pool

    def forked(self) -> bool:
        """Whether the threads, and what they were to read, are those of a parent process."""
        return self._pool is not None and self._process != os.getpid()

    def close(self) -> None:
        """Drop what hasn't begun; don't wait for the rest."""
        if self._pool is not None and not self.forked():
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None

    def __getstate__(self) -> dict[str, object]:
        return {"_pool": None, "_process": 0}


class Ranges:
    """Reads ranges by `read(shard number, start, length)`, which threads call."""

    def __init__(self, read: Callable[[int, int, int], bytes], readers: Readers) -> None:
        self._read, self._readers = read, readers
        # A batch's ranges go when `DEPTH` further ones have been asked for.
        self._batches: deque[dict[Key, tuple[Future[bytes], int]]] = deque(maxlen=DEPTH + 1)

    def ahead(self, places: Sequence[Place]) -> None:
        """Begin to read the samples of a batch."""
        known = {key: entry for batch in self._batches for key, entry in batch.items()}
        wanted = {(place.shard, place.offset): place for place in places}
        found = {key: known[key] for key in wanted if key in known}
        for group in coalesce([place for key, place in wanted.items() if key not in known]):
            first, last = group[0], group[-1]
            length = last.offset + last.length - first.offset
            future = self._readers.pool().submit(self._read, first.shard, first.offset, length)
            for place in group:
                found[place.shard, place.offset] = future, place.offset - first.offset
        self._batches.append(found)

    def read(self, place: Place) -> bytes:
        """The bytes at `place`, fewer where the file ends before."""
        for batch in self._batches:
            if entry := batch.get((place.shard, place.offset)):
                future, start = entry
                return future.result()[start : start + place.length]
        return self._read(place.shard, place.offset, place.length)

    def close(self) -> None:
        self._batches.clear()
