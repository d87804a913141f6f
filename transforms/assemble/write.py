"""Chosen samples to shards, and the shards of a stage to its index and pending manifest."""

import io
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import apache_beam as beam
import pyarrow.parquet as pq

from schemas.arrow import table_of
from schemas.curriculum import Curriculum, Stage
from schemas.ids import fingerprint_of, sha256_hex
from schemas.layout import RunLayout
from schemas.manifest import IndexFile, MixtureShare, Shard, SourceShare, StageManifest
from schemas.records import IndexRow, Sample
from transforms.progress import advance
from transforms.shards import WrittenShard, series_of, write_shard
from transforms.storage import write_bytes
from transforms.tar import BLOCK

PENDING = "manifest.pending.json"
"""Renamed to manifest.json when the books of the whole run balance."""

Series = tuple[str, str]
"""A stage's name and a series in it."""


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
) -> tuple[tuple[str, str, int], Sample]:
    """The (stage, series, bucket) a sample is written to."""
    series = series_of(sample)
    total = sizes[(sample.stage, series)]
    buckets = max(1, math.ceil(total / stages[sample.stage].shard_bytes))
    return (sample.stage, series, bucket_of(sample.key, buckets)), sample


def write_bucket(
    element: tuple[tuple[str, str, int], Iterable[Sample]],
    layout: RunLayout,
    curriculum: Curriculum,
) -> tuple[str, WrittenShard]:
    """Write one shard."""
    (stage_name, series, bucket), samples = element
    number, stage = _stage(curriculum, stage_name)
    folder = layout.stage(number, stage_name)
    name = shard_name(stage_name, series, bucket)
    shard = write_shard(folder, name, series, samples, stage.dialect)
    advance("assemble", len(shard.rows))
    return stage_name, shard


def _stage(curriculum: Curriculum, name: str) -> tuple[int, Stage]:
    for number, stage in enumerate(curriculum.stages, 1):
        if stage.name == name:
            return number, stage
    raise KeyError(name)


def finish_stage(
    element: tuple[str, Any], layout: RunLayout, curriculum: Curriculum, benchmarks: list[str]
) -> StageManifest:
    """Write a stage's index and pending manifest."""
    name, found = element
    number, stage = _stage(curriculum, name)
    folder = layout.stage(number, name)
    shards: list[WrittenShard] = sorted(found["shards"], key=lambda shard: shard.file)
    rows = [row for shard in shards for row in shard.rows]
    index = _index_bytes(rows)
    write_bytes(f"{folder}/index.parquet", index)
    manifest = StageManifest(
        name=name,
        number=number,
        objective=stage.objective,
        trains=stage.trains,
        samples=len(rows),
        bytes=sum(shard.bytes for shard in shards),
        tokens=sum(row.tokens for row in rows),
        token_count=stage.tokens.count,
        shards=[
            Shard(
                file=shard.file,
                series=shard.series,
                samples=len(shard.rows),
                bytes=shard.bytes,
                sha256=shard.sha256,
            )
            for shard in shards
        ],
        index=IndexFile(file="index.parquet", rows=len(rows), sha256=sha256_hex(index)),
        sources=_sources(shards, rows),
        mixture=_mixture(stage, rows),
        benchmarks_checked=benchmarks,
        fingerprint=fingerprint_of([[shard.file, shard.sha256] for shard in shards]),
    )
    write_bytes(f"{folder}/{PENDING}", (manifest.model_dump_json(indent=2) + "\n").encode())
    return manifest


def _index_bytes(rows: list[IndexRow]) -> bytes:
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
    counts = Counter(row.task for row in rows)
    return [
        MixtureShare(
            task=task,
            asked=round(spec.weight / weight, 4),
            samples=counts[task],
            share=round(counts[task] / len(rows), 4) if rows else 0.0,
        )
        for task, spec in sorted(stage.tasks.items())
    ]


class WriteStages(beam.PTransform):
    """Chosen samples to shards, indexes and pending manifests; gives the manifests."""

    def __init__(self, layout: RunLayout, curriculum: Curriculum, benchmarks: list[str]) -> None:
        super().__init__()
        self.layout = layout
        self.curriculum = curriculum
        self.benchmarks = benchmarks

    def expand(self, samples: Any) -> Any:
        stages = {stage.name: stage for stage in self.curriculum.stages}
        sizes = (
            samples
            | "Sizes"
            >> beam.Map(lambda s: ((s.stage, series_of(s)), size_of(s))).with_output_types(
                tuple[tuple[str, str], int]
            )
            | "SumSizes" >> beam.CombinePerKey(sum)
        )
        shards = (
            samples
            | "ToBucket"
            >> beam.Map(
                to_bucket, sizes=beam.pvalue.AsDict(sizes), stages=stages
            ).with_output_types(tuple[tuple[str, str, int], Sample])
            | "GroupBucket" >> beam.GroupByKey()
            | "WriteShard" >> beam.Map(write_bucket, layout=self.layout, curriculum=self.curriculum)
        )
        every = samples.pipeline | "Stages" >> beam.Create([(name, 0) for name in stages])
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
