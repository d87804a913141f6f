"""Chosen samples to shards, and the shards of a stage to its index and pending manifest."""

import io
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

import apache_beam as beam
import pyarrow.parquet as pq

from schemas.arrow import table_of
from schemas.curriculum import Curriculum, Stage
from schemas.ids import fingerprint_of, sha256_hex
from schemas.layout import RunLayout
from schemas.manifest import (
    BenchmarkChecked,
    IndexFile,
    MixtureShare,
    Shard,
    SourceShare,
    StageManifest,
)
from schemas.records import IndexRow, Sample
from transforms.progress import advance
from transforms.shards import WrittenShard, series_of, write_shard
from transforms.storage import write_bytes
from transforms.tar import BLOCK

PENDING = "manifest.pending.json"
"""Renamed to manifest.json when the books of the whole run balance."""

Series = tuple[str, str, str]
"""A stage's name, a split and a series in it."""
Bucket = tuple[str, str, str, int]
"""A series and the number of a shard in it."""


def size_of(sample: Sample) -> int:
    """About how many bytes a sample takes in a tar."""
    text = 120 * sum(len(found.words) for found in sample.annotations) + 4 * sample.tokens
    return text + 2 * BLOCK + sum(image.ref.length + BLOCK for image in sample.images)


def bucket_of(key: str, buckets: int) -> int:
    """The shard of a key: keys are hashes, so their first digits are uniform."""
    return int(key[:12], 16) * buckets // 16**12


def shard_name(stage: str, series: str, bucket: int) -> str:
    """`2-basic-sft` has no number here: shards are named by stage, series and bucket."""
    return f"{stage}-{series}-{bucket:05d}.tar"


def to_bucket(
    sample: Sample, sizes: dict[Series, int], stages: dict[str, Stage]
) -> tuple[Bucket, Sample]:
    """Where a sample is written."""
    series = series_of(sample)
    total = sizes[(sample.stage, sample.split, series)]
    buckets = max(1, math.ceil(total / stages[sample.stage].shard_bytes))
    return (sample.stage, sample.split, series, bucket_of(sample.key, buckets)), sample


def write_bucket(
    element: tuple[Bucket, Iterable[Sample]],
    layout: RunLayout,
    curriculum: Curriculum,
) -> tuple[tuple[str, str], WrittenShard]:
    """Write one shard."""
    (stage_name, split, series, bucket), samples = element
    number, stage = _stage(curriculum, stage_name)
    folder = layout.stage(number, stage_name, split)
    name = shard_name(stage_name, series, bucket)
    shard = write_shard(folder, name, series, samples, stage.dialect)
    advance("assemble", len(shard.rows))
    return (stage_name, split), shard


def _stage(curriculum: Curriculum, name: str) -> tuple[int, Stage]:
    for number, stage in enumerate(curriculum.stages, 1):
        if stage.name == name:
            return number, stage
    raise KeyError(name)


def finish_stage(
    element: tuple[tuple[str, str], Any],
    layout: RunLayout,
    curriculum: Curriculum,
    benchmarks: Literal["none"] | list[BenchmarkChecked],
) -> StageManifest:
    """Write the index and pending manifest of one split of a stage."""
    (name, split), found = element
    number, stage = _stage(curriculum, name)
    folder = layout.stage(number, name, split)
    shards: list[WrittenShard] = sorted(found["shards"], key=lambda shard: shard.file)
    rows = [row for shard in shards for row in shard.rows]
    index = index_bytes(rows)
    write_bytes(f"{folder}/index.parquet", index)
    listed = [
        Shard(
            file=shard.file,
            series=shard.series,
            samples=len(shard.rows),
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
        samples=len(rows),
        draws=sum(row.repeats for row in rows),
        bytes=sum(shard.bytes for shard in shards),
        tokens=sum(row.tokens * row.repeats for row in rows),
        token_count=stage.tokens.tokenizer or stage.tokens.count,
        tiles=stage.resolution.tiles,
        tile_side=stage.resolution.tile_side,
        shards=listed,
        index=IndexFile(file="index.parquet", rows=len(rows), sha256=sha256_hex(index)),
        sources=_sources(shards, rows),
        mixture=_mixture(stage, rows),
        replays={},
        benchmarks_checked=benchmarks,
        fingerprint=stage_fingerprint(index, listed),
    )
    write_bytes(f"{folder}/{PENDING}", (manifest.model_dump_json(indent=2) + "\n").encode())
    return manifest


def stage_fingerprint(index: bytes, shards: list[Shard]) -> str:
    """What identifies a stage: its index and the hash of every shard."""
    return fingerprint_of([sha256_hex(index), [[s.file, s.sha256] for s in shards]])


def index_bytes(rows: list[IndexRow]) -> bytes:
    """The index as a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table_of(IndexRow, rows), buffer, compression="zstd")
    return buffer.getvalue()


def _sources(shards: list[WrittenShard], rows: list[IndexRow]) -> list[SourceShare]:
    counts: Counter[tuple[str, str]] = Counter()
    for shard in shards:
        for source, licence, samples in shard.licences:
            counts[(source, licence)] += samples
    return [
        SourceShare(source=source, licence=licence, samples=samples)
        for (source, licence), samples in sorted(counts.items())
    ]


def _mixture(stage: Stage, rows: list[IndexRow]) -> list[MixtureShare]:
    weight = sum(spec.weight for spec in stage.tasks.values())
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.task] += row.repeats
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


class WriteStages(beam.PTransform):
    """Chosen samples to shards, indexes and pending manifests; gives the manifests."""

    def __init__(
        self,
        layout: RunLayout,
        curriculum: Curriculum,
        benchmarks: Literal["none"] | list[BenchmarkChecked],
    ) -> None:
        super().__init__()
        self.layout = layout
        self.curriculum = curriculum
        self.benchmarks = benchmarks
        self.splits = ["train", "validation"] if curriculum.validation_share else ["train"]

    def expand(self, samples: Any) -> Any:
        stages = {stage.name: stage for stage in self.curriculum.stages}
        sizes = (
            samples
            | "Sizes"
            >> beam.Map(lambda s: ((s.stage, s.split, series_of(s)), size_of(s))).with_output_types(
                tuple[tuple[str, str, str], int]
            )
            | "SumSizes" >> beam.CombinePerKey(sum)
        )
        shards = (
            samples
            | "ToBucket"
            >> beam.Map(
                to_bucket, sizes=beam.pvalue.AsDict(sizes), stages=stages
            ).with_output_types(tuple[tuple[str, str, str, int], Sample])
            | "GroupBucket" >> beam.GroupByKey()
            | "WriteShard" >> beam.Map(write_bucket, layout=self.layout, curriculum=self.curriculum)
        )
        every = samples.pipeline | "Stages" >> beam.Create(
            [((name, split), 0) for name in stages for split in self.splits]
        )
        return (
            {"stage": every, "shards": shards}
            | "GroupStage" >> beam.CoGroupByKey()
            | "FinishStage"
            >> beam.Map(
                finish_stage,
                layout=self.layout,
                curriculum=self.curriculum,
                benchmarks=self.benchmarks,
            )
        )
