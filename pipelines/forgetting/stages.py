"""Shards, indexes and manifests without what is to be forgotten.

A shard that holds none of it is linked, byte for byte; another is written anew, without the samples
that go, the rest in the same order. Replays follow. Every stage that changed remembers how its
epochs were ordered before, so that a loader's state from before still means something. Each shard's
JSON is read once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from gyogwa.pipelines.forgetting.asked import Wanted
from gyogwa.schemas.forgotten import ForgottenSample
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import (
    Earlier,
    EarlierShard,
    IndexFile,
    MixtureShare,
    Shard,
    SourceShare,
    StageManifest,
)
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import open_file, read_bytes, read_exactly
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.files.tar import end_tar
from gyogwa.transforms.files.writing import write_bytes, writing
from gyogwa.transforms.shards.finishing import index_bytes, questions_of, stage_fingerprint
from gyogwa.transforms.shards.reader import samples_in

Place = tuple[str, str]
"""A stage's folder, relative to the run, and a shard in it."""


@dataclass
class Changes:
    """What changed so far. `shards`: new entries of shards by place, None where nothing is left;
    `moved`: new rows by (folder, key), None for those that went; `samples`: those; `told`: what the
    ledger says of them (key, source, uri, questions); `written`: files that were written aside."""

    shards: dict[Place, Shard | None] = field(default_factory=dict)
    moved: dict[tuple[str, str], IndexRow | None] = field(default_factory=dict)
    samples: list[ForgottenSample] = field(default_factory=list)
    told: list[tuple[str, str, str, int]] = field(default_factory=list)
    lost: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)


def rewrite_stage(
    layout: RunLayout, target: RunLayout, folder: str, wanted: Wanted, changes: Changes
) -> StageManifest:
    """Write what changes of a stage (`folder` relative to the run) under `target`; gives its
    manifest, which is the old one where nothing did."""
    path = f"{layout.root}/{folder}/manifest.json"
    manifest = parse_json(read_bytes(path), path, StageManifest)
    rows = list(read_rows(IndexRow, f"{layout.root}/{folder}/index.parquet"))
    by_shard: dict[str, list[IndexRow]] = {}
    for row in rows:
        by_shard.setdefault(row.shard, []).append(row)
    for shard in manifest.shards:
        if not shard.file.startswith("../"):
            of_shard = by_shard[shard.file]
            _rewrite_shard(layout, target, folder, manifest, shard, of_shard, wanted, changes)
    kept = [_now(folder, row, changes) for row in rows]
    left = [row for row in kept if row is not None]
    if left == rows:
        return manifest
    index = index_bytes(left)
    _put(target, f"{folder}/index.parquet", index, changes)
    shards = list(_shards(folder, manifest, left, changes))
    went = [row for row, now in zip(rows, kept, strict=True) if now is None]
    updated = manifest.model_copy(
        update={
            "samples": len(left),
            "draws": sum(row.repeats for row in left),
            "questions": questions_of(left),
            "bytes": sum(s.bytes for s in shards if not s.file.startswith("../")),
            "tokens": sum(row.tokens * row.repeats for row in left),
            "shards": shards,
            "index": IndexFile(file="index.parquet", rows=len(left), sha256=sha256_hex(index)),
            "sources": _sources(manifest, went, changes.lost.get(folder, Counter())),
            "mixture": _mixture(manifest, left),
            "replays": _replays(manifest, left),
            "fingerprint": stage_fingerprint(index, shards),
            "earlier": _earlier(manifest, rows, kept),
        }
    )
    text = updated.model_dump_json(indent=2) + "\n"
    _put(target, f"{folder}/manifest.json", text.encode(), changes)
    return updated


def _put(target: RunLayout, path: str, data: bytes, changes: Changes) -> None:
    write_bytes(f"{target.root}/{path}", data)
    changes.written.add(path)


def _rewrite_shard(
    layout: RunLayout,
    target: RunLayout,
    folder: str,
    manifest: StageManifest,
    shard: Shard,
    rows: list[IndexRow],
    wanted: Wanted,
    changes: Changes,
) -> None:
    path = f"{layout.root}/{folder}/{shard.file}"
    with open_file(path) as file:
        entries = {s.key: s.entry(path) for s in samples_in(file)}
    gone = {key for key, entry in entries.items() if is_of(entry, wanted)}
    if not gone:
        return
    by_key = {row.key: row for row in rows}
    lost = changes.lost.setdefault(folder, Counter())
    for key in sorted(gone):
        entry, row = entries[key], by_key[key]
        origin = entry.provenance
        lost.update(
            {(i.source, i.licence) for i in entry.images} | {(origin.source, origin.licence)}
        )
        changes.moved[folder, key] = None
        changes.samples.append(
            ForgottenSample(stage=manifest.name, split=manifest.split, key=key, shard=shard.file)
        )
        changes.told.append((key, origin.source, origin.uri, len(row.questions)))
    changes.written.add(f"{folder}/{shard.file}")
    if len(gone) == len(rows):
        changes.shards[folder, shard.file] = None
        return
    offset = 0
    to = f"{target.root}/{folder}/{shard.file}"
    with writing(to, "a shard") as out:
        for row in rows:
            if row.key in gone:
                continue
            out.write(read_exactly(path, row.offset, row.length))
            changes.moved[folder, row.key] = replace(row, offset=offset)
            offset += row.length
        offset += end_tar(out, offset)
    changes.shards[folder, shard.file] = shard.model_copy(
        update={
            "samples": len(rows) - len(gone),
            "bytes": offset,
            "sha256": sha256_hex(read_bytes(to)),
        }
    )


def is_of(entry: SampleEntry, wanted: Wanted) -> bool:
    """Whether a sample shows or quotes what is to be forgotten."""
    ids = {image.id for image in entry.images}
    if not ids.isdisjoint(wanted.images | wanted.derived):
        return True
    origin = entry.provenance
    return (origin.source, origin.uri) in wanted.places


def _now(folder: str, row: IndexRow, changes: Changes) -> IndexRow | None:
    """A row as it is now; of a replayed sample, as its own stage has it."""
    own, _ = _home(folder, row.shard)
    now = changes.moved.get((own, row.key), row)
    if now is None or now is row:
        return now
    return replace(now, shard=row.shard, repeats=row.repeats)


def _home(folder: str, shard: str) -> Place:
    """The folder and name of a shard that a stage in `folder` lists."""
    if not shard.startswith("../"):
        return folder, shard
    earlier, _, name = shard.removeprefix("../").partition("/")
    return f"stages/{earlier}", name


def _shards(
    folder: str, manifest: StageManifest, rows: list[IndexRow], changes: Changes
) -> Iterator[Shard]:
    counts = Counter(row.shard for row in rows)
    for shard in manifest.shards:
        now = changes.shards.get(_home(folder, shard.file), shard)
        if now is not None and counts[shard.file]:
            yield now.model_copy(update={"file": shard.file, "samples": counts[shard.file]})


def _sources(
    manifest: StageManifest, went: list[IndexRow], lost: Counter[tuple[str, str]]
) -> list[SourceShare]:
    counts = Counter({(share.source, share.licence): share.samples for share in manifest.sources})
    counts.subtract(lost)
    counts.subtract((row.source, row.licence) for row in went if row.shard.startswith("../"))
    return [
        SourceShare(source=source, licence=licence, samples=samples)
        for (source, licence), samples in sorted(counts.items())
        if samples
    ]


def _mixture(manifest: StageManifest, rows: list[IndexRow]) -> list[MixtureShare]:
    counts: Counter[str] = Counter()
    for row in rows:
        if not row.shard.startswith("../"):
            for task in row.questions:
                counts[task] += row.repeats
    draws = sum(counts.values())
    return [
        share.model_copy(
            update={
                "draws": counts[share.task],
                "share": round(counts[share.task] / draws, 4) if draws else 0.0,
            }
        )
        for share in manifest.mixture
    ]


def _replays(manifest: StageManifest, rows: list[IndexRow]) -> dict[str, int]:
    counts = Counter(
        _home("", row.shard)[0].rpartition("/")[2].partition("-")[2]
        for row in rows
        if row.shard.startswith("../")
    )
    return {name: counts[name] for name in manifest.replays}


def _earlier(
    manifest: StageManifest, rows: list[IndexRow], kept: list[IndexRow | None]
) -> list[Earlier]:
    """How epochs were ordered before: the stage as it was, and those before it, of whose draws
    more are gone now."""
    gone: list[int] = []
    draw = 0
    for row, now in zip(rows, kept, strict=True):
        if now is None:
            gone += range(draw, draw + row.repeats)
        draw += row.repeats
    shards, first = [], 0
    in_shard: Counter[str] = Counter()
    for row in rows:
        in_shard[row.shard] += row.repeats
    for shard in manifest.shards:
        draws = in_shard[shard.file]
        shards.append(EarlierShard(series=shard.series, first=first, draws=draws))
        first += draws
    before = [_without(earlier, gone) for earlier in manifest.earlier]
    return [*before, Earlier(fingerprint=manifest.fingerprint, shards=shards, gone=gone)]


def _without(earlier: Earlier, gone: list[int]) -> Earlier:
    """The same when more draws, numbered as they are since, are gone."""
    left = set(earlier.gone)
    stayed = [n for n in range(sum(s.draws for s in earlier.shards)) if n not in left]
    more = left | {stayed[number] for number in gone}
    return earlier.model_copy(update={"gone": sorted(more)})
