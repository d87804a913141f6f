"""Pages, records and pairs to the samples of every stage."""

from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum
from schemas.layout import RunLayout
from schemas.records import Record, Sample
from transforms.assemble.books import counted
from transforms.assemble.groups import GroupSamples
from transforms.assemble.records import RecordSamples
from transforms.assemble.staging import MADE, REJECTED, USED, page_samples, place_page
from transforms.storage import list_files
from transforms.tables import read_rows
from transforms.tasks.page import Page


class MakeSamples(beam.PTransform):
    """(Pages, pairs looked at, documents joined) to (samples, rejects, counts).

    Records are read from the run's tables.
    """

    def __init__(self, layout: RunLayout, curriculum: Curriculum, benchmarks: list[str]) -> None:
        super().__init__()
        self.layout = layout
        self.benchmarks = benchmarks
        self.curriculum = curriculum

    def expand(self, inputs: Any) -> Any:
        pages, pairs, roots = inputs
        curriculum = self.curriculum
        placed = pages | "Place" >> beam.FlatMap(
            place_page, roots=beam.pvalue.AsDict(roots), curriculum=curriculum
        ).with_outputs(REJECTED, main=MADE)
        staged = placed[MADE] | "StagedType" >> beam.Map(lambda s: s).with_output_types(
            tuple[tuple[str, str], Page]
        )
        alone = staged | "PageSamples" >> beam.FlatMap(
            page_samples, curriculum=curriculum
        ).with_outputs(REJECTED, USED, main=MADE)
        records = (
            pages.pipeline
            | "RecordParts" >> beam.Create(list_files(self.layout.records, ".parquet"))
            | "SpreadRecords" >> beam.Reshuffle()
            | "ReadRecords" >> beam.FlatMap(lambda path: read_rows(Record, path))
        )
        of_records = (pages, records, roots) | "Records" >> RecordSamples(
            curriculum, self.benchmarks
        )
        of_groups = (staged, pairs) | "Groups" >> GroupSamples(curriculum)
        samples = (
            (alone[MADE], of_records[MADE], of_groups)
            | "AllSamples" >> beam.Flatten()
            | "SampleType" >> beam.Map(lambda s: s).with_output_types(Sample)
        )
        rejects = (
            placed[REJECTED],
            alone[REJECTED],
            of_records[REJECTED],
        ) | "SampleRejects" >> beam.Flatten()
        counts = [
            counted("CountStaged", pages, "stages", "images", "incoming"),
            counted("CountUsed", alone[USED], "stages", "images", "kept"),
            counted("CountNoTask", alone[REJECTED], "stages", "images", "rejected"),
            counted("CountNoStage", placed[REJECTED], "stages", "images", "rejected"),
            counted("CountRecords", records, "records", "records", "incoming"),
            counted("CountRecordSamples", of_records[MADE], "records", "records", "kept"),
            counted("CountRecordsGone", of_records[REJECTED], "records", "records", "rejected"),
        ]
        return samples, rejects, counts
