"""One engine process as its owner sees it: started, given images, heard of again, ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import psutil

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.files.effort import Effort

_POLL_SECONDS = 0.2
_CHILD = "gyogwa.transforms.annotate.engines.child"
_OWN_FAULT = (
    signal.SIGSEGV,
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGILL,
    signal.SIGTRAP,
    signal.SIGSYS,
)
"""Signals that a process brings on itself. Others come from outside: from a person, or from the
system when memory runs out."""

# A child dies with the thread that started it (see `files.parent`), and Beam's threads end when
# they are idle; this one lasts as long as the process.
_starter = ThreadPoolExecutor(1, thread_name_prefix="gyogwa-engines")


@dataclass(frozen=True)
class Death:
    """How a process ended that nobody told to: its exit code, negative for a signal."""

    code: int

    @property
    def from_outside(self) -> bool:
        return self.code < 0 and -self.code not in _OWN_FAULT

    def __str__(self) -> str:
        if self.code >= 0:
            return f"exit code {self.code}"
        with suppress(ValueError):
            return f"signal {-self.code} ({signal.Signals(-self.code).name})"
        return f"signal {-self.code}"


class EngineProcess:
    """A child that loads the engine as soon as this is made. `index` is that of the image it has,
    None when it has none; `since` when it got it. `reading`: what it does to it, once it has its
    bytes."""

    def __init__(self, settings: EngineSettings) -> None:
        ours, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), str(os.getpid())]
        # -P: the working directory may hold a file of the same name as a module.
        self._process = _starter.submit(
            subprocess.Popen,
            [sys.executable, "-P", "-m", _CHILD, *arguments],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # engines print to it; the protocol has its own socket
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
        ).result()
        theirs.close()
        self.pipe = Connection(ours.detach())
        self._settings = settings
        self._loading = Effort(self.pid)
        self._ready = False
        self.fingerprint = ""
        self.index: int | None = None
        self.reading: Effort | None = None
        self.since = 0.0
        self.images = 0
        self._send(settings)

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def started(self, seconds: float) -> Death | None:
        """Wait until the engine is loaded, for so many seconds of computing; how the process ended
        meanwhile, if it did.

        Raises GyogwaError when the engine can't be loaded.
        """
        if self._ready:
            return None
        name = f"--ocr_engine {self._settings.name}"
        try:
            while not self.pipe.poll(_POLL_SECONDS):
                if self._loading.exceeds(seconds):
                    self.end()
                    raise GyogwaError(f"{name}: not loaded within {seconds:.0f} s of computing")
            word, text = self.pipe.recv()
        except (EOFError, OSError):
            return Death(self.end())
        if word != "ready":
            self.end()
            raise GyogwaError(text)
        self.fingerprint, self._ready = text, True
        return None

    def give(self, index: int, ref: ImageRef, sha256: str) -> None:
        """Have it read an image: `receive` says what became of it."""
        self.index, self.reading, self.since = index, None, time.monotonic()
        self.images += 1
        self._send((ref, sha256))

    def receive(self) -> tuple[str, Any] | Death:
        """What it says (see `child.Word`), or how it ended without saying anything."""
        try:
            word, value = self.pipe.recv()
        except (EOFError, OSError):
            return Death(self.end())
        if word == "fetched":
            self.reading = Effort(self.pid)
        return word, value

    def memory(self) -> int:
        """Resident bytes."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> int:
        """Stop the process; returns its exit code."""
        self.pipe.close()
        if self.alive:
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):  # it hangs in a read from a dead disk
            self._process.wait(10)
        return -signal.SIGKILL if self._process.returncode is None else self._process.returncode

    def _send(self, value: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has ended; `receive` says how
            self.pipe.send(value)
