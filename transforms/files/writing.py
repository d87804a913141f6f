"""Files written whole: under their name stands the complete file, the one before, or none.

A local file is written under a temporary name in the same folder, brought to the disk, renamed, and
then the folder is brought to the disk too. It gets the mode that the user's umask allows. What goes
to an object store is gathered in a local temporary file first, so that nothing is sent before all
of it is there, and so that sending can be tried again.

Cost beside the bytes: two fsyncs a local file; for an object store the local disk's room.
"""

import errno
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from fsspec.spec import AbstractBufferedFile

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import INCOMPLETE, has_buckets, is_web, local_path, redacted
from gyogwa.transforms.files.retries import Advice, one_line, retried
from gyogwa.transforms.files.storage import system_of
from gyogwa.transforms.files.unfinished import unfinished, wait_if_given_up

_BUFFER = 1 << 20
_PART = 8 << 20
"""Bytes sent at a time; no store's client sends fewer in several parts."""
_ADVICE = Advice(
    done="written",
    missing="there is no such bucket or folder; make it, or give another --output",
    unreachable="check that the store can be reached, then run again: what is finished is kept",
    known=True,  # an upload whose last answer was lost is finished, and asked for again not there
)


@contextmanager
def writing(location: str, what: str = "a file") -> Iterator[IO[bytes]]:
    """A binary file that gets its name only when the block ends without an error.

    `what` is said in messages. Raises GyogwaError where it can't be written.
    """
    path = local_path(location)
    if path is None:
        if is_web(location):
            raise GyogwaError(f"{redacted(location)}: a web server can't be written to")
        with _gathered(location, what) as file:
            yield file
        return
    temporary = path.parent / f"{INCOMPLETE}{secrets.token_hex(4)}"
    with _refusals(path, what):
        _make_folder(path.parent)

    def begin() -> _Output:
        with _refusals(path, what):
            return _Output(temporary, "xb", path, what)

    with unfinished(begin, lambda _: temporary.unlink(missing_ok=True)) as raw:
        try:
            file = io.BufferedWriter(raw, _BUFFER)
            yield file
            wait_if_given_up()
            with _refusals(path, what):
                file.flush()
                os.fsync(raw.fileno())
                raw.close()
                os.replace(temporary, path)
                sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                raw.close()
            with suppress(OSError):
                temporary.unlink()
            raise


def write_bytes(location: str, data: bytes, what: str = "a file") -> None:
    """Write a whole file; see `writing`."""
    with writing(location, what) as file:
        file.write(data)


def make_folder(folder: str, what: str) -> None:
    """Make a local folder, and see whether it can be written into. Raises GyogwaError if not."""
    with _refusals(folder, what):
        _make_folder(Path(folder))
        tempfile.TemporaryFile(dir=folder).close()


class _Output(io.FileIO):
    """A file whose errors are GyogwaErrors about `name`."""

    def __init__(self, file: Path | int, mode: str, name: Path | str, what: str) -> None:
        super().__init__(file, mode)
        self._of = name, what

    def write(self, data: Any) -> int:
        with _refusals(*self._of):
            return super().write(data)


@contextmanager
def _refusals(name: Path | str, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{one_line(error)}; check the disk")
        raise GyogwaError(f"{name}: can't write {what}: {reason}, then run again") from error


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the quota is used up; free some space or ask for more",
    errno.EROFS: "the file system is read-only; give another folder",
    errno.EACCES: "permission denied; check who owns the folder, or give another",
    errno.EPERM: "permission denied; check who owns the folder, or give another",
    errno.ENOENT: "its folder is gone; check what removes it",
    errno.ENOTDIR: "a file stands where its folder should be; move it, or give another folder",
    errno.EEXIST: "a file stands where its folder should be; move it, or give another folder",
    errno.EISDIR: "a folder has that name; move it, or give another folder",
    errno.ENAMETOOLONG: "the name is too long for this file system; give a shorter folder",
    errno.EFBIG: "the file is too large for this file system; give another folder",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n)",
}


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; bring the names of new ones to the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that they outlast a power cut."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:  # one may write into it, but not look
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(descriptor)


@contextmanager
def _gathered(location: str, what: str) -> Iterator[IO[bytes]]:
    """A local file without a name, sent to `location` when the block ends without an error."""
    name, what = "the folder for temporary files (TMPDIR)", f"{what} for {location}"
    with ExitStack() as stack:
        with _refusals(name, what):
            gathered = stack.enter_context(tempfile.TemporaryFile(buffering=0))
            raw = stack.enter_context(_Output(os.dup(gathered.fileno()), "wb", name, what))
        file = io.BufferedWriter(raw, _BUFFER)
        yield file
        file.flush()
        wait_if_given_up()
        retried(location, lambda: _send(gathered, location), _ADVICE)


def _send(source: Any, location: str) -> None:
    system, inner = system_of(location)
    if not has_buckets(location):  # there it would make a bucket of a mistyped name
        system.makedirs(system._parent(inner), exist_ok=True)
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    target = system.open(inner, "wb")
    try:
        shutil.copyfileobj(source, target, _PART)
        target.close()
    except BaseException:
        _discard(target, system, inner)
        raise
    if size > _PART:  # a part whose answer was lost is sent again, and must not be there twice
        system.invalidate_cache()
        if (arrived := system.info(inner)["size"]) != size:
            system.rm_file(inner)
            raise OSError(f"{arrived} bytes arrived of {size}")


def _discard(target: Any, system: Any, inner: str) -> None:
    """Drop what was sent. fsspec would publish it: a file of its own that is closed, be it only
    when it is collected, appears under its name as far as it came."""
    with suppress(Exception):
        if isinstance(target, AbstractBufferedFile):
            target.discard()
        else:  # it was there from the beginning
            target.close()
            system.rm_file(inner)
    if isinstance(target, AbstractBufferedFile):
        target.closed = True
