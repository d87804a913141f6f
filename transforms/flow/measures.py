"""What steps count and measure in Beam's metrics, which every runner gathers from its workers.

A counter is named after the step and what it counts; a distribution (count, sum, least, most) after
the step, what it measures and the unit. Cost: about 4 µs each.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from apache_beam.metrics import Metrics

from gyogwa.transforms.files import progress

PROGRESS = "progress"
"""The namespace of the counters that say how far a run is."""

_counter = cache(Metrics.counter)  # making one costs ten times as much as using it
_distribution = cache(Metrics.distribution)


def count(step: str, what: str, by: int = 1) -> None:
    """Add to a counter."""
    _counter(step, what).inc(by)


def measure(step: str, what: str, value: float) -> None:
    """Add a value, to the whole unit, to a distribution."""
    _distribution(step, what).update(round(value))


@contextmanager
def timed(step: str, what: str) -> Iterator[None]:
    """Add how long the block takes to the distribution `WHAT_milliseconds`."""
    began = time.perf_counter()
    yield
    measure(step, f"{what}_milliseconds", 1000 * (time.perf_counter() - began))


def advance(what: str, by: int = 1) -> None:
    """Count `by` more of a unit of `files.progress` as done, for whoever watches, near or far."""
    progress.advance(what, by)
    count(PROGRESS, f"{what}_done", by)


def expect(what: str, by: int = 1) -> None:
    """The same of what is to be done."""
    progress.expect(what, by)
    count(PROGRESS, f"{what}_expected", by)
