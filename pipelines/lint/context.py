"""What the samples of a stage are checked against."""

from collections import Counter
from dataclasses import dataclass, field

from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.split import Sides
from gyogwa.pipelines.lint.tables import Known
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.targets.registry import dialect_of


@dataclass
class Context:
    """A split of a stage, the engine of the run, its tables, and what was seen so far.

    `sources`: samples by (source, licence), counted as shards are read. `complete`: whether every
    shard could be read, so that the counts hold. `countable`: whether tokens can be counted here.
    """

    split: SplitOfStage
    engine: str
    known: Known
    sides: Sides
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    complete: bool = True
    countable: bool = True

    @property
    def dialect(self) -> Dialect:
        """The markup of the stage."""
        return dialect_of(self.split.stage)
