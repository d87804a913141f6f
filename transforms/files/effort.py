"""How long a process has worked on one thing, told so that a busy machine makes nobody late.

A limit by the clock says something of the machine: beside three others a process takes four times
as long. So what is limited is what a process computed; by the clock only how long it has stood
still, and as a last resort ten times the limit; neither tells anything within a few seconds, which
a process may wait for a crowded processor. Linux counts what was computed in hundredths of a
second (`man 5 proc`).
"""

import time
from contextlib import suppress

import psutil

_BY_THE_CLOCK = 10.0
_LEAST_BY_THE_CLOCK = 3.0  # seconds of a limit: with 12 processes a core some stood still for .2


class Effort:
    """Of a process, with all that it has started if it is asked for as a `family`, since this was
    made. Cost: .1 ms to ask, 2 ms for a family among a hundred processes."""

    def __init__(self, pid: int, family: bool = False) -> None:
        self._pid, self._family = pid, family
        self._before = self._seen = self._computed()
        self._began = self._moved = time.monotonic()

    def exceeds(self, seconds: float) -> bool:
        """Whether it has computed for longer than that, or done nothing for so long, or is at it
        for ten times as long; by the clock no limit is below `_LEAST_BY_THE_CLOCK`."""
        by_the_clock = max(seconds, _LEAST_BY_THE_CLOCK)
        now, computed = time.monotonic(), self._computed()
        if computed > self._seen:
            self._seen, self._moved = computed, now
        return (
            computed - self._before > seconds
            or now - self._moved > by_the_clock
            or now - self._began > _BY_THE_CLOCK * by_the_clock
        )

    def _computed(self) -> float:
        """Seconds; of those that have ended nothing, but of a process's own children."""
        found = 0.0
        with suppress(psutil.Error):
            process = psutil.Process(self._pid)
            for each in [process, *(process.children(recursive=True) if self._family else ())]:
                with suppress(psutil.Error):
                    times = each.cpu_times()
                    found += times.user + times.system
                    found += times.children_user + times.children_system if self._family else 0.0
        return found
