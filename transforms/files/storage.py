"""Files on local disk, in object stores and on web servers: read whole, by range or as a stream.

Web servers are read by urllib3 (`web`), object stores and all else that is remote by fsspec:
`memory://` at once, `gs://` with the package gcsfs, `s3://` with s3fs, and so on. What may
be a passing failure is tried again (`retries`). To write, see `writing`; to list, `folders`.
"""

import errno
import hashlib
import io
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import fsspec

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files import web
from gyogwa.transforms.files.locations import is_web, local_path, redacted
from gyogwa.transforms.files.retries import Advice, MissingFile, retried

T = TypeVar("T")

# gcsfs logs a traceback for every attempt that fails, which Python prints where nobody asked for a
# log; what matters is in the error.
logging.getLogger("gcsfs").addHandler(logging.NullHandler())

_CHUNK = 4 << 20
"""Bytes of one read of a stream."""


class Storage:
    """Reads files by location. `options` go to fsspec's file system (for instance {"anon": True});
    a web server gets those under "headers".

    All methods raise GyogwaError naming the location: at once where a file is missing or access
    refused, after a few attempts where it can't be reached. Safe for threads and for forks.
    """

    def __init__(
        self, options: Mapping[str, Any] | None = None, advice: Advice | None = None
    ) -> None:
        if not isinstance(options, Mapping | None):
            raise GyogwaError(f"storage_options is {options!r}; it must be a mapping by name")
        self._options, self._advice = dict(options or {}), advice or Advice()

    def size(self, location: str) -> int:
        """In bytes."""
        return self._retried(location, lambda: self._size(location))

    def read(self, location: str) -> bytes:
        """All bytes. Raises MissingFile when there is no such file, and none was known there."""
        missing = GyogwaError if self._advice.known else MissingFile
        return self._retried(location, lambda: self._whole(location), missing)

    def read_range(self, location: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; fewer where the file ends before."""
        return self._retried(location, lambda: self._range(location, start, length))

    def read_exactly(self, location: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`. A file that ends before was altered: GyogwaError."""
        data = self.read_range(location, start, length)
        if len(data) != length:
            raise GyogwaError(
                f"{redacted(location)}: ends {length - len(data)} bytes early; it was altered "
                "while it was in use: run again from the step that made or listed it"
            )
        return data

    def open(self, location: str) -> BinaryIO:
        """A stream to read and seek in. Each read is a range of its own, tried again by itself, so
        that neither a lost connection nor a file that shrinks passes for the file's end."""
        return io.BufferedReader(_Stream(self, location), _CHUNK)

    def download(self, location: str, file: BinaryIO) -> tuple[int, str]:
        """Write all bytes into `file` from its start; their number and SHA-256."""

        def attempt() -> tuple[int, str]:
            file.seek(0)
            digest = hashlib.sha256()
            for chunk in self._chunks(location):
                file.write(chunk)
                digest.update(chunk)
            file.flush()
            return file.tell(), digest.hexdigest()

        return self._retried(location, attempt)

    def _retried(
        self, location: str, call: Callable[[], T], missing: type[GyogwaError] = GyogwaError
    ) -> T:
        return retried(location, call, self._advice, missing)

    @property
    def _headers(self) -> dict[str, str]:
        return dict(self._options.get("headers", {}))

    def _size(self, location: str) -> int:
        if is_web(location):
            return web.size_of(location, self._headers)
        path = local_path(location)
        if path is not None:
            return path.stat().st_size
        system, inner = system_of(location, self._options, fresh=True)
        return int(system.info(inner)["size"])

    def _whole(self, location: str) -> bytes:
        if is_web(location):
            return b"".join(web.chunks(location, _CHUNK, self._headers))
        path = local_path(location)
        if path is not None:
            return path.read_bytes()
        system, inner = system_of(location, self._options)
        return bytes(system.cat_file(inner))

    def _range(self, location: str, start: int, length: int) -> bytes:
        if is_web(location):
            return web.read_range(location, start, length, self._headers)
        path = local_path(location)
        if path is not None:
            return _local_range(path, start, length)
        system, inner = system_of(location, self._options)
        # By name: the second parameter is another one in some file systems.
        return bytes(system.cat_file(inner, start=start, end=start + length))

    def _chunks(self, location: str) -> Iterator[bytes]:
        if is_web(location):
            yield from web.chunks(location, _CHUNK, self._headers)
            return
        with self.open(location) as file:
            while chunk := file.read(_CHUNK):
                yield chunk


class _Stream(io.RawIOBase):
    def __init__(self, storage: Storage, location: str) -> None:
        self._storage, self._location = storage, location
        self._size, self._at = storage.size(location), 0
        # A system that can't tell a file's size says 0, which must not pass for an empty file.
        if not self._size and local_path(location) and storage.read_range(location, 0, 1):
            raise GyogwaError(
                f"{location}: says that it has no bytes, but it has; copy it to another disk"
            )

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, f"negative position {start + offset}")  # as of local files
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._at))
        if not wanted:
            return 0
        data = self._storage.read_exactly(self._location, self._at, wanted)
        buffer[:wanted] = data
        self._at += wanted
        return wanted


def system_of(
    location: str, options: Mapping[str, Any] | None = None, fresh: bool = False
) -> tuple[Any, str]:
    """fsspec's file system for an address, and the path in it. `fresh`: forget what it has listed
    before, since other processes write meanwhile."""
    # fsspec keeps one for each process and thread, so none crosses a fork.
    system, inner = fsspec.core.url_to_fs(location, **(options or {}))
    if fresh:
        system.invalidate_cache()
    return system, inner


def _local_range(path: Path, start: int, length: int) -> bytes:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        data = file.read(length)
        while data and len(data) < length and (more := file.read(length - len(data))):
            data += more
        return data


_storage = Storage()


def read_bytes(location: str) -> bytes:
    """The whole file. Raises MissingFile when there is none."""
    return _storage.read(location)


def read_exactly(location: str, start: int, length: int) -> bytes:
    """See `Storage.read_exactly`."""
    return _storage.read_exactly(location, start, length)


def open_file(location: str) -> BinaryIO:
    """See `Storage.open`."""
    return _storage.open(location)
