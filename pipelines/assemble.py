"""The assemble pipeline: catalog and annotations to shards, manifests, rejects and books."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.benchmarks import prepare_benchmarks
from pipelines.books import check_books
from pipelines.publish import publish
from pipelines.runner import console, is_local, run_pipeline, showing
from schemas.curriculum import Curriculum
from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import BenchmarkChecked, CurriculumManifest
from schemas.plan import Plan
from schemas.records import Book, Duplicate, Reject
from transforms.assemble.books import sum_counts, to_book
from transforms.assemble.choose import ChooseSamples, Counts, plan_of
from transforms.assemble.duplicates import NAMESPACE, DropNearDuplicates
from transforms.assemble.pages import ReadPages
from transforms.assemble.samples import MakeSamples
from transforms.assemble.write import WriteStages
from transforms.storage import list_files, read_bytes, remove, remove_files, walk, write_bytes
from transforms.tables import write_rows


@dataclass(frozen=True)
class AssembleConfig:
    """The curriculum, the engine whose annotations are used where there is no truth, and paths of
    evaluation sets that training must not hold."""

    curriculum: Curriculum
    engine: str
    benchmarks: tuple[str, ...] = ()


def build(
    pipeline: beam.Pipeline,
    layout: RunLayout,
    config: AssembleConfig,
    checked: list[BenchmarkChecked],
) -> None:
    """Draw the whole graph."""
    chosen, sizes, rejects, pairs, counts = _choose(pipeline, layout, config)
    _ = chosen | "Write" >> WriteStages(layout, config.curriculum, checked or "none")
    _write_plan(sizes, layout.plan, config.curriculum)
    books = counts | "SumCounts" >> beam.CombinePerKey(sum_counts) | "ToBook" >> beam.Map(to_book)
    _ = rejects | "WriteRejects" >> _WriteTable(
        Reject, layout.rejects, "assemble", lambda r: (r.step, r.id, r.source, r.uri, r.message)
    )
    _ = pairs | "WriteDuplicates" >> _WriteTable(
        Duplicate, layout.duplicates, "duplicates", lambda d: (d.cluster, d.member, d.kept)
    )
    _ = books | "WriteBooks" >> _WriteTable(
        Book, layout.books, "assemble", lambda b: (b.step, b.unit)
    )


def build_plan(
    pipeline: beam.Pipeline, layout: RunLayout, config: AssembleConfig, path: str
) -> None:
    """Draw the graph only as far as the numbers, which go to `path`."""
    _, sizes, _, _, _ = _choose(pipeline, layout, config)
    _write_plan(sizes, path, config.curriculum)


def _choose(pipeline: beam.Pipeline, layout: RunLayout, config: AssembleConfig) -> Any:
    curriculum = config.curriculum
    benchmarks = list_files(layout.benchmarks, ".parquet") if config.benchmarks else []
    pages, exact, rejects, counts = pipeline | "Pages" >> ReadPages(
        layout, config.engine, curriculum
    )
    unique, pairs, roots, near, near_counts = pages | "NearDuplicates" >> DropNearDuplicates(
        curriculum.duplicates, benchmarks
    )
    samples, dropped, sample_counts = (unique, pairs, roots) | "Samples" >> MakeSamples(
        layout, curriculum, benchmarks
    )
    chosen, left, choice_counts, sizes = samples | "Choose" >> ChooseSamples(curriculum)
    all_rejects = (rejects, near, dropped, left) | "AllRejects" >> beam.Flatten()
    all_pairs = (exact, pairs) | "AllPairs" >> beam.Flatten()
    all_counts = (
        *counts,
        *near_counts,
        *sample_counts,
        *choice_counts,
    ) | "AllCounts" >> beam.Flatten()
    return chosen, sizes, all_rejects, all_pairs, all_counts


def _write_plan(sizes: Any, path: str, curriculum: Curriculum) -> None:
    def write(_: int, counts: Counts) -> None:
        plan = plan_of(curriculum, sorted(counts))
        write_bytes(path, (plan.model_dump_json(indent=2) + "\n").encode())

    _ = (
        sizes.pipeline
        | "Once" >> beam.Create([0])
        | "WritePlan" >> beam.Map(write, beam.pvalue.AsList(sizes))
    )


_TABLE_PARTS = 16


class _WriteTable(beam.PTransform):
    """Rows to `<folder>/<name>-NN.parquet`, by hash of their sort key and sorted within."""

    def __init__(self, record: type, folder: str, name: str, key: Any) -> None:
        super().__init__()
        self.record, self.folder, self.name, self.key = record, folder, name, key

    def expand(self, rows: Any) -> Any:
        key = self.key
        return (
            rows
            | "ToPart"
            >> beam.Map(
                lambda row: (int(fingerprint_of(list(key(row)))[:8], 16) % _TABLE_PARTS, row)
            ).with_output_types(tuple[int, Any])
            | "GroupPart" >> beam.GroupByKey()
            | "WritePart" >> beam.Map(self._write)
        )

    def _write(self, element: tuple[int, Iterable[Any]]) -> int:
        part, rows = element
        path = f"{self.folder}/{self.name}-{part:02d}.parquet"
        return write_rows(self.record, path, sorted(rows, key=self.key))


def run(layout: RunLayout, config: AssembleConfig, options: PipelineOptions) -> CurriculumManifest:
    """Write every stage afresh; the manifests appear only when the books balance."""
    if not list_files(layout.catalog, ".parquet"):
        raise GyogwaError(f"{layout.catalog}: no catalog; run gyogwa ingest first")
    checked = prepare_benchmarks(config.benchmarks, layout)
    _clear(layout)
    with showing("assemble", 0):
        counters = run_pipeline(lambda pipeline: build(pipeline, layout, config, checked), options)
    if passed_over := counters.get(f"{NAMESPACE}/passed_over"):
        console.print(f"duplicates {passed_over:,} comparisons among like hashes passed over")
    for folder, record in ((layout.duplicates, Duplicate), (layout.rejects, Reject)):
        if not list_files(folder, ".parquet"):
            write_rows(record, f"{folder}/assemble-00.parquet", [])
    check_books(layout, config.engine)
    return publish(layout, config.curriculum, config.engine)


def _clear(layout: RunLayout) -> None:
    """Take away the old manifests first, so that no loader opens half of an old run."""
    remove(layout.curriculum)
    remove(layout.plan)
    for path, _, _ in walk(layout.stages):
        if path.endswith((".json", ".parquet")):
            remove(path)
    remove_files(layout.duplicates, ".parquet", lambda _: True)
    remove_files(layout.rejects, ".parquet", lambda name: name.startswith("assemble-"))
    remove_files(layout.books, ".parquet", lambda name: name.startswith("assemble-"))


def plan(layout: RunLayout, config: AssembleConfig, options: PipelineOptions) -> Plan:
    """What a build would write. Nothing of the run is touched but what is known of benchmarks."""
    prepare_benchmarks(config.benchmarks, layout)
    with tempfile.TemporaryDirectory() as folder:
        # a remote runner's workers don't see this machine's disk
        path = f"{folder}/plan.json" if is_local(options) else f"{layout.root}/.plan.json"
        with showing("plan", 0):
            run_pipeline(lambda pipeline: build_plan(pipeline, layout, config, path), options)
        return parse_json(read_bytes(path), path, Plan)
