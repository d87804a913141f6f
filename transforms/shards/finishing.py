"""The shards of a stage to its index and pending manifest."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas.arrow import table_of
from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import fingerprint_of, sha256_hex
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import (
    BenchmarkChecked,
    IndexFile,
    MixtureShare,
    Shard,
    SourceShare,
    StageManifest,
)
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.flow.steps import Found
from gyogwa.transforms.shards.packed import index_table
from gyogwa.transforms.shards.writer import WrittenShard

PENDING = "manifest.pending.json"
"""Renamed to manifest.json when the ledger of the whole run balances."""


def numbered(curriculum: Curriculum, name: str) -> tuple[int, Stage]:
    """A stage by its name, with its number from 1."""
    for number, stage in enumerate(curriculum.stages, 1):
        if stage.name == name:
            return number, stage
    raise KeyError(name)


def finish_stage(
    key: tuple[str, str],
    found: Found,
    layout: RunLayout,
    curriculum: Curriculum,
    benchmarks: Literal["none"] | list[BenchmarkChecked],
) -> Iterator[str]:
    """Write the index and pending manifest of one split of a stage; gives the manifest's path."""
    name, split = key
    number, stage = numbered(curriculum, name)
    folder = layout.stage(number, name, split)
    shards: list[WrittenShard] = sorted(found["shards"], key=lambda shard: shard.file)
    index = index_file(index_table(shard.index for shard in shards))
    samples = sum(shard.samples for shard in shards)
    write_bytes(f"{folder}/index.parquet", index)
    listed = [
        Shard(
            file=shard.file,
            series=shard.series,
            samples=shard.samples,
            bytes=shard.bytes,
            sha256=shard.sha256,
        )
        for shard in shards
    ]
    manifest = StageManifest(
        name=name,
        number=number,
        split="validation" if split == "validation" else "train",
        objective=stage.objective,
        trains=stage.trains,
        samples=samples,
        draws=sum(shard.draws for shard in shards),
        questions=sum(shard.drawn for shard in shards),
        bytes=sum(shard.bytes for shard in shards),
        tokens=sum(shard.tokens for shard in shards),
        token_count=stage.tokens.tokenizer or stage.tokens.count,
        tiles=stage.resolution.tiles,
        tile_side=stage.resolution.tile_side,
        dialect=stage.dialect,
        pixels=stage.resolution.pixels,
        shards=listed,
        index=IndexFile(file="index.parquet", rows=samples, sha256=sha256_hex(index)),
        sources=_sources(shards),
        mixture=_mixture(stage, shards),
        replays={},
        benchmarks_checked=benchmarks,
        fingerprint=stage_fingerprint(index, listed),
    )
    path = f"{folder}/{PENDING}"
    write_bytes(path, (manifest.model_dump_json(indent=2) + "\n").encode())
    yield path


def stage_fingerprint(index: bytes, shards: list[Shard]) -> str:
    """What identifies a stage: its index and the hash of every shard."""
    return fingerprint_of([sha256_hex(index), [[s.file, s.sha256] for s in shards]])


def index_bytes(rows: list[IndexRow]) -> bytes:
    """The index as a Parquet file."""
    return index_file(table_of(IndexRow, rows))


def index_file(table: pa.Table) -> bytes:
    """An index, a table of `IndexRow`, as a Parquet file; what a reader has noted at its columns is
    left out, so that the same rows are the same bytes."""
    plain = pa.Table.from_arrays(
        table.combine_chunks().columns, schema=table_of(IndexRow, []).schema
    )
    buffer = io.BytesIO()
    pq.write_table(plain, buffer, compression="zstd")
    return buffer.getvalue()


def questions_of(rows: list[IndexRow]) -> int:
    """How many questions the draws of some rows ask."""
    return sum(len(row.questions) * row.repeats for row in rows)


def _sources(shards: list[WrittenShard]) -> list[SourceShare]:
    counts: Counter[tuple[str, str]] = Counter()
    for shard in shards:
        for source, licence, samples in shard.licences:
            counts[(source, licence)] += samples
    return [
        SourceShare(source=source, licence=licence, samples=samples)
        for (source, licence), samples in sorted(counts.items())
    ]


def _mixture(stage: Stage, shards: list[WrittenShard]) -> list[MixtureShare]:
    weight = sum(spec.weight for spec in stage.tasks.values())
    counts: Counter[str] = Counter()
    for shard in shards:
        counts.update(dict(shard.tasks))
    draws = sum(counts.values())
    return [
        MixtureShare(
            task=task,
            asked=round(spec.weight / weight, 4),
            draws=counts[task],
            share=round(counts[task] / draws, 4) if draws else 0.0,
        )
        for task, spec in sorted(stage.tasks.items())
    ]
