"""The loader of a stage: batches in an exact order, for any number of ranks and workers.

loader = StageLoader("OUT/stages/2-basic-sft/manifest.json", batch_size=256,
                     num_workers=8)
loader.load_state_dict(state)                 # to go on where a run stopped
for batch in loader:                          # the rest of this epoch
    train(batch.to("cuda", non_blocking=True))
    state = loader.state_dict()               # two integers; take it whenever you like
"""

import copy
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import IterableDataset, get_worker_info

from gyogwa.loader.bad_samples import BadSample, BadSamples
from gyogwa.loader.batch import Batch
from gyogwa.loader.budget import Budget
from gyogwa.loader.cache import ShardCache
from gyogwa.loader.delivery import Delivery
from gyogwa.loader.device import one_ahead
from gyogwa.loader.epochs import Epochs, batching_of
from gyogwa.loader.opening import stage_location
from gyogwa.loader.ranks import settled_ranks
from gyogwa.loader.reading import open_stage
from gyogwa.loader.settings import one_of, whole, yes_or_no
from gyogwa.loader.shards import Shards, Verify
from gyogwa.loader.state import (
    BY_NUMBER,
    LoaderState,
    OrderSettings,
    parse_state,
)
from gyogwa.loader.view import DecodeOn, viewer_of
from gyogwa.loader.weights import Reweighting, Weights
from gyogwa.loader.wording import resizes, wording_of, wording_of_resized
from gyogwa.loader.worker import Stage, pinned
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import StageManifest
from gyogwa.transforms.files.storage import Storage

_log = logging.getLogger(__name__)


class StageLoader(IterableDataset[Batch]):
    """Iterates over a stage, one epoch at a time.

    `batch_size` is the global batch: at every world size the ranks' batches, put together in the
    order of ranks, are the same samples in the same order. `rank` and `world_size` are those of
    data parallelism; left out they are those of torch.distributed's process group, or else of
    torchrun's environment, and given ones that differ from these are an error, unless
    `check_ranks=False` says that other ranks are to load the same (see `loader.ranks`). Iterating
    gives the batches from the current position to the end of the epoch and then moves to the next
    one; leaving early keeps the position. Training drops a last batch that isn't full; for
    evaluation, `shuffle=False, drop_last=False` gives every sample once, with every rank seeing the
    same number of batches (the last may be empty on some).

    `window`: how many shards' worth of samples are shuffled together (see `loader.order`).
    `batch_size` may also be a `Budget` of tokens or pixels (see `loader.budget`).

    `image_size`: the longer side in pixels that larger images are shrunk to. `scale_long_side`: the
    one that all images are scaled to, up or down, 2304 for VARCO-VISION's OCR. `tiles`: cut images
    in tiles of `tile_side` pixels, "anyres_max_9" (see `loader.tiling`; the manifest recommends
    values) or as a processor cuts them, "llava-onevision" (see `loader.onevision`). At most one of
    the three. `decode_on="gpu"` leaves JPEG to `loader.device`. `verify`: "sha256"
    compares each shard's hash when first opened, "size" only its size; every sample's CRC-32 is
    checked in any case. `pin_memory`: batches in page-locked memory, where there is a GPU.
    `prefetch_factor`: batches that each worker prepares ahead. `start_method`: of the workers, None
    for the platform's. `persistent_workers`: workers and their memory stay for the next epoch,
    until `close` or the loader is gone; left early, they end at once.
    `dialect`: of the boxes in the text, "qwen3-vl", text for text as a build in it would have
    written (see `loader.wording`); the stage's own without it. Questions that its models can't
    be asked are left out; samples of such questions only are counted in `left_out`. Boxes in
    pixels, Qwen2.5-VL's, are those of the image as it is loaded here, and refused with `tiles`.
    `weights` and `temperature` change the recorded mixture (see `loader.weights`).

    It is an `IterableDataset` of whole batches with a state, so a `DataLoader` or torchdata's
    `StatefulDataLoader` takes it with `batch_size=None`. Their workers then share the batches, and
    `num_workers` and `pin_memory` here don't apply. Their copies never advance this object's epoch:
    call `set_epoch` before each.

    `manifest` may be the stage's folder, or a run's where only one stage has samples. It may be an
    address, with `storage_options` for its file system (see
    `transforms.files.storage`).
    Ranges of remote shards are read ahead; with `cache_dir`, whole shards are copied into that
    folder of a local disk, at most `cache_bytes` for all processes (see `loader.cache`).

    A sample that can't be used is replaced by one that its draw and the seed choose, so the order
    is the same everywhere (see `loader.bad_samples`). When more of the draws than `max_bad_rate`
    are bad, after the first few, the loader stops; 0 stops at the first.

    Raises GyogwaError for settings that don't fit, a missing, incomplete or altered file, storage
    that can't be reached, too many bad samples, and a worker that died.
    """

    def __init__(
        self,
        manifest: str | Path,
        *,
        batch_size: int | Budget,
        seed: int = 0,
        rank: int | None = None,
        world_size: int | None = None,
        check_ranks: bool = True,
        num_workers: int = 0,
        shuffle: bool = True,
        drop_last: bool = True,
        window: int = 8,
        weights: Weights | None = None,
        temperature: float = 1.0,
        image_size: int | None = None,
        scale_long_side: int | None = None,
        tiles: str | None = None,
        tile_side: int = 384,
        dialect: str | None = None,
        decode_on: DecodeOn = "worker",
        verify: Verify = "sha256",
        storage_options: Mapping[str, Any] | None = None,
        cache_dir: str | Path | None = None,
        cache_bytes: int | None = None,
        max_bad_rate: float = 0.001,
        pin_memory: bool = False,
        prefetch_factor: int = 2,
        start_method: str | None = None,
        persistent_workers: bool = True,
    ) -> None:
        one_of("verify", verify, "sha256", "size")
        seed, num_workers = whole("seed", seed), whole("num_workers", num_workers, 0)
        window, ahead = whole("window", window, 1), whole("prefetch_factor", prefetch_factor, 1)
        shuffle, drop_last = yes_or_no("shuffle", shuffle), yes_or_no("drop_last", drop_last)
        persistent = yes_or_no("persistent_workers", persistent_workers)
        if cache_bytes is not None:
            cache_bytes = whole("cache_bytes", cache_bytes, 1)
        if start_method not in (None, *multiprocessing.get_all_start_methods()):
            methods = ", ".join(multiprocessing.get_all_start_methods())
            raise GyogwaError(f"start_method is {start_method!r}; choose one of {methods}")
        viewer = viewer_of(image_size, scale_long_side, tiles, tile_side, decode_on)
        wording = wording_of(dialect)
        rank, world_size = settled_ranks(rank, world_size, check_ranks)
        storage = Storage(storage_options)
        manifest = stage_location(manifest, storage)
        cache = None if cache_dir is None else ShardCache(Path(cache_dir), cache_bytes)
        self._bad = BadSamples(max_bad_rate)
        mixture = Reweighting(weights or Weights(), temperature)
        opened = partial(
            open_stage, manifest, check_hash=verify == "sha256", mixture=mixture, storage=storage
        )
        self._index = opened(dialect=dialect)
        if dialect is None and resizes(image_size, scale_long_side, tiles):
            wording = wording_of_resized(self._index.manifest.dialect)
            self._index = opened(dialect=self._index.manifest.dialect) if wording else self._index
        if wording is not None and tiles is not None:
            wording.check_tiles(tiles)
        if self._index.left_out:
            _log.warning(
                "%s: %d of %d draws are left out, since models of %s can't be asked them",
                self._index.location,
                self._index.left_out,
                self._index.left_out + self.manifest.draws,
                dialect,
            )
        self._shards = Shards(manifest, self.manifest.shards, verify, storage, cache)
        if cache is not None:
            cache.expect(self.manifest.shards, window + 1 if shuffle else 2)
        try:
            batching = batching_of(self._index, batch_size, (rank, world_size), drop_last, shuffle)
        except GyogwaError as error:  # of which stage, where a curriculum has several
            raise GyogwaError(f"{self._index.location}: {error}") from error
        settings = OrderSettings(
            seed,
            shuffle,
            window,
            mixture=mixture.description,
            batches=batch_size.description if isinstance(batch_size, Budget) else BY_NUMBER,
            dialect=dialect or "" if self._index.left_out else "",
        )
        self._epochs = Epochs(self._index, batching, settings)
        stage = Stage(self._epochs, self._shards, viewer, wording)
        self._delivery = Delivery(stage, num_workers, ahead, start_method, persistent)
        self._pin_memory = yes_or_no("pin_memory", pin_memory)
        self._state = LoaderState(0, 0, self.manifest.fingerprint, settings)
        self._iterations = 0
        self._given_all = False
        """Whether the batch that was given last is its epoch's last; a state doesn't say it."""

    @property
    def manifest(self) -> StageManifest:
        """The stage manifest."""
        return self._index.manifest

    @property
    def left_out(self) -> int:
        """Draws of an epoch that `dialect` can't say, and that aren't shown."""
        return self._index.left_out

    @property
    def epoch(self) -> int:
        """The epoch that the next batch belongs to, from 0."""
        return self._state.epoch

    @property
    def bad_samples(self) -> list[BadSample]:
        """The last 1,000 samples of this rank that couldn't be used and were replaced."""
        return list(self._bad.recent)

    @property
    def bad_count(self) -> int:
        """How many samples of this rank couldn't be used since the loader was made."""
        return self._bad.count

    def set_epoch(self, epoch: int) -> None:
        """Stand at the beginning of `epoch`, or where it is when that is the epoch already."""
        epoch = whole("epoch", epoch, 0)
        if epoch != self.epoch:
            self._state = replace(
                self._state, epoch=epoch, consumed=0, manifest=self.manifest.fingerprint
            )
            self._iterations += 1
        self._given_all = False

    def following(self) -> Callable[[int], None]:
        """For loops over copies of this loader, in a DataLoader's workers: a function that puts it
        behind batch `number`, from 0, of those that are left now."""
        self._begin_next(self._given_all)
        left = self._epochs.left(self._state)

        def follow(number: int) -> None:
            self._state = replace(self._state, consumed=left.consumed_behind(number))
            self._given_all = left.is_last(number)

        return follow

    def __len__(self) -> int:
        """Batches in a whole epoch, the same for every rank; under a budget, of this epoch."""
        whole = replace(self._state, consumed=0, manifest=self.manifest.fingerprint)
        return len(self._epochs.left(whole).batches)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, less than 1 KB, the same on every rank.

        Counts the batches that the loop was given, not those that workers prepared ahead.
        """
        return self._state.to_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`. World size, batch size, workers and image size may have changed.

        A state from before samples were forgotten goes on with the rest of its epoch, minus exactly
        those (see `loader.earlier`).

        Raises GyogwaError for the state of another stage, or of settings that order it otherwise.
        """
        saved = parse_state(state)
        self._epochs.check(saved, self._state)
        self._state, self._given_all = saved, False
        self._iterations += 1

    def __iter__(self) -> Iterator[Batch]:
        self._iterations += 1
        mine = self._iterations
        # A loop that takes as many as there are never asked whether there is another.
        self._begin_next(self._given_all)
        left = self._epochs.left(self._state)
        # Inside another loader's worker the batches between two of ours are the other workers'.
        info = get_worker_info()
        sharing = info.num_workers if info else 1
        items = self._delivery.items(left, self._state)
        if self._pin_memory and torch.cuda.is_available() and not info:
            items = one_ahead(items, pinned)
        for number, item in enumerate(items):
            if isinstance(item, GyogwaError):
                raise item
            self._bad.add(item.draws, item.bad)
            consumed = left.consumed_behind((number + 1) * sharing - 1)
            self._state = replace(self._state, consumed=consumed)
            self._given_all = not info and left.is_last(number)
            yield item.batch()
            if self._iterations != mine:
                raise RuntimeError(
                    "the loader was restored or iterated over again during this iteration; "
                    "one iteration at a time"
                )
        self._begin_next()

    def _begin_next(self, given_all: bool = True) -> None:
        """Go to the next epoch, unless not all batches of this one were given."""
        if given_all:
            self._state = replace(
                self._state, epoch=self.epoch + 1, consumed=0, manifest=self.manifest.fingerprint
            )
        self._given_all = False

    def close(self) -> None:
        """End the workers that wait for a next epoch. The loader can be iterated over as ever."""
        self._delivery.close()

    def __getstate__(self) -> dict[str, Any]:
        """For copies, which have workers of their own."""
        return self.__dict__ | {"_delivery": copy.copy(self._delivery)}
