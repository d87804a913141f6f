"""`gyogwa build`: ingest, annotate and assemble in order, then cards, data card and summary."""

import tempfile
from dataclasses import dataclass

from apache_beam.options.pipeline_options import PipelineOptions
from pydantic import JsonValue

from gyogwa.pipelines import annotate, assemble, ingest
from gyogwa.pipelines.annotate import AnnotateConfig
from gyogwa.pipelines.assemble_graph import AssembleConfig
from gyogwa.pipelines.benchmarks import drop_other_benchmarks, prepare_benchmarks
from gyogwa.pipelines.cards.write import CardsConfig, write_cards
from gyogwa.pipelines.describe.write import write_descriptions
from gyogwa.pipelines.ingest import IngestConfig
from gyogwa.pipelines.ledger import sources_of
from gyogwa.pipelines.report.gather import figures_of
from gyogwa.pipelines.report.render import rendered
from gyogwa.pipelines.review.required import RequiredReview, refuse_unreviewed
from gyogwa.pipelines.run_folder.claim import ClaimedRun, claimed, say
from gyogwa.pipelines.run_folder.inputs import refuse_inside
from gyogwa.pipelines.run_folder.ownership import shortened
from gyogwa.pipelines.runner import is_dry_run
from gyogwa.pipelines.running.options import refuse_local_paths
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.transforms.files.tables import list_parts
from gyogwa.transforms.files.writing import write_bytes

_CARDS = CardsConfig(per_task=4, per_rule=4)
"""A few cards of each kind; `gyogwa cards` makes all of them."""


@dataclass(frozen=True)
class BuildConfig:
    """All that a build depends on."""

    ingest: IngestConfig
    annotate: AnnotateConfig
    curriculum: Curriculum
    benchmarks: tuple[str, ...] = ()
    review: RequiredReview | None = None


def run(layout: RunLayout, config: BuildConfig, options: PipelineOptions) -> bool:
    """Build everything; False: it was a dry run. Raises GyogwaError when it can't."""
    ingest.refuse_inputs(layout, config.ingest, options)
    refuse_local_paths(options, "--benchmarks", config.benchmarks)
    refuse_inside(layout.root, "--benchmarks", config.benchmarks)
    dry = is_dry_run(options)
    reading = annotate.reading_of(config.annotate)  # before hours of ingest, if it can't be used
    with claimed(layout, "build", dry, config.curriculum) as claim:
        ingest.update(claim, config.ingest, options)
        if dry and not list_parts(layout.catalog):
            say("dry run: annotate and assemble read what ingest writes, so they were not drawn")
            return False
        annotate.update(claim, config.annotate, reading, options)
        assembled = AssembleConfig(config.curriculum, reading.engine, config.benchmarks, reading)
        return _finish(claim, assembled, options, config.review)


def finish(
    layout: RunLayout,
    config: AssembleConfig,
    options: PipelineOptions,
    review: RequiredReview | None = None,
) -> bool:
    """Assemble, then write what people open; False: it was a dry run."""
    refuse_local_paths(options, "--output", [layout.root])
    refuse_local_paths(options, "--benchmarks", config.benchmarks)
    annotate.refuse_without_catalog(layout)
    refuse_inside(layout.root, "--benchmarks", config.benchmarks)
    with claimed(layout, "assemble", is_dry_run(options), config.curriculum) as claim:
        return _finish(claim, config, options, review)


def _finish(
    claim: ClaimedRun,
    config: AssembleConfig,
    options: PipelineOptions,
    review: RequiredReview | None,
) -> bool:
    """All is made aside and put in place at the end: what was there opens until then."""
    layout = claim.layout
    settings: dict[str, JsonValue] = {
        "curriculum": config.curriculum.model_dump(mode="json", exclude_defaults=True),
        "engine": config.engine,
        "benchmarks": list(config.benchmarks),
    }
    with claim.phase("assemble", settings), claim.aside() as target:
        if claim.dry:
            with tempfile.TemporaryDirectory(prefix="gyogwa-") as folder:
                benchmarks = prepare_benchmarks(config.benchmarks, layout, folder)
                assemble.run(layout, target, config, benchmarks, options)
            return False
        benchmarks = prepare_benchmarks(config.benchmarks, layout)
        sources = sources_of(layout)
        manifest = assemble.run(layout, target, config, benchmarks, options)
        if manifest is None:
            return False
        _refuse_empty(manifest)
        refuse_unreviewed(target, manifest, review)
        write_pages(layout, target, manifest)
        claim.publish({"sources": sources})
    drop_other_benchmarks(layout, benchmarks)
    return True


def write_pages(layout: RunLayout, target: RunLayout, manifest: CurriculumManifest) -> None:
    """Write what people open, of the stages under `target`."""
    figures = figures_of(layout, target, manifest, times=False)
    write_descriptions(target, figures)
    write_bytes(target.report, rendered(figures).encode())
    write_cards(layout, target, manifest, _CARDS)


def _refuse_empty(manifest: CurriculumManifest) -> None:
    """Raises GyogwaError for stages that were asked for and hold no sample."""
    stages = zip(manifest.curriculum.stages, manifest.stages, strict=True)
    empty = [stage for stage, entry in stages if not entry.samples and not stage.may_be_empty]
    if not empty:
        return
    asked = "; ".join(f"{stage.name} (asks for {shortened(stage.tasks)})" for stage in empty)
    raise GyogwaError(
        f"there is no sample for {asked}. `gyogwa plan` says what is short; the pages of a "
        "document go to one stage, so a few documents may not fill all. Add to the input, or "
        "accept it with --allow_empty, or `may_be_empty: true` in the stage"
    )
