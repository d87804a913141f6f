"""What lies in a folder, on local disk or behind a URL, and when each file last changed.

Links are never followed: a link in a run's folder isn't the run's, whatever it points to.
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.retries import Advice, retried
from gyogwa.transforms.files.storage import read_exactly, system_of

_ADVICE = Advice(done="listed")
_CHUNK = 4 << 20
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")


class Entry(NamedTuple):
    """A file or what else lies there. `changed` is the time of its last change, in seconds: of its
    content, name or attributes on local disk, so that no copying of time stamps deceives. None
    where a store doesn't say."""

    kind: str
    bytes: int
    changed: float | None

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file: no folder, link, pipe or device."""
        return self.kind == "file"


def entry(path: str) -> Entry | None:
    """What lies at `path`; None when nothing does."""
    return retried(path, lambda: _entry(path), _ADVICE)


def top(root: str) -> dict[str, Entry]:
    """What lies directly in a folder, by name; {} when it isn't there."""
    return retried(root, lambda: _top(root), _ADVICE)


def tree(root: str, folder: str = "") -> dict[str, Entry]:
    """Everything below `folder` of `root`, by its path relative to `root`; {} when it isn't there.

    On local disk folders are in it too; object stores have none.
    """
    start = f"{root}/{folder}" if folder else root
    if is_url(root):
        return retried(start, lambda: _objects(root, folder), _ADVICE)
    found: dict[str, Entry] = {}
    if os.path.islink(start):
        return found
    pending = [start]
    while pending:
        here = pending.pop()
        if not os.path.isdir(here):
            continue
        for item in os.scandir(here):
            found[os.path.relpath(item.path, root)] = _local(item.stat(follow_symlinks=False))
            if item.is_dir(follow_symlinks=False):
                pending.append(item.path)
    return found


def entries(root: str, paths: Iterable[str]) -> dict[str, Entry]:
    """What lies at these paths below `root`. On object stores their folders are listed."""
    if not is_url(root):
        found = {path: entry(f"{root}/{path}") for path in paths}
        return {path: there for path, there in found.items() if there is not None}
    wanted = set(paths)
    below = {name: found for name, found in top(root).items() if found.is_file}
    for folder in sorted({path.split("/")[0] for path in wanted if "/" in path}):
        below |= tree(root, folder)
    return {path: below[path] for path in wanted if path in below}


@lru_cache(maxsize=1 << 16)
def sha256_once(path: str, found: Entry) -> str:
    """The SHA-256 of a file, remembered for as long as `found` is what lies there."""
    return sha256_of(path, found)


def sha256_of(path: str, found: Entry) -> str:
    """The SHA-256 of the file at `path`, of which `found` is known, in hex."""
    digest = hashlib.sha256()
    for start in range(0, found.bytes, _CHUNK):
        digest.update(read_exactly(path, start, min(_CHUNK, found.bytes - start)))
    return digest.hexdigest()


def _entry(path: str) -> Entry | None:
    try:
        if not is_url(path):
            return _local(os.lstat(path))
        system, inner = system_of(path, fresh=True)
        return _remote(system.info(inner))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _top(root: str) -> dict[str, Entry]:
    if not is_url(root):
        if not os.path.isdir(root):
            return {}
        return {item.name: _local(item.stat(follow_symlinks=False)) for item in os.scandir(root)}
    system, inner = system_of(root, fresh=True)
    try:
        found = system.ls(inner, detail=True)
    except FileNotFoundError:
        return {}
    names = {info["name"].rstrip("/").rsplit("/", 1)[-1]: info for info in found}
    return {name: _remote(info) for name, info in names.items() if name}


def _objects(root: str, folder: str) -> dict[str, Entry]:
    system, inner = system_of(root, fresh=True)
    below = system.find(f"{inner}/{folder}" if folder else inner, detail=True)
    return {name[len(inner) :].lstrip("/"): _remote(info) for name, info in below.items()}


def _local(status: os.stat_result) -> Entry:
    kinds = {0o100000: "file", 0o040000: "folder", 0o120000: "link"}
    kind = kinds.get(status.st_mode & 0o170000, "device")
    return Entry(kind, status.st_size, status.st_ctime_ns / 1e9)


def _remote(info: dict[str, Any]) -> Entry:
    kind = "file" if info.get("type") == "file" else "folder"
    return Entry(kind, int(info.get("size") or 0), _seconds(info))


def _seconds(info: dict[str, Any]) -> float | None:
    for name in _TIMES:
        value = info.get(name)
        if isinstance(value, datetime):
            return value.timestamp()
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value).timestamp()
            except ValueError:
                continue
    return None
