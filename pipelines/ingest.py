"""The ingest pipeline: input folders and files to the catalog, packs, records and rejects."""

from dataclasses import dataclass

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.runner import run_pipeline, showing
from schemas.errors import GyogwaError
from schemas.layout import RunLayout
from schemas.records import Book, Reject
from transforms.ingest import IngestParts
from transforms.sources.plan import Input, plan
from transforms.sources.raw import SourcePart
from transforms.storage import list_files, remove_files
from transforms.tables import write_rows


@dataclass(frozen=True)
class IngestConfig:
    """What to ingest, and the resolution at which pages of PDFs are rendered, dots an inch."""

    inputs: list[Input]
    pdf_dpi: int


def build(pipeline: beam.Pipeline, layout: RunLayout, parts: list[SourcePart]) -> None:
    """Draw the graph for the parts that are to be done."""
    _ = pipeline | "Parts" >> beam.Create(parts, reshuffle=False) | "Ingest" >> IngestParts(layout)


def run(layout: RunLayout, config: IngestConfig, options: PipelineOptions) -> None:
    """Bring the catalog up to date with the inputs: do what is missing, drop what is gone."""
    parts: list[SourcePart] = []
    rejects: list[Reject] = []
    for source in config.inputs:
        found, unreadable = plan(source, config.pdf_dpi, layout.root)
        parts += found
        rejects += unreadable
    if not parts and not rejects:
        names = ", ".join(source.path for source in config.inputs)
        raise GyogwaError(f"nothing to ingest in {names}: no image, PDF, Parquet or tar")
    there = {path.rsplit("/", 1)[-1] for path in list_files(layout.catalog, ".parquet")}
    todo = [part for part in parts if f"{part.part_id}.parquet" not in there]
    if todo:
        total = sum(max(e.last - e.first, 1) for part in todo for e in part.entries)
        with showing("ingest", total):
            run_pipeline(lambda pipeline: build(pipeline, layout, todo), options)
    write_rows(Reject, f"{layout.rejects}/ingest-plan.parquet", sorted(rejects, key=_by_uri))
    book = Book("ingest", "plan", "images", len(rejects), 0, len(rejects))
    write_rows(Book, f"{layout.books}/ingest-plan.parquet", [book])
    _drop_stale(layout, {part.part_id for part in parts} | {"plan"})


def _by_uri(reject: Reject) -> tuple[str, str]:
    return reject.source, reject.uri


def _drop_stale(layout: RunLayout, current: set[str]) -> None:
    """Delete parts that no input stands for any more."""
    for folder, prefix in (
        (layout.catalog, ""),
        (layout.records, ""),
        (layout.packs, ""),
        (layout.rejects, "ingest-"),
        (layout.books, "ingest-"),
    ):
        remove_files(
            folder,
            "",
            lambda name, prefix=prefix: (  # type: ignore[misc]
                name.startswith(prefix) and name.removeprefix(prefix).split(".")[0] not in current
            ),
        )
