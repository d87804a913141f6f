"""The graph of assemble: catalog and annotations to samples, shards, rejects and ledger."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.pipelines.benchmarks import Benchmarks
from gyogwa.pipelines.running.sharing import PAYS_FROM
from gyogwa.pipelines.weight import weighed, weighed_page
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, LedgerRow, Reject, Searched, Suspect
from gyogwa.schemas.personal import PersonalData
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
from gyogwa.transforms.dedup.near import DropNearDuplicates
from gyogwa.transforms.files.tables import about_rows, list_parts
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.flow.ledger import summed
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


@dataclass(frozen=True)
class Held:
    """What a run holds, as far as the graph depends on it: about how many images, and whether it
    has conversations or texts."""

    images: int
    talks: bool


def held_in(layout: RunLayout) -> Held:
    """What the run holds, by the feet of a few tables."""
    return Held(
        about_rows(list_parts(layout.catalog), PAYS_FROM),
        about_rows(list_parts(layout.records), 1) > 0,
    )


def build(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    target: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
    held: Held,
) -> None:
    """Draw the whole graph: what ingest and annotate wrote is read from `layout`, all results go
    to `target`."""
    choice = _choose(pipeline, layout, config, benchmarks, held)
    samples, sizes, pages, rejects, pairs, moved, searched, suspects, personal, counts = choice
    written = (samples, pages) | "Write" >> WriteStages(
        target, config.curriculum, benchmarks.checked or "none"
    )
    _write_plan(sizes, target.plan, config.curriculum)
    ledger = (*counts, *written.counts) | "Ledger" >> beam.Flatten()
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
        Table(LedgerRow, target.ledger, "assemble", lambda r: (r.step, r.unit), merge=summed),
        images=held.images,
    )


def build_plan(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    config: AssembleConfig,
    benchmarks: Benchmarks,
    held: Held,
    path: str,
) -> None:
    """Draw the graph only as far as the numbers, which go to `path`."""
    choice = _choose(pipeline, layout, config, benchmarks, held)
    _write_plan(choice.sizes, path, config.curriculum)


class _Choice(NamedTuple):
    """What is there before anything is written. `samples`: PCollection[Sample]; `sizes`: questions
    and tokens of each stratum; `pages`: PCollection[Page], those that samples are made of;
    `rejects`, `pairs`: over all steps; `moved`: of MovedLabels; `searched`: of Searched;
    `suspects`: of Suspect; `personal`: of PersonalData; `counts`: of LedgerRow."""

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


def _choose(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    config: AssembleConfig,
    sets: Benchmarks,
    held: Held,
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
    ) | "Samples" >> MakeSamples(curriculum, benchmarks, held.talks)
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
    )


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
