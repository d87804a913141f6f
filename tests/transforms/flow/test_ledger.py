"""What each side of a step saw, as rows of the ledger."""

from pathlib import Path

import apache_beam as beam
import pytest

from gyogwa.pipelines.runner import beam_options, run_pipeline
from gyogwa.schemas.ledger import LedgerRow
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.flow.ledger import Count, summed
from gyogwa.transforms.flow.tables import Table, WriteTables


@pytest.mark.parametrize("workers", [1, 2])
def test_counts_are_summed_where_they_are_written(tmp_path: Path, workers: int) -> None:
    def draw(pipeline: beam.Pipeline) -> None:
        numbers = pipeline | beam.Create(list(range(1000)), reshuffle=False).with_output_types(int)
        none = numbers | "None" >> beam.Filter(lambda number: number < 0)
        counts = (
            numbers | "In" >> Count("filters", "images", "incoming"),
            numbers | "Kept" >> Count("filters", "images", "kept", lambda number: number % 2),
            numbers | "Gone" >> Count("filters", "images", "rejected", lambda n: 1 - n % 2),
            numbers | "Nothing" >> Count("filters", "labels", "incoming", lambda _: 0),
            none | "Nobody" >> Count("samples", "samples", "incoming"),
        )
        key = lambda row: (row.step, row.unit)  # noqa: E731
        table = Table(LedgerRow, str(tmp_path), "ledger", key, parts=1, merge=summed)
        _ = (counts | "Ledger" >> beam.Flatten(),) | WriteTables(table)

    mode = ["--direct_running_mode=multi_processing", f"--direct_num_workers={workers}"]
    run_pipeline(draw, beam_options(mode if workers > 1 else []))
    assert list(read_rows(LedgerRow, f"{tmp_path}/ledger-00.parquet")) == [
        LedgerRow("filters", "all", "images", 1000, 500, 500),
        LedgerRow("filters", "all", "labels", 0, 0, 0),
    ]


def test_a_bundle_is_one_row_and_counts_once() -> None:
    tally = Count("filters", "images", "kept", lambda weight: int(weight)).tally
    for _ in range(2):  # a worker does several bundles with one of it
        tally.start_bundle()
        for weight in (2, 3):
            tally.process(weight)
        (told,) = tally.finish_bundle()
        assert told.value == LedgerRow("filters", "all", "images", 0, 5, 0)
    tally.start_bundle()
    assert list(tally.finish_bundle()) == []


def test_rows_of_other_parts_and_units_stay_apart() -> None:
    rows = [
        LedgerRow("ingest", "a", "files", 1, 1, 0),
        LedgerRow("ingest", "b", "files", 1, 0, 1),
        LedgerRow("ingest", "a", "rows", 1, 1, 0),
        LedgerRow("ingest", "a", "files", 2, 1, 1),
    ]
    assert summed(rows) == [
        LedgerRow("ingest", "a", "files", 3, 2, 1),
        LedgerRow("ingest", "b", "files", 1, 0, 1),
        LedgerRow("ingest", "a", "rows", 1, 1, 0),
    ]
