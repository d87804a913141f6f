"""The assemble pipeline: catalog and annotations to shards, manifests, rejects and ledger."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions

from gyogwa.pipelines.annotate import refuse_without_catalog
from gyogwa.pipelines.assemble_graph import AssembleConfig, build, build_plan, held_in
from gyogwa.pipelines.benchmarks import Benchmarks, prepare_benchmarks
from gyogwa.pipelines.ledger import check_ledger, parts_of
from gyogwa.pipelines.publish import publish
from gyogwa.pipelines.runner import console, is_dry_run, is_local, run_pipeline, showing
from gyogwa.pipelines.weight import Weight, weight_of
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.plan import Plan
from gyogwa.transforms.dedup.judge import NAMESPACE
from gyogwa.transforms.files.folders import remove_files
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, write_rows


class Planned(NamedTuple):
    """The plan of a build, and the weight of its samples where the runner tells counters."""

    plan: Plan
    weight: Weight | None


def run(
    layout: RunLayout,
    target: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
    options: PipelineOptions,
) -> CurriculumManifest | None:
    """Write every stage afresh, into `target`; manifests appear only when the ledger balances.
    None: it was a dry run."""
    held = held_in(layout)
    with showing("assemble"):
        counters = run_pipeline(
            lambda pipeline: build(pipeline, layout, target, config, benchmarks, held),
            options,
            images=held.images,
        )
    if is_dry_run(options):
        return None
    if skipped := counters.get(f"{NAMESPACE}/skipped"):
        console.print(f"duplicates {skipped:,} comparisons among like hashes skipped")
    if moved := counters.get(f"{NAMESPACE}/conversations_moved"):
        console.print(f"duplicates {moved:,} conversations moved to the copy that was kept")
    if suspects := counters.get("contamination/suspects"):
        console.print(f"benchmarks {suspects:,} suspect conversations kept: see suspects/")
    if not list_parts(target.duplicates):
        write_rows(Duplicate, f"{target.duplicates}/assemble-00.parquet", [])
    if not parts_of(layout.rejects, target.rejects):
        write_rows(Reject, f"{target.rejects}/assemble-00.parquet", [])
    check_ledger(layout, target, fresh=True)
    return publish(target, config.curriculum, config.engine)


def plan(layout: RunLayout, config: AssembleConfig, options: PipelineOptions) -> Planned:
    """What a build would write. Nothing of the run is touched."""
    refuse_without_catalog(layout)
    if is_dry_run(options):
        raise GyogwaError("--dry_run: a plan writes nothing as it is; leave the option out")
    with scratch(options) as folder:
        path = f"{folder}/plan.json"
        benchmarks = prepare_benchmarks(config.benchmarks, layout, folder)
        held = held_in(layout)
        with showing("plan"):
            counters = run_pipeline(
                lambda pipeline: build_plan(pipeline, layout, config, benchmarks, held, path),
                options,
                images=held.images,
            )
        planned = parse_json(read_bytes(path), path, Plan)
    return Planned(planned, weight_of(counters) if counters else None)


@contextmanager
def scratch(options: PipelineOptions) -> Iterator[str]:
    """A folder outside the run that workers see too, gone when the block ends. Raises GyogwaError
    when they run elsewhere and no --temp_location is given."""
    if is_local(options):
        with tempfile.TemporaryDirectory(prefix="gyogwa-") as folder:
            yield folder
        return
    place = options.view_as(GoogleCloudOptions).temp_location
    if not place:
        raise GyogwaError("workers elsewhere need --temp_location, a folder that they can write to")
    folder = f"{place.rstrip('/')}/gyogwa-{uuid.uuid4().hex[:12]}"
    try:
        yield folder
    finally:
        remove_files(folder, "", lambda _: True)  # nobody else knows this name
