"""A stage's batches as inputs of a model: the processor's work in workers, and the state exact.

    inputs = ModelInputs(StageLoader("OUT/stages/2-basic-sft", batch_size=8),
                         ChatCollator(processor), num_workers=8)
    inputs.load_state_dict(state)                 # to go on where a run stopped
    for batch in inputs:
        loss = model(**batch).loss
        state = inputs.state_dict()

A `DataLoader` over a `StageLoader` leaves that object where it stood, since workers have copies.
Here it follows the batches that the loop was given, and the next iteration is the next epoch.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from torch.utils.data import DataLoader

from gyogwa.loader.batch import Batch
from gyogwa.loader.settings import whole
from gyogwa.loader.stage import StageLoader
from gyogwa.schemas.errors import GyogwaError

Inputs = Mapping[str, Any]
Collator = Callable[[Batch], Mapping[str, Any]]


class ModelInputs:
    """Iterates over the rest of an epoch of `loader`, each batch as `collator` makes it.

    `num_workers`: processes that load and collate; give the loader none of its own. `options` go
    to `torch.utils.data.DataLoader`, such as `pin_memory`. Raises what the loader and the collator
    raise, and GyogwaError for another loader.
    """

    def __init__(
        self, loader: StageLoader, collator: Collator, *, num_workers: int = 0, **options: Any
    ) -> None:
        if not isinstance(loader, StageLoader):
            raise GyogwaError(
                f"ModelInputs takes a StageLoader, and this is {type(loader).__name__}; of a "
                "CurriculumLoader's stages and batches, give the collator each batch"
            )
        if not callable(collator):
            raise GyogwaError(
                f"collator is {collator!r}; give a ChatCollator, or another of its kind"
            )
        self.loader = loader
        self._iterations = 0
        self._collator = collator
        self._options = {"num_workers": whole("num_workers", num_workers, 0), **options}

    def __len__(self) -> int:
        """Batches in a whole epoch."""
        return len(self.loader)

    def state_dict(self) -> dict[str, Any]:
        """Where the loop stands, as `StageLoader.state_dict`."""
        return self.loader.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Raises GyogwaError as `StageLoader.load_state_dict`."""
        self.loader.load_state_dict(state)
        self._iterations += 1

    def set_epoch(self, epoch: int) -> None:
        """As `StageLoader.set_epoch`; needed only to leave an epoch early."""
        self._iterations += epoch != self.loader.epoch
        self.loader.set_epoch(epoch)

    def __iter__(self) -> Iterator[Inputs]:
        self._iterations += 1
        mine = self._iterations
        follow = self.loader.following()
        epoch = self.loader.epoch
        copied = copy.copy(self.loader)  # workers iterate over copies, and so does a loop without
        collate: Any = self._collator  # of one batch, since they come whole
        batches: DataLoader[Any] = DataLoader(
            copied, batch_size=None, collate_fn=collate, **self._options
        )
        for number, inputs in enumerate(_in_a_line(batches)):
            follow(number)
            yield inputs
            if self._iterations != mine:  # another goes on from here, and this one would go astray
                raise RuntimeError(
                    "these inputs were restored or iterated over again during this iteration; one "
                    "iteration at a time"
                )
        self.loader.set_epoch(epoch + 1)


def _in_a_line(batches: Iterable[Inputs]) -> Iterator[Inputs]:
    """The same, with what a worker raised said as it was there: a DataLoader puts the worker's
    traceback before it, with the class and the text in its last lines."""
    try:
        yield from batches
    except GyogwaError as error:
        raise GyogwaError(str(error).rpartition(f"{GyogwaError.__name__}: ")[2].strip()) from error
