"""`gyogwa build`: ingest, annotate and assemble in order, then cards, data card and summary."""

from dataclasses import dataclass

from apache_beam.options.pipeline_options import PipelineOptions

from pipelines import annotate, assemble, ingest
from pipelines.annotate import AnnotateConfig
from pipelines.assemble import AssembleConfig
from pipelines.cards import write_cards
from pipelines.datacard import write_datacard
from pipelines.ingest import IngestConfig
from pipelines.report import write_report
from schemas.curriculum import Curriculum
from schemas.layout import RunLayout

CARDS_PER_TASK = 4


@dataclass(frozen=True)
class BuildConfig:
    """All that a build depends on."""

    ingest: IngestConfig
    annotate: AnnotateConfig
    curriculum: Curriculum
    benchmarks: tuple[str, ...] = ()


def run(layout: RunLayout, config: BuildConfig, options: PipelineOptions) -> str:
    """Build everything; returns the path of the cards. Raises GyogwaError when it can't."""
    ingest.run(layout, config.ingest, options)
    reading = annotate.run(layout, config.annotate, options)
    assembled = AssembleConfig(config.curriculum, reading.engine, config.benchmarks)
    return finish(layout, assembled, options)


def finish(layout: RunLayout, config: AssembleConfig, options: PipelineOptions) -> str:
    """Assemble, then write what people open; returns the path of the cards."""
    manifest = assemble.run(layout, config, options)
    write_datacard(layout, manifest)
    write_report(layout, manifest)
    return write_cards(layout, manifest, CARDS_PER_TASK)
