"""The manifests a run writes: one for each stage, and the resolved curriculum above them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.curriculum import Curriculum, Module, Pixels


class Written(BaseModel):
    """Base of what runs write and loaders read: unknown fields are refused here too."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shard(Written):
    """One tar. `file` is relative to the manifest; `series` names the shape of its samples."""

    file: str
    series: str
    samples: int = Field(ge=1)
    bytes: int = Field(ge=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class SourceShare(Written):
    """How many samples of a stage show images (or conversations) of one source and licence."""

    source: str
    licence: str
    samples: int


class MixtureShare(Written):
    """How much of a stage one task makes up: what was asked for, what there is."""

    task: str
    asked: float
    draws: int
    share: float


class IndexFile(Written):
    """The table of samples beside the manifest."""

    file: str
    rows: int
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class BenchmarkChecked(Written):
    """An evaluation set that training was compared with. `rows`: questions, or images without any;
    `short`: questions that say too little, with their choices or without, to be looked for;
    `unreadable`: images that can't be decoded; `fingerprint` of its rows."""

    name: str
    rows: int
    images: int
    unreadable: int
    questions: int
    short: int
    fingerprint: str


class EarlierShard(Written):
    """A shard as an earlier order of the stage had it: its draws are `first` to before
    `first + draws`."""

    series: str
    first: int
    draws: int


class Earlier(Written):
    """The stage as it was before samples of it were forgotten: its fingerprint, what its order
    followed from, and which of its draws are gone since."""

    fingerprint: str
    shards: list[EarlierShard]
    gone: list[int]


class StageManifest(Written):
    """All that a loader needs to know about a stage. `fingerprint` covers every shard's hash."""

    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    name: str
    number: int
    split: Literal["train", "validation"]
    objective: Literal["sft", "preference"]
    trains: list[Module]
    samples: int = Field(description="distinct ones; an epoch shows `draws`, repeats counted")
    draws: int
    questions: int = Field(description="of all draws; `mixture` counts them by task")
    bytes: int
    tokens: int = Field(description="of all draws")
    token_count: str
    tiles: str | None
    tile_side: int
    dialect: str
    pixels: Pixels = Field(description="of the processor, where boxes are in them")
    shards: list[Shard]
    index: IndexFile
    sources: list[SourceShare]
    mixture: list[MixtureShare]
    replays: dict[str, int] = Field(description="samples of earlier stages, by stage")
    benchmarks_checked: Literal["none"] | list[BenchmarkChecked]
    fingerprint: str
    earlier: list[Earlier] = Field([], description="from the first, where samples were forgotten")


class StageEntry(Written):
    """A stage as `curriculum.json` lists it; the manifests are relative to that file."""

    name: str
    manifest: str
    validation: str | None
    samples: int
    fingerprint: str


class CurriculumManifest(Written):
    """The resolved curriculum of a run, written last of all."""

    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    curriculum: Curriculum
    engine: str
    stages: list[StageEntry]
    fingerprint: str
    earlier: list[str] = Field([], description="fingerprints before samples were forgotten")
