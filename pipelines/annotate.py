"""The annotate pipeline: the catalog to words, lines, blocks and languages, and running text."""

from dataclasses import asdict, dataclass, field

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from pydantic import JsonValue

from gyogwa.pipelines.quality import measured_images, write_quality
from gyogwa.pipelines.run_folder.claim import ClaimedRun, claimed
from gyogwa.pipelines.runner import console, is_dry_run, run_pipeline, showing
from gyogwa.pipelines.running.options import refuse_local_paths
from gyogwa.pipelines.summary import print_quality
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout, is_part
from gyogwa.schemas.records import Image
from gyogwa.transforms.annotate.engines.pool import Limits, pool_for
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.images import AnnotateImages, Reading
from gyogwa.transforms.annotate.texts import WriteTexts
from gyogwa.transforms.files.folders import remove_files
from gyogwa.transforms.files.tables import list_parts
from gyogwa.transforms.flow.tables import ReadTables


@dataclass(frozen=True)
class AnnotateConfig:
    """The OCR engine, how many processes of it, their limits, and how many images whose text is
    known it reads too, to measure it (0: none)."""

    engine: EngineSettings
    processes: int
    limits: Limits = field(default_factory=Limits)
    measure: int = 0


def reading_of(config: AnnotateConfig) -> Reading:
    """Start the engine to learn its fingerprint. Raises GyogwaError when it can't be used."""
    with pool_for(config.engine, config.processes, config.limits) as pool:
        return Reading(config.engine, pool.fingerprint, config.processes, config.limits)


def build(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    reading: Reading,
    measured: frozenset[str] = frozenset(),
) -> None:
    """Draw the graph."""
    catalog = pipeline | "ReadCatalog" >> ReadTables(layout.catalog, Image)
    written = catalog | "Annotate" >> AnnotateImages(reading, layout, measured)
    _ = (catalog, written) | "Texts" >> WriteTexts(layout, reading.engine)


def run(layout: RunLayout, config: AnnotateConfig, options: PipelineOptions) -> Reading:
    """Annotate every image of the catalog that isn't yet; returns how they were read."""
    refuse_local_paths(options, "--output", [layout.root])
    refuse_without_catalog(layout)
    reading = reading_of(config)
    with claimed(layout, "annotate", is_dry_run(options)) as claim:
        update(claim, config, reading, options)
    return reading


def refuse_without_catalog(layout: RunLayout) -> None:
    """Raise GyogwaError when nothing was ingested yet."""
    if not list_parts(layout.catalog):
        raise GyogwaError(f"{layout.catalog}: no catalog; run gyogwa ingest first")


def update(
    claim: ClaimedRun, config: AnnotateConfig, reading: Reading, options: PipelineOptions
) -> None:
    """Annotate in a claimed run, with `reading_of(config)`."""
    settings: dict[str, JsonValue] = {
        "engine": reading.engine,
        "options": asdict(config.engine),
        "limits": asdict(config.limits),
        "measure": config.measure,
    }
    with claim.phase("annotate", settings):
        _update(claim, config, reading, options)


def _update(
    claim: ClaimedRun, config: AnnotateConfig, reading: Reading, options: PipelineOptions
) -> None:
    layout = claim.layout
    measured = measured_images(layout, config.measure) if config.measure else frozenset()
    with showing("annotate"):
        run_pipeline(lambda p: build(p, layout, reading, measured), options)
    if claim.dry:
        return
    remove_files(  # not before: a failed run leaves what is known of images as it is
        layout.failures,
        ".parquet",
        lambda name: is_part(layout.failures, name) and not name.startswith(reading.failure_prefix),
    )
    if measured:
        print_quality(write_quality(layout, reading, measured), console)
