"""The facts that all descriptions of a run are written from, and which of them nobody but a person
knows.

Everything follows from the stages and the tables beside them: the same run gives the same bytes,
and what was forgotten is in none of it.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from gyogwa.pipelines.report.figures import Figures
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import Shard, StageManifest
from gyogwa.transforms.licences.names import parsed
from gyogwa.transforms.shards.writer import members_of

BROUGHT = ("converse", "text_only")
"""Tasks whose questions and answers are the sources' own."""
IMAGES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
"""Media types by the last part of a member's suffix."""


@dataclass(frozen=True)
class Part:
    """One split of a stage and what it holds of its own, replays left out. `folder` is relative to
    the run; `members`: suffixes of images, of whatever sample."""

    manifest: StageManifest

    @property
    def name(self) -> str:
        return f"{self.manifest.number}-{self.manifest.name}"

    @property
    def folder(self) -> str:
        found = self.manifest
        return RunLayout(".").stage(found.number, found.name, found.split)[2:]

    @property
    def shards(self) -> list[Shard]:
        return [shard for shard in self.manifest.shards if not shard.file.startswith("../")]

    @property
    def samples(self) -> int:
        return sum(shard.samples for shard in self.shards)

    @property
    def bytes(self) -> int:
        return sum(shard.bytes for shard in self.shards)

    @property
    def members(self) -> list[str]:
        found = {name for shard in self.shards for name in members_of(shard.series)}
        return sorted(found, key=lambda name: (len(name), name))


@dataclass(frozen=True)
class Facts:
    """A run's figures, and what follows from them."""

    figures: Figures

    @cached_property
    def parts(self) -> list[Part]:
        """Splits of stages that hold shards of their own, in order, training first."""
        return [part for m in self.figures.manifests if (part := Part(m)).shards]

    @property
    def name(self) -> str:
        return self.figures.run.curriculum.name

    @property
    def description(self) -> str:
        said = self.figures.run.curriculum.description
        built = (
            "Training stages of a bilingual vision-language model: documents, charts and tables "
            "with questions and answers, in WebDataset shards, built by gyogwa."
        )
        return f"{said.rstrip('.')}. {built}" if said else built

    @cached_property
    def samples(self) -> int:
        """Different ones, of all stages and splits."""
        return sum(part.samples for part in self.parts)

    @cached_property
    def languages(self) -> dict[str, int]:
        """Samples by language, those without any left out."""
        found = self.figures.seen.languages
        return {name: found[name] for name in sorted(found) if name != "none"}

    @cached_property
    def sources(self) -> list[tuple[str, str, int]]:
        """(source, licence, samples), replays counted again."""
        return [(*key, count) for key, count in sorted(self.figures.seen.licences.items())]

    @cached_property
    def licences(self) -> list[str]:
        """Every licence, as the sources' names were made one."""
        return sorted({licence for _, licence, _ in self.sources})

    @cached_property
    def tasks(self) -> Counter[str]:
        """Questions of the training splits by task."""
        found: Counter[str] = Counter()
        for manifest in self.figures.manifests:
            if manifest.split == "train":
                for share in manifest.mixture:
                    found[share.task] += share.draws
        return +found

    @property
    def made(self) -> int:
        """Questions whose words rules of gyogwa's made."""
        return self.tasks.total() - sum(self.tasks[task] for task in BROUGHT)

    @property
    def tokens(self) -> int:
        return sum(m.tokens for m in self.figures.manifests if m.split == "train")

    @property
    def token_counts(self) -> list[str]:
        return sorted({m.token_count for m in self.figures.manifests})

    @property
    def benchmarks(self) -> list[str]:
        checked = self.figures.manifests[0].benchmarks_checked if self.figures.manifests else "none"
        return [] if checked == "none" else [found.name for found in checked]

    @property
    def fingerprint(self) -> str:
        return self.figures.run.fingerprint

    def rejected(self, *rules: str) -> int:
        """Images, labels, conversations and samples that were rejected by one of some rules."""
        found = self.figures.rejected.items()
        return sum(count for (_, _, rule), count in found if rule in rules)


def names_in(licence: str) -> list[str]:
    """The licences that an expression names; the text itself where it is no expression."""
    tree = parsed(licence)
    return [licence] if tree is None else sorted({str(symbol) for symbol in tree.symbols})
