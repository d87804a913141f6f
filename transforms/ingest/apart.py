"""Parts read in a process of their own, so that a crash, a hang or a swelling costs what caused it.

The process tells when each row is done, so the one that it dies on is known: an image file, a page
of a document, or a whole table or archive, whose rows can't be left out. That becomes a reject, and
the part is read again without it. A process that was killed from outside is no fault of the file:
after three times the run ends. Cost: one start, some two seconds, in each worker; the rows of a
part once more through a pipe.
"""

import atexit
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil
from msgspec.structs import replace

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.effort import Effort
from gyogwa.transforms.files.progress import FOLDER
from gyogwa.transforms.flow.measures import advance
from gyogwa.transforms.ingest.catalog import Outcome, read_part
from gyogwa.transforms.ingest.raw import SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources.registry import FORMATS

_CHILD = "gyogwa.transforms.ingest.apart_child"
_POLL_SECONDS = 0.02
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_DISTURBANCES = 3
_FAILURES = 3
"""Of pages of one part, before the rest of the document isn't tried."""
_KEPT = 300_000_000
"""Bytes above the base with which a process is used again."""

# A child dies with the thread that started it (see `files.parent`): this one lasts.
_starter = ThreadPoolExecutor(1, thread_name_prefix="gyogwa-ingest")


@dataclass(frozen=True)
class Limits:
    """For each image, page or row: seconds of computing (`files.effort`), and resident bytes above
    those of the process before it read anything."""

    seconds: float = 50.0
    memory: int = 1_000_000_000


class _Reader:
    """A child that reads parts."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = _starter.submit(
            subprocess.Popen,
            [sys.executable, "-P", "-m", _CHILD, str(theirs.fileno()), str(os.getpid())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={name: os.environ[name] for name in os.environ if name != FOLDER},  # counts here
        ).result()
        theirs.close()
        self.pipe = Connection(ours.detach())
        self.base = 0

    def read(
        self, part: SourcePart, layout: RunLayout, limits: Limits
    ) -> "Outcome | tuple[int, BadImage]":
        """What was read; or how many rows were done when it was over, and why. Raises
        ChildProcessError where that came from outside."""
        done = 0
        try:
            if not self.base:
                self.pipe.recv()
                self.base = self.memory()
            self.pipe.send((part, layout))
            effort, held = Effort(self._process.pid), self.memory()
            while True:
                if not self.pipe.poll(_POLL_SECONDS):
                    if bad := self._over(limits, effort, held):
                        self.end()
                        return done, bad
                    continue
                word, value = self.pipe.recv()
                if word == "outcome":
                    outcome: Outcome = value
                    return outcome
                if word == "raised":
                    raise value
                done, effort, held = done + 1, Effort(self._process.pid), self.memory()
                advance("ingest")
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            code = self.end()
            if -code in _FROM_OUTSIDE or code >= 0:
                raise ChildProcessError(f"exit code {code}") from error
            name = signal.Signals(-code).name
            return done, BadImage("decoding_crash", f"its decoder died with {name}", str(code))

    def memory(self) -> int:
        """Resident bytes; 0 when it has ended."""
        with suppress(psutil.Error):
            return int(psutil.Process(self._process.pid).memory_info().rss)
        return 0

    def _over(self, limits: Limits, effort: Effort, held: int) -> BadImage | None:
        """Why a row that has cost this effort, and was begun with `held` bytes, is too much."""
        memory = self.memory()
        if memory - held > limits.memory or memory - self.base > limits.memory + _KEPT:
            message = "it takes too much memory; --ingest_memory_mb allows more"
            return BadImage("decoding_memory", message, "", str(limits.memory))
        if effort.exceeds(limits.seconds):
            limit = f"{limits.seconds:g}"
            message = f"not read within {limit} s of computing"
            return BadImage("decoding_timeout", message, limit, limit)
        return None

    def end(self) -> int:
        """Stop the process; returns its exit code."""
        self.pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        if self._process.poll() is None:
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        return -signal.SIGKILL if self._process.returncode is None else self._process.returncode


_idle: list[_Reader] = []


def read_apart(part: SourcePart, layout: RunLayout, limits: Limits) -> Outcome:
    """As `catalog.read_part`, within limits."""
    if any(path.startswith("memory:") for path in (layout.root, *(e.path for e in part.entries))):
        return read_part(part, layout)  # which no other process sees
    rejects: list[Reject] = []
    disturbances = 0
    while part.entries:
        reader = _idle.pop() if _idle else _Reader()
        try:
            outcome = reader.read(part, layout, limits)
        except ChildProcessError as error:
            disturbances += 1
            if disturbances == _DISTURBANCES:
                raise GyogwaError(
                    f"ingest: the process that reads {part.entries[0].uri} was killed "
                    f"{_DISTURBANCES} times, with {error}; see what ends it, then run again"
                ) from error
            continue
        except BaseException:
            reader.end()
            raise
        if isinstance(outcome, Outcome):
            _put_back(reader)
            return _with(outcome, rejects)
        done, bad = outcome
        entries, reject = _without(part, done, bad, len(rejects) + 1 >= _FAILURES)
        part = replace(part, entries=entries)
        rejects.append(reject)
    return _with(Outcome(), rejects)


def _put_back(reader: _Reader) -> None:
    if reader.memory() - reader.base < _KEPT:
        _idle.append(reader)
    else:
        reader.end()


def _with(outcome: Outcome, rejects: list[Reject]) -> Outcome:
    for reject in rejects:
        outcome.seen[reject.unit] += 1
        outcome.rejects.append(reject)
    return outcome


def _without(
    part: SourcePart, done: int, bad: BadImage, give_up: bool
) -> tuple[list[SourceFile], Reject]:
    """The entries of a part but for what it failed on after `done` rows, and the reject of that."""
    form = FORMATS[part.kind]
    if form.together:
        culprit = part.entries[min(done, len(part.entries) - 1)]
        entries = [entry for entry in part.entries if entry is not culprit]
        return entries, reject_of(culprit.uri, "rows", bad, part.source)
    uri = part.entries[0].uri
    if form.pages is None or give_up:
        return [], reject_of(uri, "files", bad, part.source)
    pages = [(entry, page) for entry in part.entries for page in range(entry.first, entry.last)]
    _, page = pages[min(done, len(pages) - 1)]
    entries = [rest for entry in part.entries for rest in _around(entry, page)]
    return entries, reject_of(f"{uri}#page={page + 1}", "images", bad, part.source)


def _around(entry: SourceFile, page: int) -> Iterator[SourceFile]:
    """A run of pages without one of them."""
    if not entry.first <= page < entry.last:
        yield entry
        return
    if entry.first < page:
        yield replace(entry, last=page)
    if page + 1 < entry.last:
        yield replace(entry, first=page + 1)


@atexit.register
def close_readers() -> None:
    """End the processes that wait for more to read. Others take their place, with the environment
    as it is then."""
    while _idle:
        _idle.pop().end()
