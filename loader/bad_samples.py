"""Samples that can't be used: what stands in for them, and how many are too many.

A bad sample's place in the order is taken by another of the same shape. Which one depends on the
seed and the draw alone, so every number of ranks and workers, and every restore, gives the same.
First others of the same shard are tried, whose file is open; then others of the series anywhere, as
damage often comes in a run. The samples beside keep their places.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gyogwa.loader.index import StageIndex
from gyogwa.loader.order import ShardRows
from gyogwa.loader.settings import number
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of

TRIES = 16
"""Replacements tried for one draw."""
_IN_SHARD = 4
_TOLERATED = 8
"""Bad samples that never stop a loader, unless `max_bad_rate` is 0: few say little about a rate."""
_REMEMBERED = 1000
_NAMED = 3


class BadSample(NamedTuple):
    """A sample that couldn't be used: `shard` is where its file lies, `offset` is in bytes."""

    key: str
    shard: str
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.shard}: sample {self.key} at offset {self.offset}: {self.reason}"


def replacements(index: StageIndex, draw: int, seed: int) -> Iterator[int]:
    """Draws to show instead of `draw`, in the order they are to be tried: no row twice."""
    number = index.place(draw).shard
    shard = index.draws[number]
    series = [other for other in index.draws if other.series == shard.series]
    tried = {index.row(draw)}
    for attempt in range(TRIES):
        shards = [shard] if attempt < _IN_SHARD else series
        candidate = _picked(shards, int(hash_of("replacement", seed, draw, attempt)[:16], 16))
        row = index.row(candidate)
        if row not in tried:
            tried.add(row)
            yield candidate


def _picked(shards: Sequence[ShardRows], number: int) -> int:
    left = number % sum(shard.samples for shard in shards)
    for shard in shards:
        if left < shard.samples:
            return shard.first + left
        left -= shard.samples
    raise AssertionError("the number is below the sum")


class BadSamples:
    """The bad samples that one rank has met, against the draws it was given."""

    def __init__(self, max_rate: float) -> None:
        """Raises GyogwaError for a rate that isn't between 0 and 1."""
        if not 0 <= number("max_bad_rate", max_rate) <= 1:
            raise GyogwaError(f"max_bad_rate is {max_rate}; it must be between 0 and 1")
        self._max_rate = max_rate
        self.recent: deque[BadSample] = deque(maxlen=_REMEMBERED)
        self.count = self.draws = 0

    def add(self, draws: int, bad: Sequence[BadSample]) -> None:
        """Count a batch. Raises GyogwaError, naming the last ones, when bad ones are too many."""
        self.draws += draws
        self.count += len(bad)
        self.recent.extend(bad)
        tolerated = max(_TOLERATED, self._max_rate * self.draws) if self._max_rate else 0
        if bad and self.count > tolerated:
            named = "\n  ".join(str(sample) for sample in list(self.recent)[-_NAMED:])
            raise GyogwaError(
                f"{self.count} bad samples in {self.draws} draws, more than max_bad_rate "
                f"{self._max_rate:g} allows; the last ones:\n  {named}\n"
                "copy the shards again, build the stage again, or raise max_bad_rate"
            )
