"""How far a step is, while it lasts: how many of what are done, how fast, how long still.

Counts come from `files.progress`, and from what a runner elsewhere has gathered of them. A terminal
shows a bar; elsewhere a line is said now and then.
"""

import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from gyogwa.pipelines.running.log import report, tells_json
from gyogwa.pipelines.running.watching import current, name_of
from gyogwa.transforms.files import progress
from gyogwa.transforms.flow.measures import PROGRESS

_ASK_SECONDS = 15.0
"""Between questions to a runner elsewhere, which may cost a request to a paid service."""
_RATE_SECONDS = 60.0
"""Over which a rate is taken: what is known from labels goes fast, what OCR reads slowly."""
UNITS = {
    "list": ["list"],
    "ingest": ["ingest", "parts"],
    "annotate": ["annotate"],
    "assemble": ["pages", "pairs", "assemble"],
    "plan": ["pages", "pairs"],
}
"""What each step counts, in the order in which it happens."""
NAMES = {"list": "files", "ingest": "images", "annotate": "images", "assemble": "samples"}

console = Console(stderr=True)
_every = {"seconds": 30.0}
_remote: dict[str, int] = {}
_elsewhere = threading.Event()
"""Set while the step runs on a runner elsewhere."""


def set_interval(seconds: float) -> None:
    """How often a line is said where there is no terminal."""
    _every["seconds"] = seconds


@contextmanager
def following(result: Any) -> Iterator[None]:
    """Ask a runner elsewhere how far it is while the block waits for it."""
    stop = threading.Event()
    _elsewhere.set()

    def ask() -> None:
        while not stop.wait(_ASK_SECONDS):
            with suppress(Exception):  # a courtesy: what matters fails where it is waited for
                gather(result.metrics().query())

    threading.Thread(target=ask, daemon=True, name="progress elsewhere").start()
    try:
        yield
    finally:
        stop.set()


def gather(found: Any) -> None:
    """Keep what a runner elsewhere has counted by now, as Beam's `metrics().query()` gives it. Some
    tell nothing before the end, or never."""
    sums: dict[str, int] = {}
    for counter in found["counters"]:
        sums[name_of(counter)] = sums.get(name_of(counter), 0) + int(counter.result or 0)
    _remote.update(sums)


@contextmanager
def showing(what: str) -> Iterator[None]:
    """Show how far a step is while the block runs."""
    with tempfile.TemporaryDirectory(prefix="gyogwa-progress-") as folder, progress.share(folder):
        _remote.clear()
        _elsewhere.clear()
        shown = _Shown(what)
        stop = threading.Event()
        bar = Progress(
            BarColumn(20), TextColumn("{task.description}"), console=console, transient=True,
            disable=not console.is_terminal or tells_json(),
        )  # fmt: skip
        with bar:
            task = bar.add_task("")

            def follow() -> None:
                said = time.monotonic()
                while not stop.wait(0.2):
                    line = shown.line()
                    full, total_units = shown.share()
                    bar.update(task, description=line, completed=full, total=total_units)
                    if bar.disable and time.monotonic() - said >= _every["seconds"]:
                        said = time.monotonic()
                        report("progress", line, step=what, **shown.fields())

            thread = threading.Thread(target=follow, daemon=True)
            thread.start()
            try:
                yield
            finally:
                stop.set()
                thread.join()
                counted = shown.counts()
        unit = UNITS[what][-1] if what != "ingest" else "ingest"
        done, seconds = counted[unit][0], time.monotonic() - shown.began
        rest = {f"{unit}_done": n for unit, (n, _) in counted.items()}
        count = "" if shown.untold(counted) else f"{done:,} "
        text = f"{what:<9} {count}done in {seconds:.1f} s"
        report("step_done", text, step=what, seconds=round(seconds, 3), **rest)


class _Shown:
    """The units of one step, and how many of each were done in the last while."""

    def __init__(self, what: str) -> None:
        self.what, self.began = what, time.monotonic()
        self._recent: dict[str, deque[tuple[float, int]]] = {}

    def counts(self) -> dict[str, tuple[int, int]]:
        """Done and expected (0: not known) of each unit."""
        found = {}
        for unit in UNITS[self.what]:
            done = progress.done(unit) + _remote.get(f"{PROGRESS}/{unit}_done", 0)
            expected = progress.expected(unit) + _remote.get(f"{PROGRESS}/{unit}_expected", 0)
            if done:
                self._remember(unit, done)
            found[unit] = (done, expected)
        if watch := current():
            watch.progress.update(found)
        return found

    def _remember(self, unit: str, done: int) -> None:
        now = time.monotonic()
        recent = self._recent.setdefault(unit, deque([(now - 0.2, 0)]))
        recent.append((now, done))
        while now - recent[1][0] > _RATE_SECONDS:  # one stays from before
            recent.popleft()

    def fields(self) -> dict[str, object]:
        """The same for a machine: `done`, `expected`, `rate` a second and `seconds_left` of the
        unit under way."""
        counts = self.counts()
        found: dict[str, object] = {}
        for unit, (done, expected) in counts.items():
            found |= {f"{unit}_done": done, f"{unit}_expected": expected}
        if under_way := self._under_way(counts):
            unit, rate, left = under_way
            found |= {"unit": NAMES.get(unit, unit), "rate": round(rate, 3)}
            found |= {} if left is None else {"seconds_left": round(left)}
        return found

    def line(self) -> str:
        """The same for people."""
        counts, parts = self.counts(), []
        if self.untold(counts):
            return f"{self.what:<9} under way for {_span(time.monotonic() - self.began)}"
        under_way = self._under_way(counts)
        for unit, (done, expected) in counts.items():
            of = f" of {expected:,}" if expected else ""
            text = f"{done:,}{of} {NAMES.get(unit, unit)}"
            if under_way and under_way[0] == unit:
                _, rate, left = under_way
                text += f" ({rate:.3g} a second{'' if left is None else f', {_span(left)} left'})"
            parts.append(text)
        return f"{self.what:<9} {', '.join(parts)}"

    def untold(self, counts: dict[str, tuple[int, int]]) -> bool:
        """Whether nothing is known, as the runner has told nothing yet."""
        return _elsewhere.is_set() and not any(done for done, _ in counts.values())

    def share(self) -> tuple[int, int | None]:
        """How full a bar is: done, and of how many."""
        counts = self.counts()
        under_way = self._under_way(counts)
        done, expected = counts[under_way[0]] if under_way else (0, 0)
        return done, expected or None

    def _under_way(
        self, counts: dict[str, tuple[int, int]]
    ) -> tuple[str, float, float | None] | None:
        """The last unit that was begun and isn't done, how many a second of late, and how long it
        will still take."""
        begun = [unit for unit, (done, of) in counts.items() if done and not done >= of > 0]
        if not begun:
            return None
        done, expected = counts[begun[-1]]
        began, before = self._recent[begun[-1]][0]
        rate = (done - before) / max(time.monotonic() - began, 0.001)
        left = (expected - done) / rate if expected and rate else None
        return begun[-1], rate, left


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
