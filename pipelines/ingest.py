"""The ingest pipelines: inputs to a listing, and where that has changed to the catalog, packs,
records and rejects.

The graphs hold inputs and settings; files are listed, looked into, and read on the workers. What is
listed is compared with the table of the run before, so that an unchanged input costs a listing.
"""

from dataclasses import dataclass

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from pydantic import JsonValue

from gyogwa.pipelines.listed import (
    CLASSES,
    INPUTS,
    LISTING,
    PARTS,
    ROWS,
    PartId,
    classes_of,
    is_done,
    pages_listed,
    refuse_nothing,
    rows,
    say_classes,
    say_readings,
    say_skipped,
    settings_of,
    state_of,
)
from gyogwa.pipelines.run_folder.claim import ClaimedRun, claimed, say
from gyogwa.pipelines.run_folder.inputs import refuse_inside
from gyogwa.pipelines.runner import is_dry_run, run_pipeline, showing
from gyogwa.pipelines.running.options import refuse_local_paths
from gyogwa.pipelines.stale import drop_parts, drop_rows
from gyogwa.pipelines.unread import tell_unread
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.transforms.files.decode import MAX_PIXELS
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.runs import is_run
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.flow.ledger import Count, summed
from gyogwa.transforms.flow.tables import ReadTables, Table, WriteTables
from gyogwa.transforms.ingest.apart import Limits
from gyogwa.transforms.ingest.box_readings import READINGS, BoxReading
from gyogwa.transforms.ingest.class_folders import (
    ClassFolders,
    FindClassFolders,
    Shape,
    with_class,
)
from gyogwa.transforms.ingest.contents import FILES, SKIPPED, ListedInput, ListInputs, SkippedFolder
from gyogwa.transforms.ingest.metadata import JoinMetadata
from gyogwa.transforms.ingest.outcomes import DONE, NAMESPACE, IngestParts
from gyogwa.transforms.ingest.parts import CutParts
from gyogwa.transforms.ingest.raw import IGNORED, Input, ListedFile, Placed


@dataclass(frozen=True)
class IngestConfig:
    """What to ingest, the resolution at which pages of PDFs are rendered, dots an inch, above how
    many pixels images are reduced, whether links out of the inputs are followed, what reading one
    image, page or row may take (None: it is read in the worker's own process), whether labels that
    nothing reads are an error, and whether text layers are believed (see `sources.pdf_layer`)."""

    inputs: list[Input]
    pdf_dpi: int
    max_pixels: int = MAX_PIXELS
    follow_links: bool = False
    limits: Limits | None = None
    strict: bool = False
    pdf_text: str = "auto"


def build_listing(
    pipeline: beam.Pipeline, layout: RunLayout, inputs: list[Input], follow_links: bool = False
) -> None:
    """Draw the graph of the inputs' files, as far as what each holds."""
    listed = (
        pipeline
        | "Inputs" >> beam.Create(inputs, reshuffle=False).with_output_types(Input)
        | "ListInputs" >> ListInputs(layout, follow_links)
    )
    counted = listed.files | "Counted" >> beam.Filter(lambda file: file.kind != IGNORED)
    usable = counted | "Usable" >> beam.Filter(lambda file: not file.rule)
    counts = (
        counted | "CountFiles" >> Count("ingest", "files", "incoming"),
        listed.odd | "CountOdd" >> Count("ingest", "files", "incoming"),
        usable | "CountUsable" >> Count("ingest", "files", "kept"),
        listed.rejects | "CountUnusable" >> Count("ingest", "files", "rejected"),
    )
    classes = usable | "Classes" >> FindClassFolders()
    collections = (listed.files, listed.inputs, classes, listed.skipped)
    left = (listed.rejects, counts | "Ledger" >> beam.Flatten())
    folder = layout.listing
    _ = (*collections, *left) | "WriteTables" >> WriteTables(
        Table(ListedFile, folder, FILES, lambda file: (file.source, file.uri), whole=True),
        Table(ListedInput, folder, INPUTS, lambda found: (found.name,), whole=True, parts=1),
        Table(ClassFolders, folder, CLASSES, lambda r: (r.source,), whole=True, parts=1),
        Table(SkippedFolder, folder, SKIPPED, lambda s: (s.name, s.path), whole=True, parts=1),
        *_left(layout, LISTING),
    )


def build(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    config: IngestConfig,
    classes: dict[str, Shape] | None = None,
) -> None:
    """Draw the graph from the listed files to the catalog. `classes`: the shape of the inputs whose
    folders are classes."""
    files = pipeline | "ReadFiles" >> ReadTables(layout.listing, ListedFile, f"{FILES}-")
    labelled = files | "Metadata" >> JoinMetadata(layout, config.inputs)
    entries = labelled.entries | "WithClass" >> beam.Map(
        with_class, shapes=classes or {}
    ).with_output_types(Placed)
    parts = (files, entries, labelled.pages) | "Cut" >> CutParts(
        config.inputs, config.pdf_dpi, config.max_pixels, config.pdf_text
    )
    counts = (
        labelled.rejects | "CountRows" >> Count("ingest", "rows", "incoming"),
        labelled.rejects | "CountBadRows" >> Count("ingest", "rows", "rejected"),
    )
    done = (
        parts
        | "Ingest" >> IngestParts(layout, config.limits)
        | "ToId" >> beam.Map(PartId).with_output_types(PartId)
    )
    left = (labelled.rejects, counts | "Ledger" >> beam.Flatten())
    folder = layout.listing
    _ = (labelled.readings, done, *left) | "WriteTables" >> WriteTables(
        Table(BoxReading, folder, READINGS, lambda r: (r.source, r.first), whole=True, parts=1),
        Table(PartId, folder, PARTS, lambda part: (part.part_id,), whole=True),
        *_left(layout, ROWS),
    )


def _left(layout: RunLayout, name: str) -> tuple[Table, Table]:
    """What left before it was in a part, and the counts of that; rows that became entries are
    counted where those are read."""
    return (
        Table(Reject, layout.rejects, name, lambda r: (r.source, r.uri, r.message), whole=True),
        Table(
            LedgerRow, layout.ledger, name, lambda r: (r.step, r.unit), True, parts=1, merge=summed
        ),
    )


def run(layout: RunLayout, config: IngestConfig, options: PipelineOptions) -> None:
    """Bring the catalog up to date with the inputs: do what is missing, drop what is gone."""
    refuse_inputs(layout, config, options)
    with claimed(layout, "ingest", is_dry_run(options)) as claim:
        update(claim, config, options)


def refuse_inputs(layout: RunLayout, config: IngestConfig, options: PipelineOptions) -> None:
    """Raise GyogwaError for an input that lies in the output, is a run itself, or is where workers
    can't see it."""
    paths = [source.path for source in config.inputs]
    refuse_local_paths(options, "--input", paths)
    refuse_local_paths(options, "--output", [layout.root])
    refuse_inside(layout.root, "--input", paths)
    for source in config.inputs:
        if is_run(source.path):
            raise GyogwaError(f"--input {source.path}: is a run's folder; name what went into it")


def update(claim: ClaimedRun, config: IngestConfig, options: PipelineOptions) -> None:
    """Ingest into a claimed run."""
    settings = settings_of(config.inputs, config.pdf_dpi, config.max_pixels, config.pdf_text)
    with claim.phase("ingest", settings):
        _update(claim, config, settings, options)


def _update(
    claim: ClaimedRun,
    config: IngestConfig,
    settings: dict[str, JsonValue],
    options: PipelineOptions,
) -> None:
    layout = claim.layout
    with showing("list"):
        run_pipeline(
            lambda pipeline: build_listing(pipeline, layout, config.inputs, config.follow_links),
            options,
        )
    if not claim.dry:
        say_skipped(layout, config.inputs)
        refuse_nothing(layout, config.inputs)
        say_classes(layout, config.inputs)
        if is_done(layout, settings):
            tell_unread(layout, config.strict)
            return
        remove(layout.listed_state)
    with showing("ingest"):
        counters = run_pipeline(
            lambda pipeline: build(pipeline, layout, config, classes_of(layout, config.inputs)),
            options,
            images=0 if claim.dry else pages_listed(layout),
        )
    if claim.dry:
        return
    if counters:  # some runners elsewhere tell none
        made, moved, kept = (counters.get(f"{NAMESPACE}/{what}", 0) for what in DONE)
        say(f"parts     {made:,} made, {moved:,} moved, {kept:,} kept")
    drop_parts(layout, {row.part_id for row in rows(PartId, layout, PARTS)})
    drop_rows(layout)
    write_bytes(layout.listed_state, state_of(layout, settings))
    say_readings(layout)
    tell_unread(layout, config.strict)
