"""Batches by a budget of tokens or pixels, of samples of about the same length.

The order of the epoch is cut into segments of a fixed number of positions. A segment's samples are
sorted by length and cut into global batches, longest first; then its batches are shuffled. All of
that follows from the order, the seed and the segment's number, so global batch k is the same on any
number of ranks and workers, and a position is still one integer: how many samples were consumed
tells the segment, and how many of its batches.

Cost: 8 bytes a sample for the lengths, on every worker (shared by fork), and about 2 milliseconds
a segment of 1,024. Counting the batches of an epoch ahead cuts all of its segments.
Quality: a batch holds samples of one segment of one length; a larger segment groups them better.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gyogwa.loader.index import StageIndex
from gyogwa.loader.order import Integers, Order, permute
from gyogwa.loader.settings import whole
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of


@dataclass(frozen=True)
class Budget:
    """How much a global batch may hold: `limit` tokens or pixels, padding counted.

    That is the batch's longest sample times its number of samples. At least `least` samples are in
    a batch even where they exceed the limit; it is also the most ranks that there may ever be, as
    each takes one at least. At most `most` samples are in one. `segment`: how many positions of the
    order are grouped by length at a time.
    """

    limit: int
    unit: Literal["tokens", "pixels"] = "tokens"
    least: int = 1
    most: int = 1024
    segment: int = 1024

    def __post_init__(self) -> None:
        """Raises GyogwaError for numbers that don't fit together."""
        if self.unit not in ("tokens", "pixels"):
            raise GyogwaError(f'the budget\'s unit is {self.unit!r}; choose "tokens" or "pixels"')
        for name in ("limit", "least", "most", "segment"):
            whole(f"the budget's {name}", getattr(self, name), 1)
        if not 1 <= self.least <= min(self.most, self.segment):
            raise GyogwaError(f"{self}: least must not be above most or segment")

    @property
    def description(self) -> str:
        """What a state says about it, as another budget cuts other batches."""
        return f"{self.limit} {self.unit}, {self.least}-{self.most} of {self.segment}"

    def cut(self, lengths: Integers) -> list[Integers]:
        """Places in `lengths` [n] by batch, longest first within and among batches.

        Every place is in one batch. Fewer than `least` places are one batch.
        """
        places = np.argsort(-lengths, kind="stable")
        sizes: list[int] = []
        done = 0
        while done < len(places):
            fitting = self.limit // max(1, int(lengths[places[done]]))
            sizes.append(min(max(self.least, min(fitting, self.most)), len(places) - done))
            done += sizes[-1]
        if len(sizes) > 1 and sizes[-1] < self.least:
            # Too few are left: the batch before shares with them where it can, or takes them in.
            together = sizes.pop() + sizes.pop()
            enough = together >= 2 * self.least
            sizes += [together - self.least, self.least] if enough else [together]
        return np.split(places, np.cumsum(sizes)[:-1]) if sizes else []


def read_lengths(index: StageIndex, unit: Literal["tokens", "pixels"]) -> Integers:
    """The length of each row of the index [rows]: its tokens, or its images' stored pixels."""
    columns = ["tokens"] if unit == "tokens" else ["images", "width", "height"]
    with index.table() as path:
        table = pq.read_table(path, columns=columns)
    lengths = np.ones(table.num_rows, dtype=np.int64)
    for name in columns:
        lengths *= table[name].to_numpy()
    return lengths


@dataclass(frozen=True)
class BudgetBatching:
    """The batches of an epoch under a budget, as one rank sees them; `loader.batching.EvenBatches`
    is the one of fixed batches.

    `lengths`: [draws] or [rows], with `ends` the draw after each row's last as in `StageIndex`.
    With `drop_last` a last segment of fewer than `least` samples is left out. Without `shuffle`
    the batches of a segment come longest first.
    """

    budget: Budget
    lengths: Integers
    ends: NDArray[np.int64] | None = None
    rank: int = 0
    world_size: int = 1
    drop_last: bool = True
    shuffle: bool = True

    def __post_init__(self) -> None:
        """Raises GyogwaError for numbers that don't fit together."""
        if self.world_size < 1 or not 0 <= self.rank < self.world_size:
            raise GyogwaError(
                f"rank {self.rank} of world_size {self.world_size}: a rank counts from 0 to "
                "world_size - 1"
            )
        if self.world_size > self.budget.least:
            raise GyogwaError(
                f"world_size is {self.world_size}, but a batch may hold as few as "
                f"{self.budget.least} samples; set the budget's least to the most ranks you will "
                "ever train on"
            )

    def rest(self, order: Order, start: int, seed: int, epoch: int) -> "BudgetRest":
        """The batches from position `start` of an epoch. Raises GyogwaError where none starts."""
        return BudgetRest(self, order, start, seed, epoch)

    def segment(self, order: Order, number: int, seed: int, epoch: int) -> list[Integers]:
        """The positions of each global batch of segment `number`, in the order they are given."""
        first = number * self.budget.segment
        positions = np.arange(first, min(first + self.budget.segment, order.samples))
        if self.drop_last and len(positions) < self.budget.least:
            return []
        draws = order.rows(positions)
        rows = draws if self.ends is None else np.searchsorted(self.ends, draws, side="right")
        batches = self.budget.cut(self.lengths[rows])
        if not self.shuffle:
            return [positions[places] for places in batches]
        key = int(hash_of("batches", seed, epoch, number)[:16], 16)
        sizes = np.full(len(batches), len(batches))
        turn = permute(np.arange(len(batches)), sizes, np.full(len(batches), key, dtype=np.uint64))
        return [positions[batches[k]] for k in turn]


@dataclass
class BudgetRest:
    """The rest of an epoch from a position, cut segment by segment as batches are asked for.

    The positions of one segment are kept at a time, and where each batch ends.
    """

    plan: BudgetBatching
    order: Order
    start: int
    seed: int
    epoch: int
    _ends: list[int] = field(default_factory=list)
    _firsts: list[int] = field(default_factory=list)
    _cached: tuple[int, list[Integers]] = (-1, [])

    def __post_init__(self) -> None:
        size = self.plan.budget.segment
        self._next = self.start // size
        begun, skipped = self.start - self._next * size, 0
        if begun:
            for batch in self._segment(self._next):
                if begun <= 0:
                    break
                begun -= len(batch)
                skipped += 1
            if begun:
                raise GyogwaError(
                    f"no batch starts at sample {self.start}; the state was taken with other "
                    "settings of the batches: use the same"
                )
        self._skipped = skipped

    def __len__(self) -> int:
        """Batches that are left, the same for every rank."""
        while self._cut_next():
            pass
        return len(self._ends)

    def end(self, batch: int) -> int:
        """How many samples of the epoch are consumed once every rank has batch `batch`; past the
        last one, all that are given."""
        while batch >= len(self._ends) and self._cut_next():
            pass
        if not self._ends:
            return self.start
        return self._ends[min(batch, len(self._ends) - 1)]

    def positions(self, batch: int) -> Integers:
        """This rank's positions of batch `batch`, longest first: every n-th of n ranks."""
        self.end(batch)
        part = int(np.searchsorted(self._firsts, batch, side="right")) - 1
        segment = self.start // self.plan.budget.segment + part
        within = batch - self._firsts[part] + (0 if part else self._skipped)
        # Dealt like cards, which balances what the ranks have to do.
        return self._segment(segment)[within][self.plan.rank :: self.plan.world_size]

    def dealt(self, worker: int, workers: int) -> Iterator[int]:
        """The batches that worker `worker` of `workers` prepares."""
        for batch in count(worker, workers):
            while batch >= len(self._ends):
                if not self._cut_next():
                    return
            yield batch

    def _cut_next(self) -> bool:
        """Note the next segment's batches; False at the end of the epoch."""
        size = self.plan.budget.segment
        if self._next * size >= self.order.samples:
            return False
        self._firsts.append(len(self._ends))
        skipped = self._skipped if len(self._firsts) == 1 else 0
        end = max(self.start, self._next * size)
        for batch in self._segment(self._next)[skipped:]:
            end += len(batch)
            self._ends.append(end)
        self._next += 1
        return True

    def _segment(self, number: int) -> list[Integers]:
        if self._cached[0] != number:
            self._cached = (
                number,
                self.plan.segment(self.order, number, self.seed, self.epoch),
            )
        return self._cached[1]
