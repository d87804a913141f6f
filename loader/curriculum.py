"""All stages of a run, one after the other: what trains when, on which batches.

    loader = CurriculumLoader("OUT/curriculum.json", batch_size=256, num_workers=8)
    loader.load_state_dict(state)                 # to go on where a run stopped
    current = None
    for stage, batch in loader:
        if stage != current:                      # at each beginning, and after each restore
            current = stage
            freeze_all_but(model, stage.trains)
        train(stage.objective, batch)
        state = loader.state_dict()

Each batch comes with its stage, so a loop that was restored in the middle of a stage learns what
trains from the first batch, like one that has just begun it.
"""

import difflib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from torch.utils.data import IterableDataset, get_worker_info

from gyogwa.loader.batch import Batch
from gyogwa.loader.budget import Budget
from gyogwa.loader.opening import curriculum_location, read_curriculum
from gyogwa.loader.ranks import settled_ranks
from gyogwa.loader.settings import whole
from gyogwa.loader.stage import StageLoader
from gyogwa.loader.state import CurriculumState, parse_curriculum_state
from gyogwa.loader.weights import Weights
from gyogwa.schemas.curriculum import Module
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import StageEntry
from gyogwa.transforms.files.locations import beside, redacted
from gyogwa.transforms.files.storage import Storage

T = TypeVar("T")


@dataclass(frozen=True)
class CurriculumStage:
    """What a training loop needs to know about a stage.

    `number` counts from 1; `trains` names what is not frozen; `batches` is the stage's length in
    global batches, all its epochs together.
    """

    name: str
    number: int
    objective: Literal["sft", "preference"]
    trains: tuple[Module, ...]
    batches: int


class CurriculumLoader(IterableDataset[tuple[CurriculumStage, Batch]]):
    """Iterates over the stages of a run in order, and then is at its end.

    `batch_size` (global, in samples, or a `Budget`), `epochs`, `max_batches` (of a stage, over all
    epochs; None: no limit), `weights` and `temperature` (see `loader.weights`) are either one
    value for all stages or a mapping from every stage's name. Stages without samples are passed
    over. `curriculum` may be the run's folder, and an address, as `StageLoader`'s manifest may;
    `rank`, `world_size` and `check_ranks` are as there. Further `options` are those of
    `StageLoader` and hold for every stage and its validation.

    All stages are opened at once, so that what is missing shows before training and not after days.
    With torchdata's `StatefulDataLoader` use `num_workers` here and none there.

    Raises GyogwaError for settings that don't fit, and for whatever `StageLoader` refuses.
    """

    def __init__(
        self,
        curriculum: str | Path,
        *,
        batch_size: int | Budget | Mapping[str, int | Budget],
        epochs: int | Mapping[str, int] = 1,
        max_batches: int | Mapping[str, int | None] | None = None,
        seed: int = 0,
        rank: int | None = None,
        world_size: int | None = None,
        check_ranks: bool = True,
        num_workers: int = 0,
        weights: Weights | Mapping[str, Weights | None] | None = None,
        temperature: float | Mapping[str, float] = 1.0,
        **options: Any,
    ) -> None:
        _check_names(options)
        rank, world_size = settled_ranks(rank, world_size, check_ranks)
        storage = Storage(options.get("storage_options"))
        self._location = curriculum_location(curriculum, storage)
        self._name = redacted(self._location)
        self._manifest = read_curriculum(self._location, storage)
        self._entries = {entry.name: entry for entry in self._manifest.stages}
        self._batch_size = self._by_stage("batch_size", batch_size)
        self._epochs = self._by_stage("epochs", epochs)
        self._max_batches = self._by_stage("max_batches", max_batches)
        for name in self._entries:
            whole(f"stage {name}: epochs", self._epochs[name], 1)
            if self._max_batches[name] is not None:
                whole(f"stage {name}: max_batches", self._max_batches[name], 1)
        self._options = options | {
            "seed": seed, "rank": rank, "world_size": world_size, "check_ranks": check_ranks,
            "num_workers": num_workers,
        }  # fmt: skip
        of_weights = self._by_stage("weights", weights)
        of_temperature = self._by_stage("temperature", temperature)
        self._loaders = {
            entry.name: self._open(
                entry,
                entry.manifest,
                weights=of_weights[entry.name],
                temperature=of_temperature[entry.name],
            )
            for entry in self._manifest.stages
            if entry.samples
        }
        self.stages = [self._stage(loader) for loader in self._loaders.values()]
        """The stages that have samples, in order."""
        self._beginnings = {name: loader.state_dict() for name, loader in self._loaders.items()}
        self._place = 0
        self._batches = 0
        self._iterations = 0

    def __len__(self) -> int:
        """Batches of the whole curriculum, the same for every rank."""
        return sum(stage.batches for stage in self.stages)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, less than 1 KB, the same on every rank."""
        at_end = self._place == len(self.stages)
        name = "" if at_end else self.stages[self._place].name
        inner = None if at_end else self._loaders[name].state_dict()
        return CurriculumState(self._manifest.fingerprint, name, self._batches, inner).to_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`. World size, workers, batch sizes, epochs and limits may have changed.

        Raises GyogwaError for the state of another run, or of a stage in another order or mixture.
        """
        saved = parse_curriculum_state(state)
        known = (self._manifest.fingerprint, *self._manifest.earlier)
        if saved.curriculum not in known:
            raise GyogwaError(
                f"the state is of the run with fingerprint {saved.curriculum}, {self._name} has "
                f"{self._manifest.fingerprint}; open the run that the state was taken from"
            )
        names = [stage.name for stage in self.stages]
        ended = not saved.stage and saved.loader is None
        if not ended and (saved.stage not in names or saved.loader is None or saved.batches < 0):
            raise GyogwaError(
                f"the state stands behind {saved.batches} batches of stage {saved.stage!r}, "
                f"{self._name} has {', '.join(names)}; the state is damaged"
            )
        if saved.loader is not None:
            self._loaders[saved.stage].load_state_dict(saved.loader)
        self._place = names.index(saved.stage) if saved.stage else len(names)
        self._batches = saved.batches
        for name in names[self._place + 1 :]:
            self._loaders[name].load_state_dict(self._beginnings[name])
        self._iterations += 1

    def __iter__(self) -> Iterator[tuple[CurriculumStage, Batch]]:
        info = get_worker_info()
        if info is not None and info.num_workers > 1:
            raise GyogwaError(
                f"a curriculum can't be shared by {info.num_workers} workers of another loader; "
                "give CurriculumLoader num_workers, and the other loader none"
            )
        self._iterations += 1
        mine = self._iterations
        while self._place < len(self.stages):
            stage = self.stages[self._place]
            for batch in self._rest(stage):
                yield stage, batch
                if self._iterations != mine:
                    raise RuntimeError(
                        "the loader was restored or iterated over again during this iteration; "
                        "one iteration at a time"
                    )
            self._place, self._batches = self._place + 1, 0

    def validation_loader(self, stage: str) -> StageLoader | None:
        """A stage's validation samples, each exactly once over all ranks, in a fixed order.

        Every rank sees the same number of batches; the last may be empty on some. None where the
        run held nothing out for this stage. Raises GyogwaError for a stage that isn't there.
        """
        if stage not in self._entries:
            raise GyogwaError(f"no stage {stage!r} in {self._name}: {', '.join(self._entries)}")
        entry = self._entries[stage]
        if entry.validation is None:
            return None
        loader = self._open(entry, entry.validation, shuffle=False, drop_last=False)
        return loader if loader.manifest.draws else None

    def _rest(self, stage: CurriculumStage) -> Iterator[Batch]:
        """The batches of a stage that are left, epoch after epoch."""
        loader = self._loaders[stage.name]
        limit = self._max_batches[stage.name]
        try:
            while loader.epoch < self._epochs[stage.name]:
                if limit is not None and self._batches >= limit:
                    return
                for batch in loader:
                    self._batches += 1
                    yield batch
                    if limit is not None and self._batches >= limit:
                        return
        finally:
            loader.close()  # its workers; the next stage has its own

    def _stage(self, loader: StageLoader) -> CurriculumStage:
        manifest = loader.manifest
        batches = 0
        for epoch in range(self._epochs[manifest.name]):
            # A budget cuts each epoch into another number of batches.
            loader.set_epoch(epoch)
            batches += len(loader)
        loader.set_epoch(0)
        limit = self._max_batches[manifest.name]
        return CurriculumStage(
            name=manifest.name,
            number=manifest.number,
            objective=manifest.objective,
            trains=tuple(manifest.trains),
            batches=batches if limit is None else min(batches, limit),
        )

    def _open(self, entry: StageEntry, manifest: str, **changes: Any) -> StageLoader:
        settings = self._options | {"batch_size": self._batch_size[entry.name]} | changes
        loader = StageLoader(beside(self._location, manifest), **settings)
        if manifest == entry.manifest and loader.manifest.fingerprint != entry.fingerprint:
            raise GyogwaError(
                f"stage {entry.name} of {self._name}: its manifest has the fingerprint "
                f"{loader.manifest.fingerprint}, but curriculum.json says "
                f"{entry.fingerprint}; the stage is of another run: copy the whole run, or build "
                "it again"
            )
        return loader

    def _by_stage(self, name: str, value: T | Mapping[str, T]) -> dict[str, T]:
        """A setting for each stage. Raises GyogwaError when a mapping names other stages."""
        if not isinstance(value, Mapping):
            return dict.fromkeys(self._entries, value)
        if set(value) != set(self._entries):
            raise GyogwaError(
                f"{name} is given for {', '.join(value)}; the stages of {self._name} are "
                f"{', '.join(self._entries)}: give one value, or one for each"
            )
        return dict(value)


def _check_names(options: Mapping[str, Any]) -> None:
    """Raises GyogwaError for options that `StageLoader` doesn't have, or that a stage decides."""
    known = [name for name in inspect.signature(StageLoader).parameters if name != "manifest"]
    for name in options:
        if name not in known:
            close = difflib.get_close_matches(name, [*known, "epochs", "max_batches"], n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise GyogwaError(f"CurriculumLoader has no argument {name!r}; {hint}")
