"""Shards kept on the host's own disk, shared by all ranks and workers of the host.

A shard is named by its SHA-256, so stages and runs share one folder too. It is filled once: under a
file lock, into a `.part` file of its final size, checked, then renamed. So no reader sees a shard
that isn't whole, and whoever waits for the lock of a process that died gets it from the system.

The bound holds for all `.tar` and `.part` files together: before a fill the least recently opened
shards are removed. Whoever has a shard open holds a shared lock on it, and only what nobody holds
is removed, so that no removed file still takes room; where all that is left is held or unfinished,
the fill waits. Under a bound shards are therefore opened to read one sample and closed again.

All locks are given back by name before their file is closed: a process that is forked meanwhile
has the file open too, and would hold the lock, which it may itself be waiting for.

The folder must be on a disk whose `flock` works: local, not a network one.
"""

import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Shard

_log = logging.getLogger(__name__)

Download = Callable[[BinaryIO], tuple[int, str]]
"""Writes a shard into a file; says how many bytes those were, and their SHA-256."""

_POLL = 0.05
"""Seconds between two looks for room."""


class AlteredShard(Exception):
    """What was downloaded isn't the shard of the manifest; says how it differs. `sha256`: its."""

    def __init__(self, message: str, sha256: str) -> None:
        super().__init__(message)
        self.sha256 = sha256


class ShardCache:
    """The shards in `folder`, at most `limit` bytes of them (None: no bound)."""

    def __init__(self, folder: Path, limit: int | None) -> None:
        """Raises GyogwaError when the folder can't be made."""
        self._folder, self._limit = folder, limit
        try:
            (folder / "locks").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GyogwaError(
                f"{folder}: can't be the cache_dir ({error.strerror}); give a folder on a local "
                "disk that may be written to"
            ) from error

    @property
    def bounded(self) -> bool:
        """Whether room is short, so that nothing stays open."""
        return self._limit is not None

    def expect(self, shards: list[Shard], at_a_time: int) -> None:
        """Say in the log when the bound is too low for the shards that are read at a time: each
        would be fetched again and again."""
        largest = max((shard.bytes for shard in shards), default=0)
        wanted = min(at_a_time, len(shards))
        if self._limit is not None and self._limit < wanted * largest:
            _log.warning(
                "cache_bytes is %d, room for %d of the largest shards; %d are read at a time: give "
                "at least %d, or shards are fetched again and again",
                self._limit,
                self._limit // largest,
                wanted,
                wanted * largest,
            )

    def open(self, shard: Shard, download: Download) -> int:
        """A descriptor of the whole shard, downloaded if it isn't there; it isn't removed before
        the descriptor is closed, where there is a bound.

        Raises AlteredShard, GyogwaError when there is no room, and what `download` raises.
        """
        found = self._opened(shard)
        if found is None:
            # Locks shared by the shards of one prefix: their number stays small.
            with self._locked(shard.sha256[:2]):
                found = self._opened(shard)
                if found is None:
                    found = self._filled(shard, download)
        return found

    def close(self, descriptor: int) -> None:
        """Let go of a shard that `open` gave."""
        if self.bounded:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)

    def drop_if_damaged(self, shard: Shard) -> bool:
        """Hash a copy once more, and remove it where it isn't the shard. False where it is."""
        try:
            with self._path(shard).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == shard.sha256:
                    return False
        except FileNotFoundError:
            return True
        self._path(shard).unlink(missing_ok=True)
        return True

    def _path(self, shard: Shard) -> Path:
        return self._folder / f"{shard.sha256}.tar"

    def _opened(self, shard: Shard) -> int | None:
        path = self._path(shard)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        if self.bounded:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        status = os.fstat(descriptor)
        # Another size, or removed between the two calls.
        if status.st_size != shard.bytes or not status.st_nlink:
            self.close(descriptor)
            return None
        # By hand, because most disks are mounted so that reading leaves access times alone.
        with suppress(OSError):
            os.utime(path)
        return descriptor

    def _filled(self, shard: Shard, download: Download) -> int:
        part = self._reserved(shard)
        try:
            with os.fdopen(os.dup(part), "r+b") as file:
                size, digest = download(file)
            if (size, digest) != (shard.bytes, shard.sha256):
                raise AlteredShard(
                    f"{size} bytes with SHA-256 {digest}, the manifest says {shard.bytes} bytes "
                    f"with {shard.sha256}",
                    digest,
                )
            # Whoever makes room waits meanwhile: one lock becomes the other, not at once.
            with self._locked("room"):
                os.replace(self._part(shard), self._path(shard))
                fcntl.flock(part, fcntl.LOCK_SH if self.bounded else fcntl.LOCK_UN)
        except BaseException:
            self._part(shard).unlink(missing_ok=True)
            self.close(part)
            raise
        return part

    def _part(self, shard: Shard) -> Path:
        return self._folder / f"{shard.sha256}.part"

    def _reserved(self, shard: Shard) -> int:
        """A descriptor of an empty, locked `.part` file of the shard's size, when there is room."""
        if self._limit is not None and shard.bytes > self._limit:
            raise GyogwaError(
                f"cache_bytes is {self._limit}, but shard {shard.file} alone has {shard.bytes} "
                "bytes; give room for several shards a worker"
            )
        while True:
            with self._locked("room"):
                if self._make_room(shard.bytes):
                    return self._begun(shard)
            time.sleep(_POLL)

    def _begun(self, shard: Shard) -> int:
        path = self._part(shard)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            os.posix_fallocate(descriptor, 0, shard.bytes)
        except OSError as error:
            path.unlink()
            os.close(descriptor)
            raise GyogwaError(
                f"{self._folder}: no room for {shard.bytes} bytes of shard {shard.file} "
                f"({error.strerror}); free some space, or give a smaller cache_bytes"
            ) from error
        return descriptor

    def _make_room(self, wanted: int) -> bool:
        """Remove shards until `wanted` more bytes fit. False when all that are left are unfinished
        or being read."""
        whole: list[tuple[int, int, Path]] = []
        total = 0
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if path.suffix == ".part" and _abandoned(path):
                    path.unlink()
                elif path.suffix in (".tar", ".part"):
                    stat = path.stat()
                    total += stat.st_size
                    if path.suffix == ".tar":
                        whole.append((stat.st_mtime_ns, stat.st_size, path))
        if self._limit is None:
            return True
        for _, size, path in sorted(whole):
            if total + wanted <= self._limit:
                break
            if _removed(path):
                total -= size
        return total + wanted <= self._limit

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with (self._folder / "locks" / name).open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)


def _abandoned(part: Path) -> bool:
    """Whether the process that was filling `part` is gone: it holds a lock while it lives."""
    with part.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(file, fcntl.LOCK_UN)
        return True


def _removed(whole: Path) -> bool:
    """Remove a shard unless somebody reads it. Whether it is gone."""
    try:
        file = whole.open("rb")
    except FileNotFoundError:
        return True
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        whole.unlink(missing_ok=True)
        return True
