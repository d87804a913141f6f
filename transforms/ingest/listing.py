"""The files below an input, and what is there that isn't a file.

What is listed is expected to be read: where a folder or a file can't be, be it that it went away
meanwhile, that is no fact about the input, and ends the run.
"""

import errno
import os
import stat
import time
from collections import deque
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from gyogwa.schemas import layout
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.run import is_marker
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.folders import exists, walk
from gyogwa.transforms.files.locations import is_incomplete, is_url, redacted
from gyogwa.transforms.files.retries import Advice, retried
from gyogwa.transforms.files.runs import is_run
from gyogwa.transforms.files.storage import Storage
from gyogwa.transforms.ingest.hub import files_of, is_dataset
from gyogwa.transforms.ingest.patterns import Pattern
from gyogwa.transforms.ingest.raw import ListedFile, SourceFile
from gyogwa.transforms.ingest.rows import is_unicode

Problem = tuple[str, BadImage]
"""A path relative to the root, and why nothing can be read there."""

_ADVICE = Advice(
    missing="it was there when the input was listed: bring it back, or run again without it",
    unreachable="check the disk or the store, then run again: what is finished is kept",
    known=True,
)
LISTED = Storage(advice=_ADVICE)
"""Reads the files of an input."""
_HUB = ("models--", "datasets--", "spaces--")
_SMALL = 1 << 18
_DANGLING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def read_beside(path: str, name: str) -> bytes | None:
    """The bytes of a small file by its path from the folder of a listed one; None where there is
    none, or it is large. Asked for once a minute: many files of labels share what stands there."""
    address, mark, archive = path.partition("::")  # of a member of a ZIP
    folder, _, _ = address.rpartition("/")
    while name.startswith("../"):
        folder, name = folder.rpartition("/")[0], name.removeprefix("../")
    has_no_folder = not folder or folder.endswith(":") or (folder.endswith(":/") and not mark)
    minute = int(time.monotonic() // 60)
    return None if has_no_folder else _small(f"{folder}/{name}{mark}{archive}", minute)


@lru_cache(maxsize=1024)
def _small(path: str, minute: int) -> bytes | None:
    if not exists(path) or LISTED.size(path) > _SMALL:
        return None
    return LISTED.read(path)


class Skipped(NamedTuple):
    """A folder that isn't read, or a link into one, since a run wrote it."""

    path: str


class Outside(NamedTuple):
    """A link that leads out of the input, and isn't followed."""

    path: str


class Found(NamedTuple):
    """Files sorted by path, what can't be read, and what was skipped since a run wrote it."""

    files: list[ListedFile]
    problems: list[Problem]
    skipped: list[str]


def find(root: str, skip: str = "", pattern: str = "") -> Found:
    """`files_below`, gathered: for an input that is known to be small."""
    found = Found([], [], [])
    for item in files_below(root, skip, follow_links=True, pattern=pattern):
        if isinstance(item, ListedFile):
            found.files.append(item)
        elif isinstance(item, Skipped):
            found.skipped.append(item.path)
        elif not isinstance(item, Outside):
            found.problems.append(item)
    found.files.sort(key=lambda file: file.path)
    found.problems.sort(key=lambda problem: problem[0])
    found.skipped.sort()
    return found


def files_below(
    root: str,
    skip: str = "",
    source: str = "",
    follow_links: bool = False,
    pattern: str = "",
) -> Iterator[ListedFile | Problem | Skipped | Outside]:
    """Files below `root` (or `root` itself), as they are found, but for folders of runs; `skip` is
    the folder of the run at hand, into which nothing leads, by links neither. Links that lead out
    of the input are followed only if `follow_links` says so. `pattern`: see `ingest.patterns`.

    Memory: the names in one folder at a time, and those of the folders that wait; of an object
    store the whole listing.
    """
    if is_dataset(root):
        yield from files_of(root, source)
        return
    if is_url(root):
        yield from _objects(root, skip, source, Pattern(pattern))
        return
    top = os.path.dirname(root) if Path(root).is_file() else root
    inside = [] if follow_links else insides(root)
    wanted = Pattern(pattern)
    for path in _below(root, skip, inside, wanted) if top == root else [root]:
        if isinstance(path, Skipped | Outside):
            yield path
            continue
        uri = os.path.relpath(path, top)
        if not wanted.takes(uri):
            continue
        try:
            yield _entry(source, path, uri)
        except BadImage as problem:
            yield uri, problem


def insides(root: str) -> list[str]:
    """The folders that count as inside an input: its own, and where it lies in a cache of the
    Hugging Face Hub, whose snapshots are links to `blobs`, those of its repository."""
    real = os.path.realpath(root)
    parts = Path(real).parts
    own = [at for at, name in enumerate(parts) if name.startswith(_HUB)]
    return [real, *(str(Path(*parts[: at + 1], "blobs")) for at in own)]


def _leads_out(link: str, inside: list[str]) -> bool:
    real = os.path.realpath(link)
    return bool(inside) and not any(Path(real).is_relative_to(folder) for folder in inside)


def _is_run(folder: str) -> bool:
    return is_run(folder, LISTED.read)


def _is_run_object(folder: str) -> bool:
    return is_marker(LISTED.read(f"{folder}/run.json"))


def _leads_into_run(link: str, skip: str, known: dict[str, bool]) -> bool:
    """Whether what a link points to lies in the folder `skip` or in any run's; `known` remembers
    which folders are runs'."""
    folder = os.path.realpath(link)
    while folder != os.path.dirname(folder):
        if folder == skip or known.setdefault(folder, os.path.isdir(folder) and _is_run(folder)):
            return True
        folder = os.path.dirname(folder)
    return False


def _objects(root: str, skip: str, source: str, wanted: Pattern) -> Iterator[ListedFile | Skipped]:
    everything = walk(root)
    folders = [path.rpartition("/")[0] for path, _, _ in everything if path.endswith("/run.json")]
    skipped = [folder for folder in folders if _is_run_object(folder)]
    yield from map(Skipped, skipped)
    below = tuple(f"{folder.rstrip('/')}/" for folder in [*skipped, skip] if folder)
    found = [item for item in everything if not item[0].startswith(below)]
    top = root.rpartition("/")[0] if found and found[0][0] == root else root
    for path, size, stamp in found:
        if wanted.takes(uri := path[len(top) + 1 :]):
            yield ListedFile(source, "", path, uri, size, stamp, "")


def _below(
    root: str, skip: str, inside: list[str], wanted: Pattern
) -> Iterator[str | Skipped | Outside]:
    """What is in the folders, each entered once whatever links lead to it; and runs not entered.
    Links out of the folders `inside`, if there are any, aren't followed, and no folder is entered
    that leads to nothing `wanted`."""
    ours = [skip, *(f"{skip}/{name}" for name in (*layout.TABLES, *layout.LISTED))] if skip else []
    own = {_identity(folder) for folder in ours if os.path.isdir(folder)}
    real = os.path.realpath(skip) if skip else ""
    runs: dict[str, bool] = {}
    seen: set[tuple[int, int]] = set()
    # links wait until every real folder was entered: a file goes by its real path if it has one
    folders, links = deque([root]), deque[str]()
    while folders or links:
        folder = folders.popleft() if folders else links.popleft()
        identity = retried(folder, partial(_identity, folder), _ADVICE)
        if identity in seen:
            continue
        seen.add(identity)
        if identity in own or _is_run(folder) or os.path.basename(folder) == ".building":
            yield Skipped(folder)
            continue
        for item in retried(folder, partial(_inside, folder), _ADVICE):
            if is_incomplete(item.name) or not wanted.leads(os.path.relpath(item.path, root)):
                continue
            if item.is_symlink() and _leads_into_run(item.path, real, runs):
                yield Skipped(item.path)
            elif item.is_symlink() and _leads_out(item.path, inside):
                yield Outside(item.path)
            elif not os.path.isdir(item.path):
                yield item.path
            else:
                (links if item.is_symlink() else folders).append(item.path)


def _inside(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda item: item.name)


def _identity(folder: str) -> tuple[int, int]:
    status = os.stat(folder)
    return status.st_dev, status.st_ino


def _entry(source: str, path: str, uri: str) -> ListedFile:
    if not is_unicode(path):
        raise BadImage("bad_file_name", "the name is not UTF-8; rename it")
    try:
        status = os.stat(path)
    except OSError as error:
        if os.path.islink(path) and error.errno in _DANGLING:
            raise BadImage(
                "missing_file", f"a link that can't be followed: {error.strerror}"
            ) from error
        status = retried(path, lambda: os.stat(path), _ADVICE)
    if not stat.S_ISREG(status.st_mode):
        raise BadImage("unsupported_file", "a pipe, socket or device, not a file")
    identity = f"{status.st_dev}:{status.st_ino}"
    stamp = str(status.st_mtime_ns)
    return ListedFile(source, "", path, uri, status.st_size, stamp, identity)


def read_as_listed(entry: SourceFile) -> bytes:
    """The whole file. Raises GyogwaError when it isn't what it was when the input was listed."""
    data = LISTED.read(entry.path)
    if sha256_hex(data) != entry.content:
        raise changed(entry.path)
    return data


def changed(path: str) -> GyogwaError:
    """What is said of a file that changes while it is being ingested."""
    return GyogwaError(f"{redacted(path)}: changed while it was being ingested; run again")
