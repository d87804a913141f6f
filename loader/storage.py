"""Where files lie: local disk, object stores, web servers. Whole files, ranges and sizes.

`https://` and `http://` are read by the standard library (`loader.web`), everything else by
fsspec: `memory://` at once, `gs://` with the package gcsfs, `s3://` with s3fs, and so on. What may
be a passing failure is tried again, waiting longer each time.
"""

import hashlib
import os
import posixpath
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

import fsspec

from loader import web
from schemas.errors import GyogwaError

T = TypeVar("T")

_CHUNK = 4 << 20
WAITS = (0.2, 0.8, 3.2)
"""Seconds before each further attempt; up to twice as long, so that ranks don't ask in step."""
_PERMANENT = (FileNotFoundError, PermissionError, IsADirectoryError, ImportError, ValueError)


def local_path(location: str | Path) -> Path | None:
    """The path of a file on a local or mounted disk, None for the address of a remote one."""
    text = str(location)
    if text.startswith("file://"):
        return Path(text.removeprefix("file://"))
    return None if "://" in text else Path(text)


def beside(location: str | Path, file: str) -> str:
    """Where `file` lies that the file at `location` names; it may climb by `..`.

    The query of a web address is kept, as it may hold what gives access.

    >>> beside("s3://b/run/2-sft/manifest.json", "../1-align/a.tar")
    's3://b/run/1-align/a.tar'
    >>> beside("https://h/run/manifest.json?key=1", "a.tar")
    'https://h/run/a.tar?key=1'
    >>> beside("run/manifest.json", "a.tar")
    'run/a.tar'
    """
    path = local_path(location)
    if path is not None:
        return str(path.parent / file)
    scheme, _, rest = str(location).partition("://")
    mark = ""
    if scheme in ("http", "https"):
        rest, mark, query = rest.partition("?")
        mark += query
    host, slash, inside = rest.partition("/")
    inside = posixpath.normpath(posixpath.join("/", posixpath.dirname(inside), file)).lstrip("/")
    # memory://manifest.json has its file where others have a host.
    return f"{scheme}://{host}/{inside}{mark}" if slash else f"{scheme}://{inside}{mark}"


def shown(location: str | Path) -> str:
    """A location fit for messages: without the query and the password of a web address."""
    text = str(location)
    if not text.startswith(("http://", "https://")):
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


class Storage:
    """Reads files by location. `options` go to fsspec's file system (for instance {"anon": True});
    a web server gets those under "headers".

    All methods raise GyogwaError naming the location: at once where a file is missing or access
    refused, after a few attempts where it can't be reached. Safe for threads and for forks.
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._options = dict(options or {})

    def size(self, location: str) -> int:
        """In bytes."""
        if _is_web(location):
            return _retried(location, lambda: web.size_of(location, self._headers))
        return _retried(location, lambda: int(self._system(location).size(_path(location))))

    def read(self, location: str) -> bytes:
        """All bytes."""
        return _retried(location, lambda: b"".join(self._chunks(location)))

    def read_range(self, location: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; fewer where the file ends before."""
        if _is_web(location):
            return _retried(
                location, lambda: web.read_range(location, start, length, self._headers)
            )
        return _retried(
            location,
            lambda: bytes(
                self._system(location).cat_file(_path(location), start=start, end=start + length)
            ),
        )

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

        return _retried(location, attempt)

    @property
    def _headers(self) -> dict[str, str]:
        return dict(self._options.get("headers", {}))

    def _system(self, location: str) -> Any:
        # fsspec keeps one for each process and thread, so none crosses a fork.
        return fsspec.core.url_to_fs(location, **self._options)[0]

    def _chunks(self, location: str) -> Iterator[bytes]:
        if _is_web(location):
            yield from web.chunks(location, _CHUNK, self._headers)
            return
        with self._system(location).open(_path(location), "rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _is_web(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _path(location: str) -> str:
    return location if local_path(location) is None else str(local_path(location))


def _retried(location: str, read: Callable[[], T]) -> T:
    for wait in (*WAITS, None):
        try:
            return read()
        except ImportError as error:
            raise GyogwaError(f"{shown(location)}: {error}") from error
        # Every store's client raises errors of its own, and few of them say what may pass.
        except Exception as error:
            if wait is None or isinstance(error, _PERMANENT):
                raise _explained(location, error) from error
        time.sleep(wait * (1 + os.getpid() % 100 / 100))
    raise AssertionError("the last attempt returns or raises")


def _explained(location: str, error: Exception) -> GyogwaError:
    if isinstance(error, FileNotFoundError):
        return GyogwaError(
            f"{shown(location)}: no such file; copy the whole stage folder there, or mend the path"
        )
    if isinstance(error, PermissionError):
        return GyogwaError(
            f"{shown(location)}: access is refused ({error}); check credentials and permissions"
        )
    said = str(error) or type(error).__name__
    if isinstance(error, _PERMANENT):
        return GyogwaError(f"{shown(location)}: can't be read ({said}); check the address")
    return GyogwaError(
        f"{shown(location)}: can't be read after {len(WAITS) + 1} attempts ({said}); check that "
        "the server is up and reachable, then go on from the last state"
    )
