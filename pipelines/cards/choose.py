"""Which samples, rejects and pairs get a card: all of them, or some of each kind, by hash."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from gyogwa.pipelines.ledger import parts_of
from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.cards.absences import pair_id, reject_id
from gyogwa.transforms.files.tables import list_parts, read_folder, read_rows

T = TypeVar("T")
DROPPED = ("exact", "near", "alike")
"""Verdicts of pairs that are copies."""


@dataclass(frozen=True)
class Chosen:
    """A sample by its row in the index of `folder`, which is `shards` below the run's root."""

    stage: Stage
    folder: str
    shards: str
    row: IndexRow


def indexed(layout: RunLayout, run: CurriculumManifest) -> Iterator[Chosen]:
    """Every sample of every stage and split that lies in shards of its own: a replay's card is with
    its own stage."""
    for number, (stage, entry) in enumerate(zip(run.curriculum.stages, run.stages, strict=True), 1):
        for split in ("train", "validation") if entry.validation else ("train",):
            folder = layout.stage(number, stage.name, split)
            shards = RunLayout("").stage(number, stage.name, split)[1:]
            for row in read_rows(IndexRow, f"{folder}/index.parquet"):
                if not row.shard.startswith("../"):
                    yield Chosen(stage, folder, shards, row)


def some_samples(samples: Iterable[Chosen], per_task: int | None) -> tuple[list[Chosen], int]:
    """All, or the first by hash of key, so that each task of each stage and split comes `per_task`
    times where there are so many, as they lie in the shards; and how many there are in all."""
    groups: dict[tuple[str, str], list[tuple[str, Chosen]]] = {}
    total = 0
    for each in samples:
        total += 1
        ranked = hash_of("card", each.row.key), each
        for task in set(each.row.questions or [each.row.task]):
            _add(groups.setdefault((each.folder, task), []), ranked, per_task)
    first = (each for group in groups.values() for _, each in _first(group, per_task))
    some = {(each.folder, each.row.key): each for each in first}.values()
    return sorted(some, key=lambda each: (each.folder, each.row.shard, each.row.offset)), total


def some_rejects(
    layout: RunLayout, built: RunLayout, per_rule: int | None
) -> tuple[list[Reject], int]:
    """(some, how many there are): of every step, unit and rule the first `per_rule` by hash."""
    groups: dict[tuple[str, str, str], list[tuple[str, Reject]]] = {}
    total = 0
    for path in parts_of(layout.rejects, built.rejects):
        for reject in read_rows(Reject, path):
            total += 1
            group = groups.setdefault((reject.step, reject.unit, reject.rule), [])
            _add(group, (reject_id(reject), reject), per_rule)
    unique: dict[str, Reject] = {}
    for key in sorted(groups):
        unique |= dict(_first(groups[key], per_rule))
    return list(unique.values()), total


def some_pairs(built: RunLayout, per_verdict: int | None) -> tuple[list[Duplicate], int]:
    """The same of pairs of copies, by verdict."""
    groups: dict[str, list[tuple[str, Duplicate]]] = {}
    total = 0
    for pair in read_folder(Duplicate, built.duplicates) if list_parts(built.duplicates) else ():
        if pair.verdict in DROPPED:
            total += 1
            _add(groups.setdefault(pair.verdict, []), (pair_id(pair), pair), per_verdict)
    some = [pair for verdict in sorted(groups) for _, pair in _first(groups[verdict], per_verdict)]
    return some, total


def _add(group: list[tuple[str, T]], ranked: tuple[str, T], most: int | None) -> None:
    """Take one more into a group of which the first are wanted: few are held at once."""
    group.append(ranked)
    if most is not None and len(group) > 4 * most + 100:
        group[:] = _first(group, most)


def _first(group: list[tuple[str, T]], most: int | None) -> list[tuple[str, T]]:
    return sorted(group, key=lambda each: each[0])[:most]
