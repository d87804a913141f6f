"""Bytes of samples: range reads from shards that were checked against the manifest.

Three ways lead to a shard: its own file on a local or mounted disk; a copy in the host's cache,
whole; or, without a cache, ranges of the remote file. Every sample's length and CRC-32 are checked
when it is read, which costs next to nothing beside decoding. Before that:

- a local file's size when the loader starts, a stat each; its SHA-256 when it is first opened,
  which reads it once whole, on every rank (choose "size" where the storage has checksums itself);
- a copy's size and SHA-256 when it is filled, its size when it is opened. A sample that doesn't fit
  its CRC-32 has the copy hashed again, and replaced where it is the copy that is damaged. What was
  filled wrongly is fetched again, until two answers are the same;
- a remote file's size when it is first read: asking for all at the start would take 1,000 ranks
  long. Its SHA-256 isn't compared, as it is never read whole.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

import torch
from zlib_ng.zlib_ng import crc32  # ten times as fast as the standard library's

from gyogwa.loader.cache import AlteredShard, ShardCache
from gyogwa.loader.index import Place
from gyogwa.loader.opening import READ_AGAIN
from gyogwa.loader.ranges import Ranges, Readers
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Shard
from gyogwa.transforms.files.locations import beside, local_path, redacted
from gyogwa.transforms.files.storage import Storage

Verify = Literal["sha256", "size"]

_OPEN_FILES = 64
_SIZE, _WHOLE = 1, 2


class CorruptRange(Exception):
    """The bytes of one sample aren't those that the index describes."""


class Shards:
    """The shards of a stage, opened when first needed; the most recent ones stay open.

    Verdicts on shards lie in shared memory, so that the workers of a rank, in this and in later
    epochs, tell each other (two that open a shard at the same moment both check it).
    """

    def __init__(
        self,
        manifest: str | Path,
        shards: list[Shard],
        verify: Verify,
        storage: Storage | None = None,
        cache: ShardCache | None = None,
    ) -> None:
        """`manifest`: the location that the shards' files are relative to.

        Raises GyogwaError when a local shard is missing or hasn't the size of the manifest.
        """
        self._manifest, self._shards, self._verify = manifest, shards, verify
        self._storage, self._cache = storage or Storage(), cache
        self._checked = torch.zeros(len(shards), dtype=torch.uint8)
        self._checked.share_memory_()  # type: ignore[no-untyped-call]
        self._readers = Readers()
        self._ranges = Ranges(self._read_remote, self._readers)
        self._open: OrderedDict[int, int] = OrderedDict()
        self._filling: dict[int, Future[None]] = {}
        self._examined: set[int] = set()
        self._local = local_path(manifest) is not None
        if self._local:
            for shard in shards:
                self._check_size(shard)

    def name(self, number: int) -> str:
        """Where a shard lies, for messages."""
        return redacted(self._location(self._shards[number]))

    def ahead(self, places: Iterable[Place]) -> None:
        """Begin to fetch what is remote of a batch's samples, which will be read soon."""
        if self._readers.forked():
            # No thread of this process would ever bring what the parent asked for.
            self._filling.clear()
            self._ranges.close()
            self._readers.close()
        if self._cache is not None:
            for number in sorted({place.shard for place in places}):
                if number not in self._open and number not in self._filling:
                    self._filling[number] = self._readers.pool().submit(self._fill, number)
        elif not self._local:
            self._ranges.ahead(list(places))

    def read(self, place: Place) -> bytes:
        """The bytes at `place`. Where their CRC-32 differs they are read again from their source,
        until two answers are the same.

        Raises CorruptRange when they are, and GyogwaError when the shard itself isn't the one that
        the manifest lists, or can't be reached.
        """
        data = self._bytes(place)
        for _ in range(READ_AGAIN):
            wrong = _wrong(data, place)
            if not wrong:
                return data
            before, data = data, self._bytes_again(place)
            if data == before:
                raise CorruptRange(wrong)
        if wrong := _wrong(data, place):
            raise CorruptRange(wrong)
        return data

    def close(self) -> None:
        """Close all files; a later `read` opens them again."""
        self._readers.close()
        self._ranges.close()
        self._filling.clear()
        while self._open:
            os.close(self._open.popitem()[1])

    def __getstate__(self) -> dict[str, object]:
        own: dict[str, object] = {"_open": OrderedDict(), "_filling": {}, "_ranges": None}
        return self.__dict__ | own

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._ranges = Ranges(self._read_remote, self._readers)

    def __del__(self) -> None:
        if hasattr(self, "_examined"):
            self.close()

    def _bytes(self, place: Place) -> bytes:
        if self._local or self._cache is not None:
            with self._descriptor(place.shard) as descriptor:
                return os.pread(descriptor, place.length, place.offset)
        return self._ranges.read(place)

    def _bytes_again(self, place: Place) -> bytes:
        """The bytes that were wrong, not as they were read ahead or copied."""
        if self._cache is not None and place.shard not in self._examined:
            self._examined.add(place.shard)
            if place.shard in self._open:
                os.close(self._open.pop(place.shard))
            self._cache.drop_if_damaged(self._shards[place.shard])
        elif not self._local and self._cache is None:
            return self._read_remote(place.shard, place.offset, place.length)
        return self._bytes(place)

    def _location(self, shard: Shard) -> str:
        return beside(self._manifest, shard.file)

    @contextmanager
    def _descriptor(self, number: int) -> Iterator[int]:
        """A shard to be read from. One of a cache with a bound is open no longer than that: as long
        as it is, it takes room."""
        if number in self._open:
            self._open.move_to_end(number)
            yield self._open[number]
            return
        if number in self._filling:
            self._filling.pop(number).result()
        descriptor = self._own(number) if self._cache is None else self._copy(number)
        if self._cache is not None and self._cache.bounded:
            try:
                yield descriptor
            finally:
                self._cache.close(descriptor)
            return
        if len(self._open) >= _OPEN_FILES:
            os.close(self._open.popitem(last=False)[1])
        self._open[number] = descriptor
        yield descriptor

    def _own(self, number: int) -> int:
        """A descriptor of a local shard's own file."""
        shard = self._shards[number]
        self._check_size(shard)
        if self._verify == "sha256" and self._checked[number] != _WHOLE:
            self._check_hash(shard)
            self._checked[number] = _WHOLE
        return os.open(self._location(shard), os.O_RDONLY)

    def _copy(self, number: int) -> int:
        """A descriptor of a shard's copy in the cache; threads call it."""
        assert self._cache is not None
        shard = self._shards[number]
        location = self._location(shard)

        def download(file: BinaryIO) -> tuple[int, str]:
            return self._storage.download(location, file)

        found: set[str] = set()
        while True:
            try:
                return self._cache.open(shard, download)
            except AlteredShard as error:
                if error.sha256 in found or len(found) == READ_AGAIN:
                    raise GyogwaError(
                        f"{redacted(location)}: {error}; the shard is incomplete, was altered or "
                        "is of another run: copy it again, or build the stage again"
                    ) from error
                found.add(error.sha256)

    def _fill(self, number: int) -> None:
        """Copy a shard into the cache ahead of its use; threads call it."""
        assert self._cache is not None
        self._cache.close(self._copy(number))

    def _read_remote(self, number: int, start: int, length: int) -> bytes:
        """Bytes of a remote shard; threads call it."""
        shard = self._shards[number]
        location = self._location(shard)
        if not self._checked[number]:
            self._compare_size(shard, self._storage.size(location))
            self._checked[number] = _SIZE
        return self._storage.read_range(location, start, length)

    def _check_size(self, shard: Shard) -> None:
        path = self._location(shard)
        try:
            size = os.stat(path).st_size
        except OSError as error:
            raise GyogwaError(
                f"{path}: can't open the shard ({error.strerror}); the manifest lists it with "
                f"{shard.bytes} bytes: copy the whole stage folder, or build the stage again"
            ) from error
        self._compare_size(shard, size)

    def _compare_size(self, shard: Shard, size: int) -> None:
        if size != shard.bytes:
            raise GyogwaError(
                f"{redacted(self._location(shard))}: {size} bytes, the manifest says "
                f"{shard.bytes}; the shard is incomplete or of another run: copy it again, or "
                "build the stage again"
            )

    def _check_hash(self, shard: Shard) -> None:
        path = Path(self._location(shard))
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != shard.sha256:
            raise GyogwaError(
                f"{path}: SHA-256 is {found}, the manifest says {shard.sha256}; the shard was "
                "altered: copy it again, or build the stage again"
            )


def _wrong(data: bytes, place: Place) -> str:
    """What is wrong with the bytes at a place; "" when nothing is."""
    if len(data) != place.length:
        return f"{len(data)} bytes could be read where the index says {place.length}"
    found = crc32(data)
    return (
        "" if found == place.crc32 else f"CRC-32 is {found:08x}, the index says {place.crc32:08x}"
    )
