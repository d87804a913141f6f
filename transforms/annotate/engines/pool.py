"""A pool of engine processes with limits on time and memory for each image.

Every process reads one image at a time, so that a crash, a hang or a swelling costs that image and
nothing else; the process is replaced and the next image goes on. Processes are also replaced after
`recycle_after` images, against slow leaks. Cost: one start of the engine a replacement.

What is said of an image must be the image's fault. The limits set here are, and so is an engine
that fails on it twice, the second time in a new process. A process that was killed from outside, a
file that can't be read, an engine that can't be started again are not: the image is given to
another process, and in the end the run ends, with nothing stored.
"""

import atexit
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from threading import Lock

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import ReadingRule
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.annotate.engines.page_text import PageText
from gyogwa.transforms.annotate.engines.process import Death, EngineProcess
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.files.locations import redacted

_POLL_SECONDS = 0.05
_FAILURES = 2
"""So often an engine fails on an image before that is the image's fault."""
_DISTURBANCES = 3
"""So often the system fails an image, or a start of the engine, before the run ends."""
_MEMORY = "see what ends it (where memory runs out, lower --ocr_processes or --ocr_memory_mb)"


@dataclass(frozen=True)
class Limits:
    """For each image: seconds that reading may compute (`files.effort`), and resident bytes of the
    process; and images until it is replaced. `start_seconds` are what the engine may compute while
    it loads, `fetch_seconds` by the clock how long an image's bytes may take to come."""

    seconds: float = 120.0
    memory: int = 3_000_000_000
    recycle_after: int = 1000
    start_seconds: float = 120.0
    fetch_seconds: float = 600.0


@dataclass(frozen=True)
class ReadFailure:
    """Why an image was not read: a rule, a sentence, the value and the limit it passed."""

    rule: ReadingRule
    message: str
    value: str = ""
    threshold: str = ""


Asked = tuple[ImageRef, str]
"""Where an image is, and the SHA-256 of its bytes."""


class EnginePool:
    """Up to `processes` children of one engine: the first tells what the engine is, and others come
    when there is as much to read. Use from one thread at a time; close when done."""

    def __init__(self, settings: EngineSettings, processes: int, limits: Limits) -> None:
        """Raises GyogwaError when the engine can't be loaded."""
        self._settings, self._limits = settings, limits
        self.processes = processes
        self.fingerprint = ""
        self._children = [EngineProcess(settings)]
        try:
            self._start(0)
        except BaseException:
            self.close()
            raise

    def read_all(self, images: Iterable[Asked]) -> Iterator[tuple[int, PageText | ReadFailure]]:
        """(position in `images`, what was read or why nothing was), as they come in, each once.

        Raises GyogwaError when an image isn't the one asked for, or can't be read for reasons that
        aren't its own.
        """
        asked = list(images)
        trials = _Trials(asked)
        while len(self._children) < min(self.processes, len(asked)):
            self._children.append(EngineProcess(self._settings))  # they load side by side
        processes = len(self._children)
        waiting, idle = deque(range(len(asked))), deque(range(processes))
        try:
            while waiting or len(idle) < processes:
                while waiting and idle:
                    index = waiting.popleft()
                    self._ready(idle.popleft()).give(index, *asked[index])
                busy = [place for place in range(processes) if place not in idle]
                answered = wait([self._children[p].pipe for p in busy], timeout=_POLL_SECONDS)
                for place in busy:
                    child = self._children[place]
                    outcome = self._outcome(child, child.pipe in answered, trials)
                    if outcome is None:
                        continue
                    assert child.index is not None
                    index, child.index = child.index, None
                    idle.append(place)
                    if not child.alive:  # loads while others read
                        self._children[place] = EngineProcess(self._settings)
                    if isinstance(outcome, _Again):
                        waiting.appendleft(index)
                    else:
                        yield index, outcome
        finally:
            # whoever stopped listening leaves children with answers that nobody asked for
            for child in self._children:
                if child.index is not None:
                    child.index = None
                    child.end()

    def close(self) -> None:
        """End all children."""
        for child in self._children:
            child.end()

    def _outcome(
        self, child: EngineProcess, answered: bool, trials: "_Trials"
    ) -> "PageText | ReadFailure | _Again | None":
        """What became of the child's image; None while it is still being read."""
        assert child.index is not None
        if not answered:
            return self._over_limit(child, trials.name(child.index))
        said = child.receive()
        if isinstance(said, Death):
            if said.from_outside:
                return trials.disturbed(child.index, f"the OCR process was killed by {said}")
            message = f"the engine's process died with {said}"
            return trials.failed(child.index, ReadFailure("ocr_crash", message, str(said.code)))
        word, value = said
        if word == "fetched":
            return None
        if word == "text":
            text: PageText = value
            return text
        if word == "fact":
            return ReadFailure(*value)
        if word == "stop":
            raise GyogwaError(value)
        child.end()  # what failed once is not relied upon
        if word == "doubt":
            return trials.failed(child.index, ReadFailure(*value))
        return trials.disturbed(child.index, f"the OCR engine failed with {value}")

    def _over_limit(self, child: EngineProcess, name: str) -> ReadFailure | None:
        memory, limits = child.memory(), self._limits
        if memory > limits.memory:
            child.end()
            message = "the engine took too much memory on this image"
            return ReadFailure("ocr_memory", message, str(memory), str(limits.memory))
        if child.reading is not None and child.reading.exceeds(limits.seconds):
            child.end()
            limit = f"{limits.seconds:g}"
            message = f"not read within {limit} s of computing"
            return ReadFailure("ocr_timeout", message, limit, limit)
        if child.reading is None and time.monotonic() - child.since > limits.fetch_seconds:
            raise GyogwaError(
                f"{name}: its bytes didn't come within {limits.fetch_seconds:g} s; check the disk "
                "or the store, then run again"
            )
        return None

    def _ready(self, place: int) -> EngineProcess:
        """The child at a place, which can read at once."""
        child = self._children[place]
        if not child.alive or child.images >= self._limits.recycle_after:
            child.end()
            self._children[place] = EngineProcess(self._settings)
        return self._start(place)

    def _start(self, place: int) -> EngineProcess:
        """Wait for the child at a place to be loaded, or for another one if it is killed."""
        name = f"--ocr_engine {self._settings.name}"
        child, deaths = self._children[place], 0
        while (death := child.started(self._limits.start_seconds)) is not None:
            deaths += 1
            if deaths == _DISTURBANCES or not death.from_outside:
                raise GyogwaError(f"{name}: ended while loading, with {death}; {_MEMORY}")
            child = self._children[place] = EngineProcess(self._settings)
        self.fingerprint = self.fingerprint or child.fingerprint
        if child.fingerprint != self.fingerprint:
            child.end()
            raise GyogwaError(
                f"{name}: its software or weights changed while it was in use; run again"
            )
        return child


class _Again:
    """The image is to be read once more."""


class _Trials:
    """How often each image was tried, and what that says."""

    def __init__(self, asked: list[Asked]) -> None:
        self._asked = asked
        self._failures: Counter[int] = Counter()
        self._disturbances: Counter[int] = Counter()

    def name(self, index: int) -> str:
        return redacted(self._asked[index][0].path)

    def failed(self, index: int, failure: ReadFailure) -> ReadFailure | _Again:
        """The engine failed on it."""
        self._failures[index] += 1
        return failure if self._failures[index] == _FAILURES else _Again()

    def disturbed(self, index: int, how: str) -> _Again:
        """The system failed it. Raises GyogwaError when that happened too often."""
        self._disturbances[index] += 1
        if self._disturbances[index] < _DISTURBANCES:
            return _Again()
        raise GyogwaError(
            f"{self.name(index)}: {how} while it was read, {_DISTURBANCES} times; "
            f"nothing is stored about it: {_MEMORY}, then run again"
        )


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
