"""Rates of contenders that are measured in turn, so that a noisy machine troubles all alike."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping

WARM_UP = 16
"""Batches before the clock starts."""

Rate = Callable[[], float]
"""Runs one epoch; samples a second."""


def rate(sizes: Iterator[int]) -> float:
    """Samples a second between the first `WARM_UP` batches and the last one, so that starting and
    ending workers and memory used for the first time don't count: an epoch here takes seconds, in
    training hours.

    `sizes`: of the batches, as they come.
    """
    for _ in zip(range(WARM_UP), sizes, strict=False):
        pass
    started = ended = time.perf_counter()
    count = 0
    for size in sizes:
        ended = time.perf_counter()
        count += size
    return count / (ended - started)


def contest(rounds: int, contenders: Mapping[str, Rate]) -> dict[str, list[float]]:
    """What each contender measured in each round, all in turn within a round."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            gc.collect()  # or one pays for what another left
            rates[name].append(run())
    return rates


def medians(rates: Mapping[str, list[float]]) -> dict[str, float]:
    """The median of each contender's rounds."""
    return {name: round(statistics.median(found), 1) for name, found in rates.items()}


def ratio(some: list[float], others: list[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(some, others, strict=True))
