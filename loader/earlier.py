"""The rest of an epoch that began before samples of its stage were forgotten.

A state from before stands at a position of the order that the stage had then. That order is drawn
again, from what the manifest keeps of it; the draws that are gone are left out, the others are
where they lie now. So the rest of the epoch is what it would have been, minus exactly those. The
next epoch is in the stage's present order.
"""

import numpy as np

from gyogwa.loader.order import Integers, Order, ShardRows
from gyogwa.schemas.manifest import Earlier


class EarlierOrder:
    """An epoch in an earlier order. `samples`: of its draws those that are still there; `rows`
    gives, for positions among these, the draws as the index numbers them now."""

    def __init__(
        self, earlier: Earlier, *, seed: int, epoch: int, window: int, shuffle: bool
    ) -> None:
        shards = [ShardRows(shard.series, shard.first, shard.draws) for shard in earlier.shards]
        order = Order(shards, seed=seed, epoch=epoch, window=window, shuffle=shuffle)
        there = np.ones(order.samples, dtype=bool)
        there[np.array(earlier.gone, dtype=np.int64)] = False
        draws = order.rows(np.arange(order.samples, dtype=np.int64))
        self._positions = np.flatnonzero(there[draws])
        self._draws = (np.cumsum(there) - 1)[draws[self._positions]].astype(np.int64)
        self._all = order.samples
        self.samples = len(self._positions)

    def rows(self, positions: Integers) -> Integers:
        """The draws at positions [n] of what is left."""
        found: Integers = self._draws[positions]
        return found

    def left_from(self, consumed: int) -> int:
        """The position among what is left at which an epoch goes on that had consumed so many."""
        return int(np.searchsorted(self._positions, consumed))

    def consumed(self, position: int) -> int:
        """How many of the epoch's draws are consumed, the gone ones too, at a position of what is
        left: what a state says."""
        return int(self._positions[position]) if position < self.samples else self._all
