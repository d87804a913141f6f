"""One process of a user at a time on this host, for what a store can't do in one step."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.files.retries import one_line

_FOLDER = "/tmp"
"""Which all processes of a host share, unlike TMPDIR: a program has one of its own there."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def alone_on_this_host(*what: str) -> Iterator[None]:
    """Wait until no other process of this user is in a block about the same; nothing is left behind
    but by a killed process, and that is in nobody's way.

    Raises GyogwaError where the lock file can't be made, or isn't this user's.
    """
    path = f"{_FOLDER}/gyogwa-{os.getuid()}-{hash_of(*what)[:16]}.lock"
    handle = _locked(path)
    try:
        yield
    finally:
        # first the name, while nobody else can be in: who waits for this file sees that it is gone
        if is_at(handle, path):
            with suppress(OSError):
                os.unlink(path)
        fcntl.flock(handle, fcntl.LOCK_UN)  # a forked child may have the handle as well
        os.close(handle)


def is_at(handle: int, path: str) -> bool:
    """Whether the open file is the one that has this name."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _locked(path: str) -> int:
    while True:
        try:
            handle = os.open(path, _FLAGS, 0o600)
        except OSError as error:  # a link, for one
            raise _refusal(path, one_line(error)) from error
        try:
            status = os.fstat(handle)
            if status.st_uid != os.getuid() or not stat.S_ISREG(status.st_mode):
                raise _refusal(path, "it isn't a file of this user's")
            fcntl.flock(handle, fcntl.LOCK_EX)
            if is_at(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # who had it before took it away


def _refusal(path: str, reason: str) -> GyogwaError:
    return GyogwaError(
        f"{path}: can't be locked ({reason}), which the lock of a run on an object store needs "
        f"when its holder has died; see who put it there, and that {_FOLDER} can be written to"
    )
