"""What a worker does: takes its batches of the plan, reads ahead, and makes samples of bytes.

Whether it is a process of its own (`loader.pool`) or the training's makes no difference here.
"""

import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch

from gyogwa.loader.bad_samples import TRIES, BadSample, replacements
from gyogwa.loader.batch import Batch, described
from gyogwa.loader.batching import Batches
from gyogwa.loader.decode import BadPixels
from gyogwa.loader.earlier import EarlierOrder
from gyogwa.loader.epochs import Epochs
from gyogwa.loader.index import Place, StageIndex
from gyogwa.loader.memory import Arena, Memory, Slabs
from gyogwa.loader.order import Integers, Order
from gyogwa.loader.ranges import DEPTH
from gyogwa.loader.sample import BadMembers, LoadedSample, parse_sample
from gyogwa.loader.shards import CorruptRange, Shards
from gyogwa.loader.state import LoaderState
from gyogwa.loader.view import ByCount, Viewer
from gyogwa.loader.wording import Wording
from gyogwa.schemas.errors import GyogwaError

_LOOKED_UP = 1024
"""Draws that are looked up in the order at once, which costs a tenth of batch by batch."""


class Delivered(NamedTuple):
    """A batch as a worker hands it over. `memory`: its bytes, and then its pickled `Description` of
    `described` bytes. `draws`: how many it is made of, `bad`: the bad samples met on the way."""

    memory: Memory
    described: int
    draws: int
    bad: list[BadSample]

    def batch(self) -> Batch:
        """The batch, for the process that it was delivered to."""
        assert isinstance(self.memory, torch.Tensor)
        end = len(self.memory) - self.described
        description = pickle.loads(self.memory[end:].numpy().data)
        return Batch.of(description, self.memory[:end])


def handed_over(
    samples: Sequence[LoadedSample], arena: Arena, draws: int, bad: list[BadSample]
) -> Delivered:
    """The batch of these samples, whose images, and nothing else, lie in `arena`."""
    description = pickle.dumps(described(samples), pickle.HIGHEST_PROTOCOL)
    arena.lay([sample.json for sample in samples])
    arena.lay([description])
    return Delivered(arena.finish(), len(description), draws, bad)


def pinned(item: Delivered | GyogwaError) -> Delivered | GyogwaError:
    """The same in page-locked memory, from which copies to a GPU can be asynchronous."""
    if isinstance(item, GyogwaError):
        return item
    assert isinstance(item.memory, torch.Tensor)
    return item._replace(memory=item.memory.pin_memory())


@dataclass(frozen=True)
class Stage:
    """A stage as a worker makes batches of it, epoch after epoch."""

    epochs: Epochs
    shards: Shards
    viewer: Viewer | ByCount
    wording: Wording | None = None

    def rest(self, place: LoaderState) -> "StageBatches":
        """The batches from a place to the end of its epoch."""
        left = self.epochs.left(place)
        return StageBatches(
            self.epochs.index,
            self.shards,
            left.order,
            left.batches,
            self.viewer,
            self.epochs.settings.seed,
            self.wording and replace(self.wording, epoch=place.epoch),
        )


@dataclass(frozen=True)
class StageBatches:
    """One rank's batches of the rest of an epoch."""

    index: StageIndex
    shards: Shards
    order: Order | EarlierOrder
    plan: Batches
    viewer: Viewer | ByCount
    seed: int
    wording: Wording | None = None

    def made(self, worker: int, workers: int, slabs: Slabs) -> Iterator[Delivered | GyogwaError]:
        """The part of worker `worker` of `workers`, in memory from `slabs`.

        An error comes as an item, so that the loop sees it as it was raised here and not wrapped in
        another process's traceback; nothing follows it.
        """
        arena = Arena(slabs)
        for places in self._upcoming(worker, workers):
            bad: list[BadSample] = []
            try:
                samples = [self._sample(place, bad, arena) for place in places]
                yield handed_over(samples, arena, len(places), bad)
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

    def _sample(self, wanted: Place, bad: list[BadSample], arena: Arena) -> LoadedSample:
        """Read and decode a sample, or the first good one of those that may stand in for it; the
        bad ones join `bad`. Raises GyogwaError when all are bad."""
        sample = self._read(wanted, bad, arena)
        if sample is not None:
            return sample
        for other in replacements(self.index, wanted.draw, self.seed):
            sample = self._read(self.index.place(other), bad, arena)
            if sample is not None:
                return sample
        raise GyogwaError(
            f"{bad[-1]}; nor could any of {TRIES} others stand in for draw {wanted.draw}: copy the "
            "shards again, or build the stage again"
        )

    def _read(self, place: Place, bad: list[BadSample], arena: Arena) -> LoadedSample | None:
        """Read and decode the sample at `place`; a bad one joins `bad`."""
        used = arena.used
        try:
            sample = parse_sample(self.shards.read(place), self.viewer, arena.room)
            return sample if self.wording is None else self.wording.said(sample)
        except (CorruptRange, BadMembers, BadPixels) as error:
            arena.back_to(used)
            shard, key = self.shards.name(place.shard), self.index.key(place.row)
            bad.append(BadSample(key, shard, place.offset, str(error)))
            return None
