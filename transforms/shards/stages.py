"""Chosen samples to shards, and those to the indexes and pending manifests of stages."""

import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import BenchmarkChecked
from gyogwa.schemas.records import Annotation
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.files.tar import BLOCK
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.measures import advance, expect, measure, timed
from gyogwa.transforms.flow.steps import Composite, Found, Join, SumByKey
from gyogwa.transforms.shards.finishing import finish_stage, numbered
from gyogwa.transforms.shards.packed import Packed, packed
from gyogwa.transforms.shards.writer import WrittenShard, series_of, write_shard

Series = tuple[str, str, str]
"""A stage's name, a split and a series in it."""
Bucket = tuple[str, str, str, int]
"""A series and the number of a shard in it."""


def size_of(sample: Sample) -> int:
    """About how many bytes a sample takes in a tar."""
    text = 120 * sample.words + 4 * sample.tokens
    return text + 2 * BLOCK + sum(image.ref.length + BLOCK for image in sample.images)


def bucket_of(sample: Sample, buckets: int) -> int:
    """The shard of a sample: that of its first image's id, or of its key. Both are hashes, so their
    first digits are uniform; samples that show one image lie together, and it is encoded once."""
    shared = sample.images[0].image_id if sample.images else sample.key
    return int(shared[:12], 16) * buckets // 16**12


def shard_name(stage: str, series: str, bucket: int) -> str:
    """`2-basic-sft` has no number here: shards are named by stage, series and bucket."""
    return f"{stage}-{series}-{bucket:05d}.tar"


def to_bucket(
    sample: Sample, sizes: dict[Series, int], stages: dict[str, Stage]
) -> tuple[Bucket, Sample]:
    """Where a sample is written."""
    expect("assemble")
    series = series_of(sample)
    total = sizes[(sample.stage, sample.split, series)]
    buckets = max(1, math.ceil(total / stages[sample.stage].shard_bytes))
    return (sample.stage, sample.split, series, bucket_of(sample, buckets)), sample


def shown_in(element: tuple[Bucket, Sample]) -> Iterator[tuple[str, Bucket]]:
    """The images of a sample, each with where it is written."""
    bucket, sample = element
    for image in sample.images:
        yield image.image_id, bucket


def to_buckets(image_id: str, found: Found) -> Iterator[tuple[Bucket, Packed]]:
    """An image's annotation for each bucket with a sample that shows it."""
    for annotation in found["annotations"]:
        small = packed(image_id, annotation)
        for bucket in sorted(set(found["buckets"])):
            yield bucket, small


def write_bucket(
    key: Bucket, found: Found, layout: RunLayout, curriculum: Curriculum
) -> Iterator[tuple[tuple[str, str], WrittenShard]]:
    """Write one shard."""
    stage_name, split, series, bucket = key
    number, stage = numbered(curriculum, stage_name)
    folder = layout.stage(number, stage_name, split)
    name = shard_name(stage_name, series, bucket)
    with timed("shards", "shard"):
        shard = write_shard(folder, name, series, found["samples"], found["annotations"], stage)
    advance("assemble", shard.samples)
    measure("shards", "shard_bytes", shard.bytes)
    yield (stage_name, split), shard


class WrittenStages(NamedTuple):
    """`manifests`: PCollection[str], paths of pending manifests; `counts`: what each side saw."""

    manifests: Any
    counts: list[Any]


class WriteStages(Composite):
    """(Chosen samples, pages) to shards, indexes and pending manifests.

    Annotations are many times larger than samples, several of which show one page: they join these
    in the buckets, once each.
    """

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

    def expand(self, inputs: tuple[Any, Any]) -> WrittenStages:
        samples, pages = inputs
        stages = {stage.name: stage for stage in self.curriculum.stages}
        sizes = (
            samples
            | "Sizes"
            >> beam.Map(
                lambda s: ((s.stage, s.split, series_of(s)), (size_of(s),))
            ).with_output_types(tuple[Series, tuple[int]])
            | "SumSizes" >> SumByKey(1)
            | "ToSize"
            >> beam.MapTuple(lambda key, size: (key, size[0])).with_output_types(tuple[Series, int])
        )
        placed = samples | "ToBucket" >> beam.Map(
            to_bucket, sizes=beam.pvalue.AsDict(sizes), stages=stages
        ).with_output_types(tuple[Bucket, Sample])
        annotations = {
            "annotations": pages
            | "AnnotationOf"
            >> beam.Map(lambda page: (page.image.image_id, page.annotation)).with_output_types(
                tuple[str, Annotation]
            ),
            "buckets": placed
            | "ShownIn" >> beam.FlatMap(shown_in).with_output_types(tuple[str, Bucket]),
        } | "ToBuckets" >> Join(
            to_buckets,
            {"annotations": Annotation, "buckets": Bucket},
            gives=tuple[Bucket, Packed],
        )
        small = placed | "Pack" >> beam.MapTuple(
            lambda bucket, sample: (bucket, packed(sample.key, sample))
        ).with_output_types(tuple[Bucket, Packed])
        shards = {"samples": small, "annotations": annotations} | "WriteShard" >> Join(
            write_bucket,
            {"samples": Packed, "annotations": Packed},
            gives=tuple[tuple[str, str], WrittenShard],
            layout=self.layout,
            curriculum=self.curriculum,
        )
        every = samples.pipeline | "Stages" >> beam.Create(
            [((name, split), 0) for name in stages for split in self.splits], reshuffle=False
        ).with_output_types(tuple[tuple[str, str], int])
        manifests = {"stages": every, "shards": shards} | "FinishStage" >> Join(
            finish_stage,
            {"stages": int, "shards": WrittenShard},
            gives=str,
            layout=self.layout,
            curriculum=self.curriculum,
            benchmarks=self.benchmarks,
        )
        counts = [
            samples | "CountToWrite" >> Count("shards", "samples", "incoming"),
            shards | "CountWritten" >> Count("shards", "samples", "kept", _samples_of),
            samples
            | "CountToAsk" >> Count("shards", "questions", "incoming", lambda s: len(s.questions)),
            shards | "CountAsked" >> Count("shards", "questions", "kept", _asked_in),
        ]
        return WrittenStages(manifests, counts)


def _samples_of(written: tuple[tuple[str, str], WrittenShard]) -> int:
    return written[1].samples


def _asked_in(written: tuple[tuple[str, str], WrittenShard]) -> int:
    return written[1].asked
