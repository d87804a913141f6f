"""Who takes which positions of an epoch: global batches, cut over ranks and dealt to workers.

Batch k covers the positions `start + k * batch_size` onwards, whatever the number of ranks. A rank
takes a contiguous part of it, so the ranks' batches in the order of ranks are the global batch.
Worker w of W prepares batches w, w + W, ...: a round robin over the workers gives them in order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gyogwa.loader.order import Integers, Order
from gyogwa.loader.settings import whole
from gyogwa.schemas.errors import GyogwaError


class Batches(Protocol):
    """The rest of an epoch, cut into global batches, as one rank sees it."""

    def __len__(self) -> int:
        """Batches that are left, the same for every rank."""

    def end(self, batch: int) -> int:
        """How many samples of the epoch are consumed once every rank has batch `batch`."""

    def positions(self, batch: int) -> Sequence[int] | Integers:
        """This rank's positions of batch `batch`, which is counted from 0."""

    def dealt(self, worker: int, workers: int) -> Iterable[int]:
        """The batches that worker `worker` of `workers` prepares."""


class Batching(Protocol):
    """A way to cut epochs into batches: by number (`EvenBatches`) or by size (`BudgetBatching`)."""

    def rest(self, order: Order, start: int, seed: int, epoch: int) -> Batches:
        """The batches of an epoch from position `start`."""


@dataclass(frozen=True)
class EvenBatches:
    """The rest of an epoch of `samples` samples from position `start`, as one rank sees it.

    `batch_size` counts the samples of a global batch. With `drop_last` a last batch that isn't full
    is left out, and world_size must divide batch_size; without, it is cut as evenly as can be,
    every rank sees the same number of batches, and some of the last may be empty.
    """

    samples: int
    batch_size: int
    rank: int = 0
    world_size: int = 1
    drop_last: bool = True
    start: int = 0

    def __post_init__(self) -> None:
        """Raises GyogwaError for numbers that don't fit together."""
        whole("batch_size", self.batch_size, 1, ", or a Budget")
        if self.world_size < 1 or not 0 <= self.rank < self.world_size:
            raise GyogwaError(
                f"rank {self.rank} of world_size {self.world_size}: a rank counts from 0 to "
                "world_size - 1"
            )
        if self.drop_last and self.batch_size % self.world_size:
            raise GyogwaError(
                f"batch_size {self.batch_size} is the global batch, and world_size "
                f"{self.world_size} doesn't divide it; choose a multiple of {self.world_size}, "
                "or drop_last=False for evaluation"
            )
        if self.drop_last and self.samples < self.batch_size:
            raise GyogwaError(
                f"the stage has {self.samples} samples, fewer than one batch of "
                f"{self.batch_size}; choose a smaller batch_size, or drop_last=False"
            )

    def rest(self, order: Order, start: int, seed: int, epoch: int) -> "EvenBatches":
        """The same plan from position `start` of an epoch, which all look alike to it."""
        return replace(self, start=start)

    def __len__(self) -> int:
        """Batches that are left, the same for every rank."""
        left = self.samples - self.start
        return left // self.batch_size if self.drop_last else -(-left // self.batch_size)

    def end(self, batch: int) -> int:
        """The position after batch `batch`: what has been consumed once every rank has it."""
        return min(self.start + (batch + 1) * self.batch_size, self.samples)

    def positions(self, batch: int) -> range:
        """This rank's positions of batch `batch`, counted from 0 at `start`."""
        first = self.start + batch * self.batch_size
        size = self.end(batch) - first
        return range(
            first + self.rank * size // self.world_size,
            first + (self.rank + 1) * size // self.world_size,
        )

    def dealt(self, worker: int, workers: int) -> range:
        """The batches that worker `worker` of `workers` prepares."""
        return range(worker, len(self), workers)
