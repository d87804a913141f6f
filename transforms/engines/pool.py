"""A pool of engine processes with limits on time and memory for each image.

Every child reads one image at a time, so that a crash, a hang or a swelling costs that image and
nothing else; the child is replaced and the next image goes on. Children are also replaced after
`recycle_after` images, against slow leaks. Cost: one start of the engine a replacement.
"""

import atexit
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from threading import Lock

import psutil

from schemas.errors import GyogwaError
from schemas.records import ImageRef
from transforms.engines.protocol import EngineSettings
from transforms.engines.upright import PageText

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Limits:
    """For each image: seconds and resident bytes of the child; and images until it is replaced."""

    seconds: float = 120.0
    memory: int = 3_000_000_000
    recycle_after: int = 1000
    start_seconds: float = 120.0


@dataclass(frozen=True)
class Failure:
    """Why an image was not read: a rule, a sentence, the value and the limit it passed."""

    rule: str
    message: str
    value: str = ""
    threshold: str = ""


class _Child:
    """One engine process and its end of the socket."""

    def __init__(self, settings: EngineSettings, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "transforms.engines.child", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # engines print to it; the protocol has its own socket
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self.pipe = Connection(ours.detach())
        self._settings, self._limits = settings, limits
        self._ready = False
        self.fingerprint = ""
        self.busy: tuple[int, ImageRef] | None = None
        self.deadline = 0.0
        self.images = 0
        self.pipe.send(settings)

    def finish_start(self) -> None:
        """Wait until the engine is loaded. Raises GyogwaError when it can't be."""
        if self._ready:
            return
        word, text = "unusable", ""
        try:
            if self.pipe.poll(self._limits.start_seconds):
                word, text = self.pipe.recv()
        except (EOFError, OSError):
            text = f"--ocr_engine {self._settings.name}: ended while loading"
        if word != "ready":
            self.end()
            raise GyogwaError(
                text
                or f"--ocr_engine {self._settings.name}: not loaded within "
                f"{self._limits.start_seconds:.0f} s"
            )
        self.fingerprint = text
        self._ready = True

    def give(self, index: int, ref: ImageRef) -> None:
        self.finish_start()
        self.busy = (index, ref)
        self.images += 1
        self.deadline = time.monotonic() + self._limits.seconds
        self.pipe.send(ref)

    def memory(self) -> int:
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> int:
        """Stop the process; returns its exit code."""
        self.pipe.close()
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()


class EnginePool:
    """`processes` children of one engine. Use from one thread at a time; close when done."""

    def __init__(self, settings: EngineSettings, processes: int, limits: Limits) -> None:
        self._settings, self._limits = settings, limits
        self.processes = processes
        self._children = [_Child(settings, limits) for _ in range(processes)]
        try:
            for child in self._children:
                child.finish_start()
        except GyogwaError:
            self.close()
            raise
        self.fingerprint = self._children[0].fingerprint

    def read_all(self, refs: Iterable[ImageRef]) -> Iterator[tuple[int, PageText | Failure]]:
        """(position in `refs`, what was read or why nothing was), as they come in, each once."""
        waiting = deque(enumerate(refs))
        idle = deque(self._children)
        try:
            while waiting or len(idle) < len(self._children):
                while waiting and idle:
                    child = self._fresh(idle.popleft())
                    child.give(*waiting.popleft())
                busy = [child for child in self._children if child.busy]
                answered = wait([child.pipe for child in busy], timeout=_POLL_SECONDS)
                for child in busy:
                    outcome = self._outcome(child, child.pipe in answered)
                    if outcome is None:
                        continue
                    assert child.busy is not None
                    index, child.busy = child.busy[0], None
                    idle.append(child if child.process.poll() is None else self._replace(child))
                    yield index, outcome
        finally:
            # whoever stopped listening leaves children with answers that nobody asked for
            for child in [child for child in self._children if child.busy]:
                child.end()
                self._replace(child)

    def close(self) -> None:
        """End all children."""
        for child in self._children:
            child.end()

    def _outcome(self, child: _Child, answered: bool) -> PageText | Failure | None:
        """What became of the child's image; None while it is still being read."""
        if answered:
            try:
                kind, value = child.pipe.recv()
            except (EOFError, OSError):
                code = child.end()
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                return Failure("ocr_crash", f"the engine's process died with {how}", str(code))
            return value if kind == "text" else Failure(kind, str(value))
        memory = child.memory()
        if memory > self._limits.memory:
            child.end()
            return Failure(
                "ocr_memory",
                "the engine took too much memory on this image",
                str(memory),
                str(self._limits.memory),
            )
        if time.monotonic() > child.deadline:
            child.end()
            limit = f"{self._limits.seconds:g}"
            return Failure("ocr_timeout", f"not read within {limit} s", limit, limit)
        return None

    def _fresh(self, child: _Child) -> _Child:
        if child.images < self._limits.recycle_after and child.process.poll() is None:
            return child
        child.end()
        return self._replace(child)

    def _replace(self, child: _Child) -> _Child:
        place = self._children.index(child)
        self._children[place] = _Child(self._settings, self._limits)
        return self._children[place]


_pools: dict[str, EnginePool] = {}
_lock = Lock()


@contextmanager
def pool_for(settings: EngineSettings, processes: int, limits: Limits) -> Iterator[EnginePool]:
    """This process's pool for these settings, for one thread at a time; ended with the process."""
    with _lock:
        key = repr((settings, processes, limits))
        if key not in _pools:
            close_pools()
            _pools[key] = EnginePool(settings, processes, limits)
        yield _pools[key]


@atexit.register
def close_pools() -> None:
    """End all engine processes of this process."""
    while _pools:
        _pools.popitem()[1].close()
