"""One writer at a time: a lock file that says who writes, on which host and since when.

On local disk the file is created exclusively and held with `flock`, which the kernel gives back
when the holder dies, in whatever way and in whatever container: a lock that nobody holds and whose
process is gone is taken over. On object stores it is created on the condition that it isn't there
(GCS and S3 have such a write). A lock of another host can't be judged from here; the error says
what to do.

Each claim has a token, and what lies there is a claim's own only where it bears that token: so a
write whose answer was lost is known again when the store then says that there is one already, and
nobody gives back what somebody else holds. A dead lock is taken away by one process of a user at a
time (see `host`). Stores delete without a condition, though: where two users of a host, or two
containers of one name, find the same dead lock in the same instant, both may take it.
"""

import fcntl
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TypeAlias

from gyogwa.pipelines.run_folder.host import alone_on_this_host, is_at
from gyogwa.pipelines.run_folder.marker import now
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.run import LockHolder
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.retries import Advice, retried
from gyogwa.transforms.files.storage import system_of

Tell: TypeAlias = Callable[[str], None]
Release: TypeAlias = Callable[[], None]

_WRITTEN = Advice(
    done="written", missing="there is no such bucket or folder; make it, or give another --output"
)
_TRIES = 3
"""To get what others give back or take away in the same instant."""


class Held(GyogwaError):
    """Somebody else holds the lock."""


@contextmanager
def holding(path: str, command: str, tell: Tell) -> Iterator[Release]:
    """Hold the lock at `path` while the block runs; gives what gives it back before. `tell` is told
    when a dead holder's lock is taken over. Raises Held at once when somebody else has it."""
    me = LockHolder(
        host=socket.gethostname(),
        pid=os.getpid(),
        process=_process(os.getpid()) or "",
        command=command,
        started=now(),
        token=uuid.uuid4().hex,
    )
    release = _take_object(path, me, tell) if is_url(path) else _take_file(path, me, tell)
    try:
        yield release
    finally:
        release()


def _take_file(path: str, me: LockHolder, tell: Tell) -> Release:
    handles = [_lock_file(path, me, tell)]

    def release() -> None:
        while handles:
            handle = handles.pop()
            with suppress(OSError):
                # a forked child that unwinds must not free its parent's lock
                if os.getpid() == me.pid and is_at(handle, path) and _is_of(me, _read(handle)):
                    os.unlink(path)
            os.close(handle)

    return release


def _lock_file(path: str, me: LockHolder, tell: Tell) -> int:
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
            created = True
        except FileExistsError:
            created = False
            try:
                handle = os.open(path, os.O_RDWR)
            except FileNotFoundError:  # given back in between
                continue
        try:
            locked = _flock(handle)
            if not is_at(handle, path):
                os.close(handle)
                continue
            holder = _parse(_read(handle))
            if locked is False:
                raise _held(path, holder)
            if holder is not None:
                if _may_live(holder):
                    raise _held(path, holder)
                tell(_taken_over(path, holder))
            elif not created and locked is None:
                raise _held(path, None)
            os.ftruncate(handle, 0)
            os.pwrite(handle, (me.model_dump_json() + "\n").encode(), 0)
            os.fsync(handle)
            return handle
        except BaseException:
            os.close(handle)
            raise


def _flock(handle: int) -> bool | None:
    """True: locked; False: somebody else has it; None: the file system has no such locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _read(handle: int) -> bytes:
    return os.pread(handle, 1 << 16, 0)


def _take_object(path: str, me: LockHolder, tell: Tell) -> Release:
    lock, dead = _Object(path, me), None
    for _ in range(_TRIES):
        found = lock.read() or lock.create()
        if not found:
            continue  # given back in between
        if _is_of(me, found):
            if dead is not None:
                tell(_taken_over(path, dead))
            return partial(lock.release, tell)
        dead = _parse(found)
        if dead is None or _may_live(dead):
            raise _held(path, dead)
        with alone_on_this_host(*lock.name):  # or the second takes away what the first wrote
            if lock.read() == found:
                remove(path)
    raise _held(path, None)


class _Object:
    """The lock as an object of a store. What fails is tried again, and then is a GyogwaError."""

    def __init__(self, path: str, me: LockHolder) -> None:
        self._path, self._me = path, me
        self._mine = (me.model_dump_json() + "\n").encode()

    @property
    def name(self) -> tuple[str, str]:
        """What store it is in, and where: the same however its address is written."""
        system, inner = system_of(self._path)
        return type(system).__name__, inner

    def read(self) -> bytes:
        """What lies there; nothing when there is none."""
        return retried(self._path, self._read, Advice())

    def create(self) -> bytes:
        """Write it unless there is one; what lies there then, and only that says whose it is."""
        retried(self._path, self._create, _WRITTEN)
        return self.read()

    def release(self, tell: Tell) -> None:
        """Take it away if it is this claim's. `tell` is told when that can't be done."""
        try:
            if os.getpid() == self._me.pid and _is_of(self._me, self.read()):
                remove(self._path)
        except GyogwaError as error:
            tell(f"{error}; the lock stays, which the next command on this host takes over")

    def _read(self) -> bytes:
        system, inner = system_of(self._path, fresh=True)
        try:
            return bytes(system.cat_file(inner))
        except FileNotFoundError:
            return b""

    def _create(self) -> None:
        system, inner = system_of(self._path)
        try:
            system.pipe_file(inner, self._mine, mode="create")
        except Exception:  # each store's client has its own for "there is one"
            if not self._read():
                raise


def _parse(data: bytes) -> LockHolder | None:
    try:
        return LockHolder.model_validate_json(data)
    except ValueError:
        return None


def _is_of(me: LockHolder, data: bytes) -> bool:
    holder = _parse(data)
    return holder is not None and holder.token == me.token


def _may_live(holder: LockHolder) -> bool:
    if holder.host != socket.gethostname():
        return True
    process = _process(holder.pid)
    return process is not None and (not holder.process or process == holder.process)


def _process(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; "" where that can't be known, None: no such."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return None if fields[0] in (b"Z", b"X") else fields[19].decode()
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return ""


def _held(path: str, holder: LockHolder | None) -> Held:
    if holder is None:
        return Held(
            f"{path}: another process is beginning to write here; if none is, delete that file"
        )
    who = f"gyogwa {holder.command} writes here: process {holder.pid} on {holder.host}"
    here = holder.host == socket.gethostname()
    what = "wait for it or stop it" if here else f"if it has ended without saying so, delete {path}"
    return Held(f"{path}: {who}, for {_ago(holder.started)}; {what}")


def _taken_over(path: str, holder: LockHolder) -> str:
    return (
        f"took over {path}: gyogwa {holder.command}, process {holder.pid} on this host, ended "
        f"without giving it back (it began {_ago(holder.started)} ago)"
    )


def _ago(started: datetime) -> str:
    seconds = max(0, int((now() - started).total_seconds()))
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
