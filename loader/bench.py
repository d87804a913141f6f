"""How fast a stage can be read on this machine, and what the time goes on.

One process takes samples in the loader's order and times each step; then the loader itself runs
with more and more workers. Rates are of samples, and of bytes in the shards. Last, a loop whose
steps take a given time asks for batches on a device, and what it waits is told.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.decode import Encoded, LongSide
from gyogwa.loader.device import DevicePrefetcher
from gyogwa.loader.memory import Arena, OwnSlabs, Room
from gyogwa.loader.opening import stage_location
from gyogwa.loader.order import Order
from gyogwa.loader.reading import open_stage
from gyogwa.loader.sample import LoadedSample, parse_sample
from gyogwa.loader.shards import Shards
from gyogwa.loader.stage import StageLoader
from gyogwa.loader.view import View, Whole
from gyogwa.loader.worker import handed_over
from gyogwa.schemas.errors import GyogwaError
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


def _loader(manifest: str, workers: int, image_size: int | None) -> StageLoader:
    return StageLoader(
        manifest,
        batch_size=BATCH,
        num_workers=workers,
        drop_last=False,
        verify="size",
        image_size=image_size,
    )


def loader_rate(manifest: str, workers: int, batches: int, image_size: int | None) -> float:
    """Samples a second through the loader, after the first batch of each worker."""
    loader = _loader(manifest, workers, image_size)
    found = iter(loader)
    for _ in islice(found, max(workers, 1)):
        pass
    started = time.perf_counter()
    count = sum(len(batch) for batch in islice(found, batches))
    return count / (time.perf_counter() - started) if count else 0.0


def step_on(device: torch.device, seconds: float) -> Callable[[], None]:
    """A step of training that takes so long: products of matrices on a GPU, else a nap."""
    if device.type != "cuda":
        return lambda: time.sleep(seconds)
    matrix = torch.randn(2048, 2048, device=device, dtype=torch.float16)

    def work() -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for _ in range(8):
                torch.mm(matrix, matrix)
            torch.cuda.synchronize(device)

    return work


def waiting(batches: Iterator[Batch], step: Callable[[], None], seconds: float) -> float:
    """The share of its time that a loop over `batches` waits for the next one to be where it is
    wanted, for about `seconds` from the third batch on."""
    waited = worked = 0.0
    for number in range(1 << 30):
        asked = time.perf_counter()
        batch = next(batches, None)
        if batch is None:
            break
        if batch.pixels.is_cuda:
            torch.cuda.current_stream(batch.pixels.device).synchronize()
        given = time.perf_counter()
        step()
        if number > 1:
            waited += given - asked
            worked += time.perf_counter() - given
        if waited + worked > seconds:
            break
    return waited / (waited + worked) if worked else 0.0


def waiting_on(
    manifest: str, device: str, step_ms: float, seconds: float, workers: int, size: int | None
) -> float:
    """What a loop with steps of `step_ms` waits, with a `DevicePrefetcher` and so many workers."""
    loader = _loader(manifest, workers, size)
    target = torch.device(device)
    batches = iter(DevicePrefetcher(loader, target))
    return waiting(batches, step_on(target, step_ms / 1000), seconds)


def bench(
    manifest: str,
    seconds: float,
    workers: int,
    image_size: int | None,
    device: str | None = None,
    step_ms: float = 50.0,
) -> int:
    """Print the figures; returns 0. Raises GyogwaError for a device that isn't there."""
    if device is not None and device.startswith("cuda") and not torch.cuda.is_available():
        raise GyogwaError(f"--device {device}: torch {torch.__version__} finds no GPU here")
    torch.set_num_threads(1)
    manifest = stage_location(manifest, Storage(None))
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
    if device is not None:
        share = waiting_on(manifest, device, step_ms, seconds, workers, image_size)
        print(
            f"a loop on {device} with steps of {step_ms:g} ms waits {100 * share:.2f} % of its "
            f"time for batches of {BATCH}"
        )
    return 0
