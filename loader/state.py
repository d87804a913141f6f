"""Where a loader stands: an epoch and a number of samples, with what they only make sense with.

The order is a pure function of its settings, so these two integers are the whole state: under 1 KB
whatever the data, the workers or the ranks, the same on every rank, and restored by seeking.
"""

from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from gyogwa.loader.order import ORDER_VERSION
from gyogwa.loader.weights import RECORDED
from gyogwa.schemas.errors import GyogwaError

State = TypeVar("State")


BY_NUMBER = "by number"
"""Describes batches of a fixed number of samples, which may change at a restore."""


@dataclass(frozen=True)
class OrderSettings:
    """Everything besides the stage that fixes the order. A state of other settings is refused.

    Batch size, ranks, workers and image size aren't here: they may change at every restore. But
    what cuts batches by budget does order them: `batches` describes it. `dialect`: the one that
    some samples were left out for, "" when none were.
    """

    seed: int
    shuffle: bool
    window: int
    order_version: int = ORDER_VERSION
    mixture: str = RECORDED
    batches: str = BY_NUMBER
    dialect: str = ""


@dataclass(frozen=True)
class LoaderState:
    """`consumed`: samples of epoch `epoch` that all ranks together have been given.

    `manifest` is the stage manifest's fingerprint.
    """

    epoch: int
    consumed: int
    manifest: str
    settings: OrderSettings

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and strings, fit for JSON and `torch.save`."""
        return asdict(self)

    def matches(self, other: "LoaderState", samples: int) -> None:
        """Raises GyogwaError unless this saved state belongs to a loader that stands at `other`."""
        if self.manifest != other.manifest:
            raise GyogwaError(
                f"the state is of the stage manifest with fingerprint {self.manifest}, this "
                f"loader's is {other.manifest}; load the stage that the state was taken from"
            )
        saved, current = asdict(self.settings), asdict(other.settings)
        differing = [name for name in saved if saved[name] != current[name]]
        if differing:
            lines = [
                f"the state was taken with {name}={saved[name]!r}, this loader has "
                f"{current[name]!r}"
                for name in differing
            ]
            raise GyogwaError("; ".join(lines) + "; the order would differ: use the same settings")
        if self.epoch < 0 or not 0 <= self.consumed <= samples:
            raise GyogwaError(
                f"the state stands at sample {self.consumed} of epoch {self.epoch}, but the "
                f"stage has {samples} samples; the state is damaged"
            )


@dataclass(frozen=True)
class CurriculumState:
    """Where a walk over the stages of a run stands.

    `curriculum` is the run's fingerprint. `batches` counts those given of `stage`, over its epochs;
    `loader` is the state of that stage's loader. At the end `stage` is "" and `loader` None.
    """

    curriculum: str
    stage: str
    batches: int
    loader: dict[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and strings, fit for JSON and `torch.save`."""
        return asdict(self)


def draws_as_recorded(state: LoaderState) -> bool:
    """Whether the order is of the stage's own mixture."""
    return state.settings.mixture == RECORDED


def parse_state(state: Any) -> LoaderState:
    """Read what `LoaderState.to_dict` gave. Raises GyogwaError when it is anything else."""
    return _parse(LoaderState, state)


def parse_curriculum_state(state: Any) -> CurriculumState:
    """Read what `CurriculumState.to_dict` gave. Raises GyogwaError when it is anything else."""
    return _parse(CurriculumState, state)


def _parse(kind: type[State], state: Any) -> State:
    try:
        return TypeAdapter(kind).validate_python(state, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "state"
        raise GyogwaError(
            f"not a state of this loader: {place}: {first['msg']}; "
            "give load_state_dict what state_dict returned"
        ) from error
