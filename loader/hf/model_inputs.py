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
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torch.utils.data import DataLoader

from gyogwa.loader.batch import Batch
from gyogwa.loader.stage import StageLoader

Inputs = Mapping[str, Any]
Collator = Callable[[Batch], Mapping[str, Any]]


class ModelInputs:
    """Iterates over the rest of an epoch of `loader`, each batch as `collator` makes it.

    `num_workers`: processes that load and collate; give the loader none of its own. `options` go
    to `torch.utils.data.DataLoader`, such as `pin_memory`. Raises what the loader and the collator
    raise.
    """

    def __init__(
        self, loader: StageLoader, collator: Collator, *, num_workers: int = 0, **options: Any
    ) -> None:
        self.loader = loader
        self._collator = collator
        self._options = {"num_workers": num_workers, **options}

    def __len__(self) -> int:
        """Batches in a whole epoch."""
        return len(self.loader)

    def state_dict(self) -> dict[str, Any]:
        """Where the loop stands, as `StageLoader.state_dict`."""
        return self.loader.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Raises GyogwaError as `StageLoader.load_state_dict`."""
        self.loader.load_state_dict(state)

    def set_epoch(self, epoch: int) -> None:
        """As `StageLoader.set_epoch`; needed only to leave an epoch early."""
        self.loader.set_epoch(epoch)

    def __iter__(self) -> Iterator[Inputs]:
        epoch, follow = self.loader.epoch, self.loader.following()
        copied = copy.copy(self.loader)  # workers iterate over copies, and so does a loop without
        collate: Any = self._collator  # of one batch, since they come whole
        batches: DataLoader[Any] = DataLoader(
            copied, batch_size=None, collate_fn=collate, **self._options
        )
        for number, inputs in enumerate(batches):
            follow(number)
            yield inputs
        self.loader.set_epoch(epoch + 1)
