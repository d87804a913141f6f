"""The annotate pipeline: the catalog to words, lines, blocks and languages."""

from dataclasses import dataclass, field

import apache_beam as beam
import pyarrow.parquet as pq
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.quality import measured_images, write_quality
from pipelines.runner import console, run_pipeline, showing
from pipelines.summary import print_quality
from schemas.errors import GyogwaError
from schemas.layout import RunLayout
from transforms.annotate import AnnotateImages, Reading
from transforms.engines.pool import Limits, pool_for
from transforms.engines.protocol import EngineSettings
from transforms.storage import is_url, list_files, remove_files


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
    at_most: int,
    measured: frozenset[str] = frozenset(),
) -> None:
    """Draw the graph."""
    _ = (
        pipeline
        | "CatalogParts" >> beam.Create(list_files(layout.catalog, ".parquet"), reshuffle=False)
        | "Annotate" >> AnnotateImages(reading, layout, at_most, measured)
    )


def run(layout: RunLayout, config: AnnotateConfig, options: PipelineOptions) -> Reading:
    """Annotate every image of the catalog that isn't yet; returns how they were read."""
    catalog = list_files(layout.catalog, ".parquet")
    if not catalog:
        raise GyogwaError(f"{layout.catalog}: no catalog; run gyogwa ingest first")
    reading = reading_of(config)
    remove_files(
        layout.rejects,
        ".parquet",
        lambda name: name.startswith("annotate-") and not name.startswith(reading.reject_prefix),
    )
    images = sum(_rows(path) for path in catalog)
    done = sum(_rows(path) for path in list_files(layout.annotations, ".parquet"))
    measured = measured_images(layout, config.measure) if config.measure else frozenset()
    with showing("annotate", max(images + len(measured) - done, 0)):
        run_pipeline(lambda p: build(p, layout, reading, images + len(measured), measured), options)
    if measured:
        print_quality(write_quality(layout, reading, measured), console)
    return reading


def _rows(path: str) -> int:
    if is_url(path):
        import fsspec

        with fsspec.open(path, "rb") as file:
            return int(pq.read_metadata(file).num_rows)
    return int(pq.read_metadata(path).num_rows)
