"""The files below an input, and what is there that isn't a readable file."""

import os
import stat
from collections import deque
from pathlib import Path

from transforms.decode import BadImage
from transforms.sources.raw import Entry
from transforms.sources.rows import is_unicode
from transforms.storage import is_url, walk

Problem = tuple[str, BadImage]
"""A path relative to the root, and why nothing can be read there."""


def find(root: str, skip: str = "") -> tuple[list[Entry], list[Problem]]:
    """Files below `root` (or `root` itself), sorted by path; nothing from the folder `skip`."""
    if is_url(root):
        below = skip.rstrip("/") + "/"
        found = [item for item in walk(root) if not skip or not item[0].startswith(below)]
        top = root.rpartition("/")[0] if found and found[0][0] == root else root
        return [Entry(path, path[len(top) + 1 :], size, stamp) for path, size, stamp in found], []
    top = os.path.dirname(root) if Path(root).is_file() else root
    paths, problems = _below(root, skip) if top == root else ([root], [])
    entries = []
    for path in sorted(paths):
        uri = os.path.relpath(path, top)
        try:
            entries.append(_entry(path, uri))
        except BadImage as problem:
            problems.append((uri, problem))
    return entries, problems


def _below(root: str, skip: str) -> tuple[list[str], list[Problem]]:
    """What is in the folders, each entered once whatever links lead to it."""
    paths: list[str] = []
    problems: list[Problem] = []
    seen = {_identity(skip)} if skip and os.path.isdir(skip) else set()
    # links wait until every real folder was entered: a file goes by its real path if it has one
    folders, links = deque([root]), deque[str]()
    while folders or links:
        folder = folders.popleft() if folders else links.popleft()
        try:
            identity = _identity(folder)
            if identity in seen:
                continue
            seen.add(identity)
            inside = sorted(os.scandir(folder), key=lambda item: item.name)
        except OSError as error:
            uri = os.path.relpath(folder, root)
            problems.append((uri, BadImage("unreadable_file", f"can't be listed: {error}")))
            continue
        for item in inside:
            if not os.path.isdir(item.path):
                paths.append(item.path)
            else:
                (links if item.is_symlink() else folders).append(item.path)
    return paths, problems


def _identity(folder: str) -> tuple[int, int]:
    status = os.stat(folder)
    return status.st_dev, status.st_ino


def _entry(path: str, uri: str) -> Entry:
    if not is_unicode(path):
        raise BadImage("bad_file_name", "the name is not UTF-8; rename it")
    try:
        status = os.stat(path)
    except OSError as error:
        raise BadImage(
            "missing_file", f"a link that can't be followed: {error.strerror}"
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise BadImage("unsupported_file", "a pipe, socket or device, not a file")
    return Entry(path, uri, status.st_size, str(status.st_mtime_ns))
