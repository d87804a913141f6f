"""What lies in folders, local or remote, and how to take it away.

No listing has what is being written or was left half written (`locations.is_incomplete`). A store
that can't be reached is an error, never an empty folder. Cost: on object stores one request for
each 1,000 files.
"""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files import web
from gyogwa.transforms.files.locations import (
    has_buckets,
    is_incomplete,
    is_web,
    local_path,
    redacted,
)
from gyogwa.transforms.files.retries import Advice, retried
from gyogwa.transforms.files.storage import system_of

File = tuple[str, int, str]
"""Path or address, bytes, and a stamp that changes with the content."""

_LISTED = Advice(done="listed")
_NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_STAMPS = ("etag", "ETag", "mtime", "updated", "LastModified", "last_modified", "created")
"""What file systems call that which changes with a file, the surest first."""


def exists(location: str) -> bool:
    """Whether there is such a file or folder."""
    return retried(location, lambda: _exists(location), _LISTED)


def list_files(folder: str, suffix: str = "") -> list[str]:
    """Files directly in `folder` whose names end in `suffix`, sorted; [] when it isn't there."""
    names = retried(folder, lambda: list(_names(folder)), _LISTED)
    return sorted(name for name in names if name.endswith(suffix) and not is_incomplete(name))


def walk(root: str, half_written: bool = False) -> list[File]:
    """Every file below `root`, or `root` itself where it is one, sorted by path; [] when it isn't
    there. Links to folders aren't followed. `half_written`: what nobody should read as well."""
    found = retried(root, lambda: list(_below(root)), _LISTED)
    return sorted(file for file in found if half_written or not is_incomplete(file[0]))


def remove(location: str) -> None:
    """Delete a file; nothing happens when it isn't there."""
    retried(location, lambda: _remove(location), Advice(done="deleted"))


def remove_files(folder: str, suffix: str, unwanted: Callable[[str], bool]) -> None:
    """Delete the files directly in `folder` whose base name is `unwanted`."""
    for path in list_files(folder, suffix):
        if unwanted(path.rsplit("/", 1)[-1]):
            remove(path)


def stamp_of(info: Mapping[str, Any]) -> str:
    """What of fsspec's `info` on a file changes with its content; "" where it says nothing."""
    return str(next((info[name] for name in _STAMPS if info.get(name)), ""))


def _exists(location: str) -> bool:
    path = local_path(location)
    try:
        if path is not None:
            path.stat()
        elif is_web(location):
            web.describe(location, {})
        else:
            # Not fsspec's own `exists`, to which a store out of reach holds nothing.
            system, inner = system_of(location, fresh=True)
            system.info(inner)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _names(folder: str) -> Iterator[str]:
    path = local_path(folder)
    if path is not None:
        if path.is_dir():
            with os.scandir(path) as entries:
                yield from (entry.path for entry in entries if _is_file(entry))
        return
    if is_web(folder):
        raise GyogwaError(
            f"{redacted(folder)}: the folders of a web server can't be listed; give the addresses "
            "of files"
        )
    system, inner = system_of(folder, fresh=True)
    try:
        entries = system.ls(inner, detail=True)
    except FileNotFoundError:
        return
    for info in entries:
        if info["type"] == "file" and not info["name"].endswith("/"):
            yield _location(info["name"], inner, folder)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError as error:
        if error.errno in _NOWHERE:
            return False
        raise


def _below(root: str) -> Iterator[File]:
    path = local_path(root)
    if path is not None:
        yield from _local_below(path)
    elif is_web(root):
        yield (root, *web.describe(root, {}))
    else:
        yield from _remote_below(root)


def _local_below(root: Path) -> Iterator[File]:
    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    if root.is_file():
        paths = [str(root)]
    else:
        walked = os.walk(root, onerror=refuse)
        paths = [os.path.join(folder, name) for folder, _, names in walked for name in names]
    for path in paths:
        try:
            status = os.stat(path)
        except OSError as error:  # a link to nothing, or gone by now
            if error.errno in _NOWHERE:
                continue
            raise
        yield path, status.st_size, str(status.st_mtime_ns)


def _remote_below(root: str) -> Iterator[File]:
    system, inner = system_of(root, fresh=True)
    try:
        info = system.info(inner)
        if info["type"] == "file":
            found = {inner: info}
        elif has_buckets(root):
            found = system.find(inner, detail=True)
        else:
            found = system.find(inner, detail=True, on_error="raise")
    except FileNotFoundError:
        return
    for name, info in found.items():
        if not name.endswith("/"):
            yield _location(name, inner, root), int(info["size"]), stamp_of(info)


def _location(name: str, inner: str, root: str) -> str:
    """The address of what a file system calls `name`, below `root`, which it calls `inner`."""
    return root.rstrip("/") + name[len(inner.rstrip("/")) :]


def _remove(location: str) -> None:
    path = local_path(location)
    try:
        if path is not None:
            path.unlink()
        else:
            system, inner = system_of(location)
            system.rm_file(inner)  # `rm` would take the name for a pattern
    except FileNotFoundError:
        return
