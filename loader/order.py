"""The order of an epoch: a pure function from (shards, seed, epoch) and a position to a row.

Nothing is drawn and nothing is stored per sample, so any position of any epoch is found at once,
by any process. The epoch is cut into segments of `window` shards' worth of samples:

1. Within each series (the shards of one shape), shards stand in an order shuffled by the epoch, and
   the samples within each shard are permuted. That gives one sequence a series.
2. Sample r of a series of n falls at time (r + 1/2) / n, and segment s takes the times from s / T
   to (s + 1) / T. So every segment holds the stage's own mixture of series, to within one sample
   each, however rare a series is and though each lies in its own shards.
3. Within a segment all samples are permuted.

Permutations are keyed Feistel networks with cycle walking (Black and Rogaway, "Ciphers with
Arbitrary Finite Domains", 2002): at most two walks are expected a sample.

Cost: memory of a few integers a shard; 6 microseconds a position in batches of 256 on one core,
under one in bulk; 2 seconds to begin an epoch of a million shards.
Reads: a segment touches about `window` shards, and at most two more a series.
Quality: a sample mixes with those of its own segment only, and which shards share a segment changes
with the epoch. One segment (a stage of up to `window` shards) is a shuffle of everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.ids import hash_of

ORDER_VERSION = 1
"""Rises whenever the same settings would give another order; a state of another one is refused."""

Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]

_ROUNDS = 8
_SHARDS, _INSIDE_SHARD, _SEGMENT = 1, 2, 3


def _mix(x: Bits) -> Bits:
    """The finaliser of splitmix64 (Steele, Lea and Flood, 2014): a bijection of 64 bits."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Bits = x ^ (x >> np.uint64(31))
    return mixed


def _feistel(x: Bits, bits: Bits, key: Bits) -> Bits:
    low_bits = bits >> np.uint64(1)
    high_bits = bits - low_bits
    one = np.uint64(1)
    low_mask, high_mask = (one << low_bits) - one, (one << high_bits) - one
    low, high = x & low_mask, x >> low_bits
    for number in range(_ROUNDS):
        round_key = _mix(key + np.uint64(number))
        if number % 2:
            high = high ^ (_mix(low ^ round_key) & high_mask)
        else:
            low = low ^ (_mix(high ^ round_key) & low_mask)
    joined: Bits = (high << low_bits) | low
    return joined


def permute(ranks: Integers, sizes: Integers, keys: Bits) -> Integers:
    """For each element the place of `rank` in the permutation of `size` ranks chosen by `key`.

    All three have the same shape [n], with 0 <= rank < size < 2**53.
    """
    # frexp's exponent of an integer is its bit length.
    bits = np.maximum(np.frexp((sizes - 1).astype(np.float64))[1], 2).astype(np.uint64)
    result = ranks.astype(np.uint64)
    limits = sizes.astype(np.uint64)
    walking = np.arange(len(result))
    while len(walking):
        stepped = _feistel(result[walking], bits[walking], keys[walking])
        result[walking] = stepped
        walking = walking[stepped >= limits[walking]]
    return result.astype(np.int64)


@dataclass(frozen=True)
class ShardRows:
    """A shard as the order sees it: its samples are the index's rows `first` to `first + samples`.

    Rows of one shard stand together; `series` names the shape of its samples.
    """

    series: str
    first: int
    samples: int


class Order:
    """A permutation of a stage's rows, fixed by its shards, the seed, the epoch and the window.

    Without `shuffle`, the rows in the manifest's order, the same in every epoch.
    """

    def __init__(
        self, shards: Sequence[ShardRows], *, seed: int, epoch: int, window: int, shuffle: bool
    ) -> None:
        self.samples = sum(shard.samples for shard in shards)
        self._shuffle = shuffle
        # An array of one, because NumPy warns where a scalar wraps around, as hashing wants it to.
        self._key = np.array(
            [int(hash_of("order", ORDER_VERSION, seed, epoch)[:16], 16)], dtype=np.uint64
        )
        names = sorted({shard.series for shard in shards}) if shuffle else [""]
        self._first, self._start, self._number = [], [], []
        for name in names:
            numbers = [i for i, shard in enumerate(shards) if not shuffle or shard.series == name]
            shuffled = self._in_epoch_order(np.array(numbers, dtype=np.int64))
            sizes = np.array([shards[i].samples for i in shuffled], dtype=np.int64)
            self._number.append(shuffled)
            self._first.append(np.array([shards[i].first for i in shuffled], dtype=np.int64))
            self._start.append(np.concatenate([[0], np.cumsum(sizes)]))
        self._totals = [int(start[-1]) for start in self._start]
        # Whole shards' worth: ever smaller segments would still open every series' shards.
        self.segments = max(1, round(len(shards) / window)) if shuffle else 1
        numbers_of_segments = np.arange(self.segments + 1, dtype=np.int64)
        self._bounds = np.zeros(self.segments + 1, dtype=np.int64)
        for series in range(len(names)):
            self._bounds += self._before(series, numbers_of_segments)

    def rows(self, positions: Integers) -> Integers:
        """The index rows at the given positions of the epoch. Both [n], 0 <= each < samples."""
        segments = np.searchsorted(self._bounds, positions, side="right") - 1
        within = positions - self._bounds[segments]
        if self._shuffle:
            sizes = self._bounds[segments + 1] - self._bounds[segments]
            within = permute(within, sizes, self._keys(_SEGMENT, segments))
        rows = np.empty_like(within)
        for series in range(len(self._totals)):
            before = self._before(series, segments)
            taken = self._before(series, segments + 1) - before
            mine = (within >= 0) & (within < taken)
            rows[mine] = self._row_in_series(series, (before + within)[mine])
            # What is left counts from the next series' first sample; negative: already placed.
            within = within - np.where(within >= 0, taken, 0)
        return rows

    def _before(self, series: int, segments: Integers) -> Integers:
        """How many samples of a series stand before each segment: (r + 1/2) / n < s / T."""
        total, parts = self._totals[series], self.segments
        before: Integers = (2 * total * segments + parts - 1) // (2 * parts)
        return before

    def _row_in_series(self, series: int, ranks: Integers) -> Integers:
        start = self._start[series]
        shard = np.searchsorted(start, ranks, side="right") - 1
        within = ranks - start[shard]
        if self._shuffle:
            keys = self._keys(_INSIDE_SHARD, self._number[series][shard])
            within = permute(within, start[shard + 1] - start[shard], keys)
        rows: Integers = self._first[series][shard] + within
        return rows

    def _in_epoch_order(self, numbers: Integers) -> Integers:
        if not self._shuffle:
            return numbers
        return numbers[np.argsort(self._keys(_SHARDS, numbers), kind="stable")]

    def _keys(self, purpose: int, numbers: Integers) -> Bits:
        base = _mix(self._key ^ np.uint64(purpose))
        return _mix(base ^ numbers.astype(np.uint64))
