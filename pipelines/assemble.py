"""The assemble pipeline: catalog and annotations to shards, manifests, rejects and ledger."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions

from gyogwa.pipelines.annotate import refuse_without_catalog
from gyogwa.pipelines.benchmarks import Benchmarks, prepare_benchmarks
from gyogwa.pipelines.ledger import check_ledger, parts_of
from gyogwa.pipelines.publish import publish
from gyogwa.pipelines.runner import console, is_dry_run, is_local, run_pipeline, showing
from gyogwa.pipelines.running.sharing import PAYS_FROM
from gyogwa.pipelines.weight import Weight, weighed, weighed_page, weight_of
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, LedgerRow, Reject, Searched, Suspect
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.personal import PersonalData
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.records import (
    Annotation,
    BenchmarkRow,
    Conversation,
    FailedReading,
    Image,
    MovedLabels,
    Page,
)
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.annotate.read_again import ReadMaskedAgain
from gyogwa.transforms.curriculum.choose import ChooseSamples, Counts, plan_of
from gyogwa.transforms.curriculum.pages import JoinPages
from gyogwa.transforms.curriculum.samples import MakeSamples
from gyogwa.transforms.curriculum.turns import GroupTurns
from gyogwa.transforms.dedup.judge import NAMESPACE
from gyogwa.transforms.dedup.near import DropNearDuplicates
from gyogwa.transforms.files.folders import remove_files
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import about_rows, list_parts, write_rows
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.flow.ledger import LedgerOf
from gyogwa.transforms.flow.tables import ReadSeveral, Table, WriteTables
from gyogwa.transforms.privacy.guard import GuardPages
from gyogwa.transforms.shards.stages import WriteStages


@dataclass(frozen=True)
class AssembleConfig:
    """The curriculum, the engine whose annotations are used where there is no truth, and paths of
    evaluation sets that training must not hold. `reading`: how masked regions are read again, where
    the curriculum masks; None: they aren't."""

    curriculum: Curriculum
    engine: str
    benchmarks: tuple[str, ...] = ()
    reading: Reading | None = None

    @property
    def reads_again(self) -> Reading | None:
        """How masked regions are read again, None where nothing is masked."""
        return self.reading if self.curriculum.personal_data.with_action("mask") else None


def build(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    target: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
) -> None:
    """Draw the whole graph: what ingest and annotate wrote is read from `layout`, all results go
    to `target`."""
    choice = _choose(pipeline, layout, config, benchmarks)
    samples, sizes, pages, rejects, pairs, moved, searched, suspects, personal, counts, images = (
        choice
    )
    written = (samples, pages) | "Write" >> WriteStages(
        target, config.curriculum, benchmarks.checked or "none"
    )
    _write_plan(sizes, target.plan, config.curriculum)
    ledger = (*counts, *written.counts) | "Ledger" >> LedgerOf()
    _ = (
        rejects,
        pairs,
        moved,
        searched,
        suspects,
        personal,
        ledger,
    ) | "WriteTables" >> WriteTables(
        Table(
            Reject,
            target.rejects,
            "assemble",
            lambda r: (r.step, r.unit, r.id, r.source, r.uri, r.message),
            grows=True,
        ),
        Table(
            Duplicate,
            target.duplicates,
            "duplicates",
            lambda d: (d.cluster, d.member, d.kept),
            grows=True,
        ),
        Table(MovedLabels, target.moved, "moved", lambda m: (m.image_id, m.copy_id)),
        Table(Searched, target.searched, "searched", lambda s: (s.image_id,), grows=True),
        Table(
            Suspect, target.suspects, "suspects", lambda s: (s.benchmark, s.row, s.source, s.uri)
        ),
        Table(
            PersonalData,
            target.personal,
            "personal",
            lambda found: (found.source, found.uri, found.id, found.kind),
            grows=True,
        ),
        Table(LedgerRow, target.ledger, "assemble", lambda row: (row.step, row.unit)),
        images=images,
    )


def build_plan(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
    path: str,
) -> None:
    """Draw the graph only as far as the numbers, which go to `path`."""
    choice = _choose(pipeline, layout, config, benchmarks)
    _write_plan(choice.sizes, path, config.curriculum)


class _Choice(NamedTuple):
    """What is there before anything is written. `samples`: PCollection[Sample]; `sizes`: questions
    and tokens of each stratum; `pages`: PCollection[Page], those that samples are made of;
    `rejects`, `pairs`: over all steps; `moved`: of MovedLabels; `searched`: of Searched;
    `suspects`: of Suspect; `personal`: of PersonalData;
    `images`: the `Total` of the catalog."""

    samples: Any
    sizes: Any
    pages: Any
    rejects: Any
    pairs: Any
    moved: Any
    searched: Any
    suspects: Any
    personal: Any
    counts: list[Any]
    images: Any


def _choose(
    pipeline: beam.Pipeline, layout: RunLayout, config: AssembleConfig, sets: Benchmarks
) -> _Choice:
    curriculum, benchmarks = config.curriculum, sets.tables
    tables = pipeline | "Tables" >> ReadSeveral(
        {
            "catalog": ([layout.catalog], Image),
            "annotations": ([layout.annotations], Annotation),
            "failures": ([layout.failures], FailedReading),
            "conversations": ([layout.records], Conversation),
            "evaluation": (benchmarks, BenchmarkRow),
            "looks": ([layout.duplicates], Duplicate),
            "searches": ([layout.searched], Searched),
        }
    )
    read = (tables["catalog"], tables["annotations"], tables["failures"]) | "Pages" >> JoinPages(
        config.engine, curriculum
    )
    unique = (
        read.pages,
        tables["evaluation"],
        tables["looks"],
        tables["searches"],
    ) | "NearDuplicates" >> DropNearDuplicates(curriculum.duplicates, benchmarks)
    again = ReadMaskedAgain(config.reads_again) if config.reads_again else None
    guarded = unique.pages | "PersonalData" >> GuardPages(curriculum.personal_data, again)
    made = (
        guarded.pages,
        tables["conversations"],
        unique.pairs,
        unique.instead,
        unique.roots,
    ) | "Samples" >> MakeSamples(curriculum, benchmarks)
    chosen = made.samples | "Choose" >> ChooseSamples(curriculum)
    turned = chosen.samples | "Turns" >> GroupTurns(curriculum)
    rejects = (read.rejects, unique.rejects, guarded.rejects, made.rejects, chosen.rejects)
    return _Choice(
        turned.samples | "Weigh" >> beam.Map(weighed).with_output_types(Sample),
        chosen.sizes,
        guarded.pages | "WeighPages" >> beam.Map(weighed_page).with_output_types(Page),
        rejects | "AllRejects" >> beam.Flatten(),
        (read.exact, unique.pairs) | "AllPairs" >> beam.Flatten(),
        unique.moved,
        unique.searched,
        made.suspects,
        (guarded.told, made.personal) | "AllPersonal" >> beam.Flatten(),
        [
            *read.counts,
            *unique.counts,
            *guarded.counts,
            *made.counts,
            *chosen.counts,
            *turned.counts,
        ],
        read.images,
    )


class Planned(NamedTuple):
    """The plan of a build, and the weight of its samples where the runner tells counters."""

    plan: Plan
    weight: Weight | None


def _write_plan(sizes: Any, path: str, curriculum: Curriculum) -> None:
    def write(stages: int, counts: Counts) -> int:
        plan = plan_of(curriculum, sorted(counts))
        write_bytes(path, (plan.model_dump_json(indent=2) + "\n").encode())
        return stages

    _ = (
        sizes.pipeline
        | "Once" >> beam.Create([0], reshuffle=False).with_output_types(int)
        | "WritePlan" >> beam.Map(write, beam.pvalue.AsList(sizes)).with_output_types(int)
    )


def run(
    layout: RunLayout,
    target: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
    options: PipelineOptions,
) -> CurriculumManifest | None:
    """Write every stage afresh, into `target`; manifests appear only when the ledger balances.
    None: it was a dry run."""
    with showing("assemble"):
        counters = run_pipeline(
            lambda pipeline: build(pipeline, layout, target, config, benchmarks),
            options,
            images=about_rows(list_parts(layout.catalog), PAYS_FROM),
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
        with showing("plan"):
            counters = run_pipeline(
                lambda pipeline: build_plan(pipeline, layout, config, benchmarks, path),
                options,
                images=about_rows(list_parts(layout.catalog), PAYS_FROM),
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
