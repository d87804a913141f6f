"""How fast a stage can be read on this machine, and what the time goes on.

One process takes samples in the loader's order and times each step; then the loader itself runs
with more and more workers. Rates are of samples, and of bytes in the shards.
"""

import time
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from gyogwa.loader.decode import Encoded, LongSide
from gyogwa.loader.index import open_stage
from gyogwa.loader.memory import Arena, OwnSlabs, Room
from gyogwa.loader.order import Order
from gyogwa.loader.sample import LoadedSample, parse_sample
from gyogwa.loader.shards import Shards
from gyogwa.loader.stage import StageLoader
from gyogwa.loader.view import View, Whole
from gyogwa.loader.worker import handed_over
from gyogwa.transforms.files.storage import Storage

BATCH = 16


@dataclass
class Shares:
    """Seconds by step in one process, for `samples` samples of `bytes` bytes together."""

    read: float = 0.0
    decode: float = 0.0
    parse: float = 0.0
    collate: float = 0.0
    samples: int = 0
    bytes: int = 0

    @property
    def seconds(self) -> float:
        return self.read + self.decode + self.parse + self.collate


def step_times(manifest: str, seconds: float, image_size: int | None) -> Shares:
    """Read, decode, parse and collate in this process for about `seconds`."""
    storage = Storage(None)
    index = open_stage(manifest, check_hash=False, storage=storage)
    shards = Shards(manifest, index.manifest.shards, "size", storage, None)
    view = Whole(LongSide(image_size))
    order = Order(index.draws, seed=0, epoch=0, window=8, shuffle=True)
    spent = Shares()

    arena = Arena(OwnSlabs())

    def timed(data: Encoded, room: Room) -> View:
        started = time.perf_counter()
        seen = view(data, room)
        spent.decode += time.perf_counter() - started
        return seen

    batch: list[LoadedSample] = []
    for draw in (int(row) for row in order.rows(np.arange(index.manifest.draws))):
        started = time.perf_counter()
        data = shards.read(index.place(draw))
        read = time.perf_counter()
        decoded = spent.decode
        batch.append(parse_sample(data, timed, arena.room))
        parsed = time.perf_counter()
        spent.read += read - started
        spent.parse += parsed - read - (spent.decode - decoded)
        spent.samples += 1
        spent.bytes += len(data)
        if len(batch) == BATCH:
            handed_over(batch, arena, BATCH, [])
            spent.collate += time.perf_counter() - parsed
            batch = []
        if spent.seconds > seconds:
            break
    return spent


def loader_rate(manifest: str, workers: int, batches: int, image_size: int | None) -> float:
    """Samples a second through the loader, after the first batch of each worker."""
    loader = StageLoader(
        manifest,
        batch_size=BATCH,
        num_workers=workers,
        drop_last=False,
        verify="size",
        image_size=image_size,
    )
    found = iter(loader)
    for _ in islice(found, max(workers, 1)):
        pass
    started = time.perf_counter()
    count = sum(len(batch) for batch in islice(found, batches))
    return count / (time.perf_counter() - started) if count else 0.0


def bench(manifest: str, seconds: float, workers: int, image_size: int | None) -> int:
    """Print the figures; returns 0."""
    torch.set_num_threads(1)
    spent = step_times(manifest, seconds, image_size)
    if not spent.samples:
        print(f"{manifest}: no samples")
        return 0
    rate = spent.samples / spent.seconds
    print(
        f"one process: {rate:,.1f} samples/s, {spent.bytes / 1e6 / spent.seconds:,.1f} MB/s "
        f"over {spent.samples:,} samples"
    )
    shares = {
        name: getattr(spent, name) / spent.seconds
        for name in ("read", "decode", "parse", "collate")
    }
    for name, share in shares.items():
        print(f"  {name:<8} {100 * share:5.1f} %")
    batches = max(2, round(rate * seconds / BATCH))
    fastest = 0.0
    for count in range(workers + 1):
        found = loader_rate(manifest, count, batches * max(count, 1), image_size)
        fastest = max(fastest, found)
        print(f"{count} workers: {found:,.1f} samples/s")
    limit = max(shares, key=lambda name: shares[name])
    print(
        f"the limit is {limit} ({100 * shares[limit]:.0f} % of a process's time); with {workers} "
        f"workers the loader gives {fastest / rate:.1f} times one process"
    )
    return 0
