"""What a person is to look at, and what he found: a stratified sample, and marks on it.

A mark holds for a sample as it was looked at: `crc32` is of its bytes in the shard, so that a
sample that has changed since counts as not looked at.
"""

from typing import Literal

from pydantic import Field

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.manifest import Written

MARKS: Literal["gyogwa marks"] = "gyogwa marks"


class Stratum(Written):
    """Samples of one stage that have `task` as the rarest of their tasks there."""

    stage: str
    task: str
    samples: int = Field(ge=1)

    @property
    def name(self) -> str:
        return f"{self.stage} / {self.task}"


class Drawn(Written):
    """A sample that was drawn, and the number of its stratum."""

    key: str
    crc32: int
    stratum: int = Field(ge=0)


class Draw(Written):
    """What was drawn of a run. `fingerprint` is that of the run's curriculum."""

    fingerprint: str
    asked: int = Field(ge=1)
    seed: int
    strata: list[Stratum]
    samples: list[Drawn]


class Mark(Written):
    """What somebody says of a sample."""

    key: str
    crc32: int
    mark: Literal["good", "bad"] | None
    note: str = Field("", max_length=10_000)


class Marks(Written):
    """A file of marks, as the pages export and import it: the draw whole, so that rates can be
    weighed, and the marks that were made."""

    kind: Literal["gyogwa marks"] = MARKS
    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    by: str = Field("", max_length=200)
    draw: Draw
    marks: list[Mark]
