"""Files on local disk or behind any fsspec URL (gs://, s3://, https://), read and written whole.

A file appears under its name complete or not at all: local writes go to a temporary name in the
same folder and are renamed; object stores publish on close.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import fsspec

from schemas.records import ImageRef


def is_url(path: str) -> bool:
    """Whether `path` names an fsspec file system rather than a local file."""
    return "://" in path


def read_bytes(path: str) -> bytes:
    """The whole file."""
    if not is_url(path):
        return Path(path).read_bytes()
    with fsspec.open(path, "rb") as file:
        data: bytes = file.read()
        return data


def read_ref(ref: ImageRef) -> bytes:
    """The encoded image at `ref`. Raises OSError when the file ends before it."""
    if is_url(ref.path):
        filesystem, path = fsspec.core.url_to_fs(ref.path)
        data: bytes = filesystem.cat_file(path, ref.offset, ref.offset + ref.length)
    else:
        with open(ref.path, "rb") as file:
            file.seek(ref.offset)
            data = file.read(ref.length)
    if len(data) != ref.length:
        raise OSError(f"{ref.path} ends {ref.length - len(data)} bytes early")
    return data


@contextmanager
def writing(path: str) -> Iterator[IO[bytes]]:
    """A binary file that gets its name only when the block ends without an error."""
    if is_url(path):
        with fsspec.open(path, "wb") as file:
            yield file
        return
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".incomplete-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_bytes(path: str, data: bytes) -> None:
    """Write a whole file, atomically."""
    with writing(path) as file:
        file.write(data)


def list_files(folder: str, suffix: str = "") -> list[str]:
    """Files directly in `folder` whose names end in `suffix`, sorted; [] when it isn't there."""
    if is_url(folder):
        filesystem, path = fsspec.core.url_to_fs(folder)
        if not filesystem.exists(path):
            return []
        names = [filesystem.unstrip_protocol(p) for p in filesystem.ls(path, detail=False)]
        return sorted(name for name in names if name.endswith(suffix))
    if not Path(folder).is_dir():
        return []
    return sorted(
        entry.path
        for entry in os.scandir(folder)
        if entry.is_file()
        and entry.name.endswith(suffix)
        and not entry.name.startswith(".incomplete-")
    )


def walk(root: str) -> list[tuple[str, int, str]]:
    """(path, bytes, change stamp) of every file below `root`, sorted by path."""
    if is_url(root):
        filesystem, path = fsspec.core.url_to_fs(root)
        found = filesystem.find(path, detail=True)
        return sorted(
            (filesystem.unstrip_protocol(name), int(info["size"]), _stamp(info))
            for name, info in found.items()
        )
    entries = []
    for folder, _, names in os.walk(root):
        for name in names:
            full = os.path.join(folder, name)
            if os.path.exists(full):
                status = os.stat(full)
                entries.append((full, status.st_size, str(status.st_mtime_ns)))
    return sorted(entries)


def _stamp(info: dict[str, object]) -> str:
    return str(info.get("etag") or info.get("mtime") or info.get("updated") or "")


def remove(path: str) -> None:
    """Delete a file; nothing happens when it isn't there."""
    if is_url(path):
        filesystem, inner = fsspec.core.url_to_fs(path)
        if filesystem.exists(inner):
            filesystem.rm(inner)
        return
    Path(path).unlink(missing_ok=True)


def remove_files(folder: str, suffix: str, unwanted: Callable[[str], bool]) -> None:
    """Delete the files directly in `folder` whose base name is `unwanted`."""
    for path in list_files(folder, suffix):
        if unwanted(path.rsplit("/", 1)[-1]):
            remove(path)
