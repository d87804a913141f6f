"""Everything that a report says of a run, counted: no text of the page, no drawing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gyogwa.pipelines.report.prompts import PromptUse
from gyogwa.pipelines.review.rates import Review
from gyogwa.schemas.ledger import LedgerRow, Suspect
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.quality import OcrQuality
from gyogwa.schemas.run import RunMarker

Rejected = Counter[tuple[str, str, str]]
"""How many by step, unit and rule."""
Personal = Counter[tuple[str, str]]
"""How often personal data of a kind was found and what was done: by kind and action."""


@dataclass(frozen=True)
class Bins:
    """A distribution: `counts` of what lies between neighbouring `edges`, of which there is one
    more; the last bin has all that is larger too."""

    edges: list[float]
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


def binned(values: Iterable[float], edges: list[float]) -> Bins:
    """Count values into bins; what is below the first edge counts into the first.

    >>> binned([1, 5, 50], [0, 10, 20]).counts
    [2, 1]
    """
    counts = [0] * (len(edges) - 1)
    for value in values:
        at = next((n for n in range(len(counts)) if value < edges[n + 1]), len(counts) - 1)
        counts[at] += 1
    return Bins(edges, counts)


@dataclass(frozen=True)
class Seen:
    """Images and samples, counted by what they are. `sides`: of images, longer side in pixels;
    `lengths`: characters of samples' text; `confidence`: mean of images that OCR read;
    `distances`: bits between copies; `shown`: images of samples, one in several counted again."""

    kinds: Counter[str] = field(default_factory=Counter)
    image_languages: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    licences: Counter[tuple[str, str]] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    sides: Bins = field(default_factory=lambda: Bins([], []))
    lengths: Bins = field(default_factory=lambda: Bins([], []))
    confidence: Bins = field(default_factory=lambda: Bins([], []))
    distances: Bins = field(default_factory=lambda: Bins([], []))
    shown: int = 0


@dataclass(frozen=True)
class Figures:
    """The run. `unread`: what of the inputs nobody read or used, a sentence a kind. `quality`: what
    `--measure_ocr` found of this engine, [] without; `marker`: times and settings, None where they
    aren't told; `review`: what people found, None without marks."""

    run: CurriculumManifest
    manifests: list[StageManifest]
    plan: Plan
    ledger: list[LedgerRow]
    rejected: Rejected
    unread: list[str]
    suspects: list[Suspect]
    prompts: list[PromptUse]
    quality: list[OcrQuality]
    seen: Seen
    personal: Personal
    marker: RunMarker | None = None
    review: Review | None = None
