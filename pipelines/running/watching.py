"""What a phase of a run takes while it lasts: time, memory, and what Beam's metrics say of it.

One thread a phase looks twice a second at this process and those below it. What it found goes to
`run.json` and to the metrics file.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from gyogwa.pipelines.running import exposition
from gyogwa.pipelines.running.log import CONTEXT
from gyogwa.transforms.flow.measures import PROGRESS

_LOOK_SECONDS = 0.5
SHUFFLED = "shuffled_bytes"
_phases: list["Watch"] = []


@dataclass
class Watch:
    """A phase: `seconds`, `cpu_seconds` and `memory_bytes` (the most at once, resident) of this
    process and all below it; Beam's counters and distributions (count, sum, least, most)."""

    name: str
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    distributions: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    _cpu: dict[tuple[int, float], tuple[float, float]] = field(default_factory=dict)

    def look(self) -> None:
        """See how much time and memory has been used by now."""
        self.seconds = time.monotonic() - self.began
        memory, first_look = 0, not self._cpu
        with suppress(psutil.Error):
            this = psutil.Process()
            for process in [this, *this.children(recursive=True)]:
                with suppress(psutil.Error):  # it has ended
                    times = process.cpu_times()
                    used, key = times.user + times.system, (process.pid, process.create_time())
                    before = used if first_look else 0.0
                    self._cpu[key] = (self._cpu.get(key, (before, used))[0], used)
                    memory += process.memory_info().rss
        self.memory_bytes = max(self.memory_bytes, memory)
        self.cpu_seconds = sum(last - first for first, last in self._cpu.values())


def current() -> Watch | None:
    """The phase that goes on."""
    return _phases[-1] if _phases else None


@contextmanager
def watched(name: str) -> Iterator[Watch]:
    """Watch a phase while the block runs."""
    watch = Watch(name)
    _phases.append(watch)
    before, CONTEXT["phase"] = CONTEXT.get("phase"), name
    exposition.PHASES[name] = watch
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(_LOOK_SECONDS):
            watch.look()
            exposition.refresh()

    watch.look()
    thread = threading.Thread(target=follow, daemon=True, name="watch")
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()
        watch.look()
        _phases.remove(watch)
        CONTEXT.pop("phase", None)
        if before is not None:
            CONTEXT["phase"] = before
        exposition.refresh(now=True)


def note(found: Any) -> None:
    """Keep a finished pipeline's metrics, as Beam's `result.metrics().query()` gives them: one of
    each name for every step that has it."""
    for watch in _phases[-1:]:
        for counter in found["counters"]:
            name = name_of(counter)
            if not name.startswith(f"{PROGRESS}/"):
                watch.counters[name] = watch.counters.get(name, 0) + int(counter.result or 0)
        for distribution in found["distributions"]:
            data, name = distribution.result, name_of(distribution)
            if data is not None and data.count:
                new = (int(data.count), int(data.sum), int(data.min), int(data.max))
                old = watch.distributions.get(name, (0, 0, new[2], new[3]))
                sums = (old[0] + new[0], old[1] + new[1])
                watch.distributions[name] = (*sums, min(old[2], new[2]), max(old[3], new[3]))


def note_shuffled(steps: Mapping[str, int]) -> None:
    """Keep how many bytes each step of a pipeline here brought together by key."""
    for watch in _phases[-1:]:
        for step, size in steps.items():
            name = f"{SHUFFLED}/{step}"
            watch.counters[name] = watch.counters.get(name, 0) + size


def name_of(metric: Any) -> str:
    """A metric as step/what."""
    return f"{metric.key.metric.namespace}/{metric.key.metric.name}"
