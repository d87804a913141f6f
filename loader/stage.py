"""The loader of a stage: batches in an exact order, for any number of ranks and workers.

loader = StageLoader("OUT/stages/2-basic-sft/manifest.json", batch_size=256,
                     rank=rank, world_size=world_size, num_workers=8)
loader.load_state_dict(state)                 # to go on where a run stopped
for batch in loader:                          # the rest of this epoch
    train(batch.to("cuda", non_blocking=True))
    state = loader.state_dict()               # two integers; take it whenever you like
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from loader.batch import Batch, collate
from loader.decode import BadPixels
from loader.index import StageIndex, open_stage
from loader.order import Order
from loader.plan import Plan
from loader.sample import BadMembers, BadSample, Sample, parse_sample
from loader.shards import CorruptRange, Shards, Verify
from loader.state import LoaderState, OrderSettings, parse_state
from schemas.errors import GyogwaError
from schemas.manifest import StageManifest


class StageLoader:
    """Iterates over a stage, one epoch at a time.

    `batch_size` is the global batch: at every world size the ranks' batches, put together in the
    order of ranks, are the same samples in the same order. `rank` and `world_size` are those of
    data parallelism. Iterating gives the batches from the current position to the end of the epoch
    and then moves to the next one; leaving early keeps the position. Training drops a last batch
    that isn't full; for evaluation, `shuffle=False, drop_last=False` gives every sample once, with
    every rank seeing the same number of batches (the last may be empty on some).

    `window`: how many shards' worth of samples are shuffled together (see `loader.order`).
    `image_size`: the longer side in pixels that larger images are shrunk to. `verify`: "sha256"
    compares each shard's hash when first opened, "size" only its size; every sample's CRC-32 is
    checked in any case. `pin_memory`: batches in page-locked memory. `prefetch_factor`: batches
    that each worker prepares ahead. `start_method`: of the workers, None for the platform's.

    Raises GyogwaError for settings that don't fit, a missing, incomplete or altered file, a sample
    that can't be read (`loader.sample.BadSample`) and a worker that died.
    """

    def __init__(
        self,
        manifest: str | Path,
        *,
        batch_size: int,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
        num_workers: int = 0,
        shuffle: bool = True,
        drop_last: bool = True,
        window: int = 8,
        image_size: int | None = None,
        verify: Verify = "sha256",
        pin_memory: bool = False,
        prefetch_factor: int = 2,
        start_method: str | None = None,
    ) -> None:
        if verify not in ("sha256", "size"):
            raise GyogwaError(f'verify is {verify!r}; choose "sha256" or "size"')
        for name, value, least in [
            ("num_workers", num_workers, 0),
            ("window", window, 1),
            ("image_size", 1 if image_size is None else image_size, 1),
            ("prefetch_factor", prefetch_factor, 1),
        ]:
            if value < least:
                raise GyogwaError(f"{name} is {value}; it must be at least {least}")
        path = Path(manifest)
        self._index = open_stage(path, check_hash=verify == "sha256")
        self._shards = Shards(path.parent, self.manifest.shards, verify)
        self._plan = Plan(self.manifest.draws, batch_size, rank, world_size, drop_last)
        self._settings = OrderSettings(seed, shuffle, window)
        self._image_size = image_size
        self._num_workers = num_workers
        self._pin_memory = pin_memory
        self._prefetch_factor = prefetch_factor
        self._start_method = start_method
        self._state = LoaderState(0, 0, self.manifest.fingerprint, self._settings)
        self._iterations = 0

    @property
    def manifest(self) -> StageManifest:
        """The stage manifest."""
        return self._index.manifest

    @property
    def epoch(self) -> int:
        """The epoch that the next batch belongs to, from 0."""
        return self._state.epoch

    def __len__(self) -> int:
        """Batches in a whole epoch, the same for every rank."""
        return len(self._plan)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, less than 1 KB, the same on every rank.

        Counts the batches that the loop was given, not those that workers prepared ahead.
        """
        return self._state.to_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`. World size, batch size, workers and image size may have changed.

        Raises GyogwaError for the state of another stage, or of settings that order it otherwise.
        """
        saved = parse_state(state)
        saved.matches(self._state, self.manifest.draws)
        self._state = saved
        self._iterations += 1

    def __iter__(self) -> Iterator[Batch]:
        self._iterations += 1
        mine = self._iterations
        plan = replace(self._plan, start=self._state.consumed)
        for number, item in enumerate(self._items(plan)):
            if isinstance(item, GyogwaError):
                raise item
            self._state = replace(self._state, consumed=plan.end(number))
            yield item
            if self._iterations != mine:
                raise RuntimeError(
                    "the loader was restored or iterated over again during this iteration; "
                    "one iteration at a time"
                )
        self._state = replace(self._state, epoch=self._state.epoch + 1, consumed=0)

    def _items(self, plan: Plan) -> Iterator["Batch | GyogwaError"]:
        """Batches in order, or the error that one of them met."""
        order = Order(
            self._index.draws,
            seed=self._settings.seed,
            epoch=self._state.epoch,
            window=self._settings.window,
            shuffle=self._settings.shuffle,
        )
        batches = StageBatches(self._index, self._shards, order, plan, self._image_size)
        workers = min(self._num_workers, len(plan))
        loader: DataLoader[Batch | GyogwaError] = DataLoader(
            batches,
            batch_size=None,
            num_workers=workers,
            pin_memory=self._pin_memory,
            # Its own, because a loader must not advance the training's random numbers.
            generator=torch.Generator(),
            prefetch_factor=self._prefetch_factor if workers else None,
            multiprocessing_context=self._start_method if workers else None,
        )
        iterator = iter(loader)
        while True:
            try:
                item = next(iterator)
            except StopIteration:
                return
            except RuntimeError as error:
                if "DataLoader worker" not in str(error):
                    raise
                raise GyogwaError(
                    f"{self._index.path}: a loader worker died ({error}); most often memory or "
                    "shared memory (/dev/shm) ran out: lower num_workers or prefetch_factor, or "
                    "go on from the last state"
                ) from error
            yield item


@dataclass(eq=False)
class StageBatches(IterableDataset["Batch | GyogwaError"]):
    """One rank's batches of the rest of an epoch, or this worker's part of them.

    An error comes as an item, so that the loop sees it as it was raised here and not wrapped in
    another process's traceback; nothing follows it.
    """

    index: StageIndex
    shards: Shards
    order: Order
    plan: Plan
    image_size: int | None

    def __iter__(self) -> Iterator["Batch | GyogwaError"]:
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        for batch in self.plan.dealt(worker, workers):
            positions = np.array(self.plan.positions(batch), dtype=np.int64)
            try:
                yield collate([self._sample(int(row)) for row in self.order.rows(positions)])
            except GyogwaError as error:
                yield error
                return

    def _sample(self, row: int) -> Sample:
        """Read and decode one sample. Raises BadSample."""
        place = self.index.place(row)
        try:
            return parse_sample(self.shards.read(place), self.image_size)
        except (CorruptRange, BadMembers, BadPixels) as error:
            shard = self.shards.name(place.shard)
            raise BadSample(self.index.key(place.row), shard, place.offset, str(error)) from error
