"""Samples of a stage as they lie in its shards, one by one, in an epoch's exact order.

What `loader.foreign` and exports are made from: no pixels are decoded and no batches cut. Draws are
read by the index, so repeats are shown as often as they count and replayed samples come out of the
earlier stage's shards. Cost: a range read a sample.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gyogwa.loader.entry import Entry, read_entry
from gyogwa.loader.opening import stage_location
from gyogwa.loader.order import Integers, Order
from gyogwa.loader.reading import open_stage
from gyogwa.loader.sample import BadMembers, members
from gyogwa.loader.settings import one_of
from gyogwa.loader.shards import CorruptRange, Shards, Verify
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import StageManifest
from gyogwa.transforms.files.locations import beside
from gyogwa.transforms.files.storage import Storage

_LOOKED_UP = 1024
"""Positions that are looked up in the order at once."""


class RawSample(NamedTuple):
    """`images`: the encoded bytes of each, in the entry's order. `json`: KEY.json. `shard`: where
    it lies."""

    key: str
    entry: Entry
    images: list[bytes]
    json: bytes
    shard: str


class RawSamples:
    """The draws of a stage, or with `validation` of what it holds out.

    Raises GyogwaError as `StageLoader` does, also for a stage without a validation.
    """

    def __init__(
        self,
        manifest: str | Path,
        *,
        validation: bool = False,
        verify: Verify = "sha256",
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        one_of("verify", verify, "sha256", "size")
        storage = Storage(storage_options)
        location = stage_location(manifest, storage)
        if validation:
            location = beside(location, "validation/manifest.json")
        self._index = open_stage(location, check_hash=verify == "sha256", storage=storage)
        self._shards = Shards(location, self.manifest.shards, verify, storage)
        self.location = location
        """Of the manifest."""

    @property
    def manifest(self) -> StageManifest:
        """The stage manifest."""
        return self._index.manifest

    def __len__(self) -> int:
        """Draws of an epoch."""
        return self.manifest.draws

    def order(self, *, seed: int = 0, epoch: int = 0, window: int = 8, shuffle: bool) -> Order:
        """The order of an epoch, `StageLoader`'s for the same settings."""
        return Order(self._index.draws, seed=seed, epoch=epoch, window=window, shuffle=shuffle)

    def read(self, order: Order, positions: Iterable[int]) -> Iterator[RawSample]:
        """The samples at `positions` of the epoch. Raises GyogwaError naming one that can't be
        read: nothing stands in for it here."""
        for block in _blocks(positions):
            yield from self._samples(order.rows(block))

    def rows(self) -> Iterator[tuple[RawSample, int]]:
        """Every sample in the index's order, and how often an epoch shows it."""
        ends = self._index.ends
        if ends is None:
            ends = np.arange(1, len(self) + 1, dtype=np.int64)
        times = np.diff(ends, prepend=0)  # 0 where a mixture left a row out
        shown = iter(times[times > 0].tolist())
        for block in _blocks((ends - times)[times > 0].tolist()):
            for sample in self._samples(block):
                yield sample, next(shown)

    def _samples(self, draws: Integers) -> Iterator[RawSample]:
        for place in self._index.places(draws):
            try:
                data = self._shards.read(place)
                found = {name: bytes(content) for name, content in members(data)}
                (key,) = {name.partition(".")[0] for name in found}
                json = found[f"{key}.json"]
                entry = read_entry(json)
                images = [found[f"{key}.{image.file}"] for image in entry.images]
            except (CorruptRange, BadMembers, ValueError, KeyError) as error:
                raise GyogwaError(
                    f"{self._shards.name(place.shard)}: the sample {place.offset} bytes into it "
                    f"can't be read ({error}); copy the shard again, or build the stage again"
                ) from error
            yield RawSample(key, entry, images, json, self._shards.name(place.shard))


def _blocks(numbers: Iterable[int]) -> Iterator[Integers]:
    """The numbers in arrays of at most `_LOOKED_UP`."""
    left = iter(numbers)
    while block := list(islice(left, _LOOKED_UP)):
        yield np.array(block, dtype=np.int64)
