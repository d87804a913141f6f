"""What a worker does: takes its batches of the plan, reads ahead, and makes samples of bytes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from loader.bad_samples import TRIES, BadSample, replacements
from loader.batch import Batch, collate
from loader.decode import BadPixels
from loader.index import StageIndex
from loader.memory import Arena, OwnSlabs, SharedSlabs
from loader.order import Order
from loader.plan import Batches
from loader.ranges import DEPTH
from loader.sample import BadMembers, Sample, parse_sample
from loader.shards import CorruptRange, Shards
from loader.view import Viewer
from schemas.errors import GyogwaError


class Delivered(NamedTuple):
    """A batch as a worker hands it over: of how many draws, and the bad samples met on the way."""

    batch: Batch
    draws: int
    bad: list[BadSample]


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
        for draws in self._upcoming(worker, workers):
            bad: list[BadSample] = []
            try:
                samples = [self._sample(draw, bad, arena) for draw in draws]
                yield Delivered(collate(samples, arena.finish()), len(draws), bad)
            except GyogwaError as error:
                yield error
                return

    def _upcoming(self, worker: int, workers: int) -> Iterator[list[int]]:
        """The draws of each batch; the bytes of the `DEPTH` batches after it were asked for."""
        waiting: deque[list[int]] = deque()
        for batch in self.plan.dealt(worker, workers):
            positions = np.array(self.plan.positions(batch), dtype=np.int64)
            draws = [int(draw) for draw in self.order.rows(positions)]
            self.shards.ahead(self.index.place(draw) for draw in draws)
            waiting.append(draws)
            if len(waiting) > DEPTH:
                yield waiting.popleft()
        yield from waiting

    def _sample(self, draw: int, bad: list[BadSample], arena: Arena) -> Sample:
        """Read and decode a draw's sample, or the first good one of those that may stand in for it;
        the bad ones join `bad`. Raises GyogwaError when all are bad."""
        for candidate in chain([draw], replacements(self.index, draw, self.seed)):
            place, used = self.index.place(candidate), arena.used
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
