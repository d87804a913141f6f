"""The epochs of a stage: the order of each, and which batches of it are left at a state."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gyogwa.loader.batching import Batches, Batching, EvenBatches
from gyogwa.loader.budget import Budget, BudgetBatching, read_lengths
from gyogwa.loader.earlier import EarlierOrder
from gyogwa.loader.index import StageIndex
from gyogwa.loader.order import Order
from gyogwa.loader.state import LoaderState, OrderSettings, draws_as_recorded
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Earlier


@dataclass(frozen=True)
class Left:
    """What is left of an epoch: `batches` over positions of `order`. `consumed`: how many draws of
    the epoch are consumed at a position."""

    order: Order | EarlierOrder
    batches: Batches
    consumed: Callable[[int], int]

    def consumed_behind(self, number: int) -> int:
        """How many draws of the epoch are consumed behind batch `number`, from 0, of these."""
        return self.consumed(self.batches.end(number))

    def is_last(self, number: int) -> bool:
        """Whether no batch is behind batch `number`; under a budget counting all would be slow."""
        return next(iter(self.batches.dealt(number + 1, 1)), None) is None


@dataclass(frozen=True)
class Epochs:
    """The epochs of the stage of `index`, ordered by `settings`, in the batches of `batching`."""

    index: StageIndex
    batching: Batching
    settings: OrderSettings

    def order(self, epoch: int) -> Order:
        """The order of an epoch of the stage as it is."""
        return Order(
            self.index.draws,
            seed=self.settings.seed,
            epoch=epoch,
            window=self.settings.window,
            shuffle=self.settings.shuffle,
        )

    def left(self, state: LoaderState) -> Left:
        """What is left of the epoch that `state` stands in."""
        if earlier := self._earlier(state):
            return self._left_of_earlier(earlier, state)
        order = self.order(state.epoch)
        batches = self.batching.rest(order, state.consumed, self.settings.seed, state.epoch)
        return Left(order, batches, lambda position: position)

    def check(self, saved: LoaderState, here: LoaderState) -> None:
        """Raises GyogwaError where a loader that stands at `here` can't go on from `saved`."""
        earlier = self._earlier(saved)
        manifest = self.index.manifest
        draws = sum(s.draws for s in earlier.shards) if earlier else manifest.draws
        fingerprint = earlier.fingerprint if earlier else manifest.fingerprint
        saved.matches(replace(here, manifest=fingerprint), draws)
        plain = isinstance(self.batching, EvenBatches) and draws_as_recorded(saved)
        if earlier and (self.index.left_out or not plain):
            raise GyogwaError(
                "the state is from before samples of the stage were forgotten; such an epoch can "
                "go on in batches of a number of samples, in the recorded mixture and a dialect "
                "that says every sample, and in no others"
            )

    def _earlier(self, state: LoaderState) -> Earlier | None:
        """The stage as it was when the state's epoch began, where samples were forgotten since."""
        found = (e for e in self.index.manifest.earlier if e.fingerprint == state.manifest)
        return next(found, None)

    def _left_of_earlier(self, earlier: Earlier, state: LoaderState) -> Left:
        assert isinstance(self.batching, EvenBatches)  # others were refused with the state
        order = EarlierOrder(
            earlier,
            seed=self.settings.seed,
            epoch=state.epoch,
            window=self.settings.window,
            shuffle=self.settings.shuffle,
        )
        start = order.left_from(state.consumed)
        batches = replace(self.batching, samples=order.samples, start=start)
        return Left(order, batches, order.consumed)


def batching_of(
    index: StageIndex,
    batch_size: int | Budget,
    ranks: tuple[int, int],
    drop_last: bool,
    shuffle: bool,
) -> Batching:
    """How epochs of a stage are cut into batches. Raises GyogwaError where none could be."""
    if drop_last and not index.manifest.draws:
        raise GyogwaError(
            "no sample to train on" + (", in this dialect" if index.left_out else "")
            + "; take another stage, or drop_last=False, which gives no batch"
        )  # fmt: skip
    if isinstance(batch_size, Budget):
        if drop_last and index.manifest.draws < batch_size.least:
            raise GyogwaError(
                f"the stage has {index.manifest.draws} samples, fewer than the budget's least, "
                f"{batch_size.least}; choose a smaller least, or drop_last=False"
            )
        lengths = read_lengths(index, batch_size.unit)
        return BudgetBatching(batch_size, lengths, index.ends, *ranks, drop_last, shuffle)
    return EvenBatches(index.manifest.draws, batch_size, *ranks, drop_last)
