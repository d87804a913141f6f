"""Two runs side by side: what has changed between their figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.pipelines.report.figures import Figures


@dataclass(frozen=True)
class Change:
    """A number of both runs. `share`: by what part it grew (negative: fell), None from nothing."""

    group: str
    name: str
    before: float
    now: float
    share: float | None

    @property
    def large(self) -> bool:
        """Whether somebody should look: a tenth more or less, or there only once."""
        return self.share is None or abs(self.share) >= 0.1


def changes(before: Figures, now: Figures) -> list[Change]:
    """Every number that isn't the same in both, group by group."""
    old, new = (dict(_numbers(figures)) for figures in (before, now))
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        one, other = old.get(key, 0), new.get(key, 0)
        if one != other:
            found.append(Change(*key, one, other, (other - one) / one if one else None))
    order = list(dict.fromkeys(key[0] for key in [*new, *old]))
    return sorted(found, key=lambda change: order.index(change.group))


def _numbers(figures: Figures) -> Iterator[tuple[tuple[str, str], float]]:
    for row in figures.ledger:
        for name in ("incoming", "kept", "rejected"):
            yield ("ledger", f"{row.step}, {row.unit}: {name}"), getattr(row, name)
    for (step, unit, rule), count in sorted(figures.rejected.items()):
        yield ("rejects", f"{step}, {unit}: {rule}"), count
    for manifest in figures.manifests:
        name = f"{manifest.number}-{manifest.name} ({manifest.split})"
        for what in ("samples", "draws", "questions", "tokens", "bytes"):
            yield ("stages", f"{name}: {what}"), getattr(manifest, what)
        for share in manifest.mixture:
            yield ("mixture, share of draws", f"{name}: {share.task}"), round(share.share, 4)
    seen = figures.seen
    for group, counts in (
        ("kinds of images", seen.kinds),
        ("languages of samples", seen.languages),
        ("words from", seen.origins),
        ("pairs of images", seen.verdicts),
    ):
        for name, count in sorted(counts.items()):
            yield (group, name), count
    for (source, licence), count in sorted(seen.licences.items()):
        yield ("licences", f"{source}: {licence}"), count
    for (kind, action), count in sorted(figures.personal.items()):
        yield ("personal data", f"{kind}: {action}"), count
    for rates in figures.quality:
        name = f"{rates.language or 'all'}, {rates.kind or 'all'}"
        for what in ("images", "cer", "wer", "word_recall", "calibration_error"):
            yield ("OCR against the truth", f"{name}: {what}"), round(getattr(rates, what), 4)
    yield ("evaluation sets", "suspects"), len(figures.suspects)
