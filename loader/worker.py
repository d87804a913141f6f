"""What a worker does: takes its batches of the plan, reads ahead, and makes samples of bytes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from loader.bad_samples import TRIES, BadSample, replacements
from loader.batch import Batch, Description, described
from loader.decode import BadPixels
from loader.index import Place, StageIndex
from loader.memory import Arena, Memory, OwnSlabs, SharedSlabs
from loader.order import Integers, Order
from loader.plan import Batches
from loader.ranges import DEPTH
from loader.sample import BadMembers, Sample, parse_sample
from loader.shards import CorruptRange, Shards
from loader.view import Viewer
from schemas.errors import GyogwaError

_LOOKED_UP = 1024
"""Draws that are looked up in the order at once, which costs a tenth of batch by batch."""


class Delivered(NamedTuple):
    """A batch as a worker hands it over, of how many draws it is, and the bad samples met on the
    way."""

    description: Description
    memory: Memory
    draws: int
    bad: list[BadSample]

    @property
    def batch(self) -> Batch:
        """The whole batch, for the process that it was delivered to."""
        assert isinstance(self.memory, torch.Tensor)
        return Batch.of(self.description, self.memory)


@dataclass(eq=False)
class StageBatches(IterableDataset[Delivered | GyogwaError]):
    """One rank's batches of the rest of an epoch, or this worker's part of them.

    An error comes as an item, so that the loop sees it as it was raised here and not wrapped in
    another process's traceback; nothing follows it. `board`: name and flags of the main process's
    `loader.memory.Board`, for workers to decode into memory that it knows.
    """

    index: StageIndex
    shards: Shards
    order: Order
    plan: Batches
    viewer: Viewer
    seed: int
    board: tuple[str, torch.Tensor] | None

    def __iter__(self) -> Iterator[Delivered | GyogwaError]:
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        shared = info is not None and self.board is not None
        arena = Arena(SharedSlabs(*self.board, worker) if shared and self.board else OwnSlabs())
        for places in self._upcoming(worker, workers):
            bad: list[BadSample] = []
            try:
                samples = [self._sample(place, bad, arena) for place in places]
                yield Delivered(*described(samples, arena), len(places), bad)
            except GyogwaError as error:
                yield error
                return

    def _upcoming(self, worker: int, workers: int) -> Iterator[list[Place]]:
        """The samples of each batch; the bytes of the `DEPTH` batches after it were asked for."""
        waiting: deque[list[Place]] = deque()
        for places in self._places(worker, workers):
            self.shards.ahead(places)
            waiting.append(places)
            if len(waiting) > DEPTH:
                yield waiting.popleft()
        yield from waiting

    def _places(self, worker: int, workers: int) -> Iterator[list[Place]]:
        """Where the samples of each batch lie."""
        block: list[Integers] = []
        for batch in self.plan.dealt(worker, workers):
            block.append(np.array(self.plan.positions(batch), dtype=np.int64))
            if sum(map(len, block)) >= _LOOKED_UP:
                yield from self._looked_up(block)
                block = []
        yield from self._looked_up(block)

    def _looked_up(self, batches: list[Integers]) -> Iterator[list[Place]]:
        positions = np.concatenate([*batches, np.empty(0, dtype=np.int64)])
        places = iter(self.index.places(self.order.rows(positions)))
        for batch in batches:
            yield list(islice(places, len(batch)))

    def _sample(self, wanted: Place, bad: list[BadSample], arena: Arena) -> Sample:
        """Read and decode a sample, or the first good one of those that may stand in for it; the
        bad ones join `bad`. Raises GyogwaError when all are bad."""
        draw = wanted.draw
        others = (self.index.place(other) for other in replacements(self.index, draw, self.seed))
        for place in chain([wanted], others):
            used = arena.used
            try:
                return parse_sample(self.shards.read(place), self.viewer, arena.room)
            except (CorruptRange, BadMembers, BadPixels) as error:
                arena.back_to(used)
                shard, key = self.shards.name(place.shard), self.index.key(place.row)
                bad.append(BadSample(key, shard, place.offset, str(error)))
        raise GyogwaError(
            f"{bad[-1]}; nor could any of {TRIES} others stand in for draw {draw}: copy the shards "
            "again, or build the stage again"
        )
