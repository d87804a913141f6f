"""The assemble pipeline: catalog and annotations to shards, manifests, rejects and books."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.runner import is_local, run_pipeline, showing
from schemas.curriculum import Curriculum, Stage
from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of, sha256_hex
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import CurriculumManifest, IndexFile, SourceShare, StageEntry, StageManifest
from schemas.plan import Plan
from schemas.records import Book, Duplicate, Image, IndexRow, Reject
from transforms.annotate import TRUTH_ENGINE
from transforms.assemble.books import sum_counts, to_book
from transforms.assemble.choose import ChooseSamples, Counts, plan_of, replayed
from transforms.assemble.pages import DropNearDuplicates, ReadPages
from transforms.assemble.samples import MakeSamples
from transforms.assemble.write import PENDING, WriteStages, index_bytes, stage_fingerprint
from transforms.replay import replayed_rows, replayed_shards
from transforms.storage import list_files, read_bytes, remove, remove_files, walk, write_bytes
from transforms.tables import read_columns, read_folder, read_rows, write_rows


@dataclass(frozen=True)
class AssembleConfig:
    """The curriculum, and the engine whose annotations are used where there is no truth."""

    curriculum: Curriculum
    engine: str


def build(pipeline: beam.Pipeline, layout: RunLayout, config: AssembleConfig) -> None:
    """Draw the whole graph."""
    chosen, sizes, rejects, pairs, counts = _choose(pipeline, layout, config)
    _ = chosen | "Write" >> WriteStages(layout, config.curriculum, [])
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
    pages, exact, rejects, counts = pipeline | "Pages" >> ReadPages(
        layout, config.engine, curriculum
    )
    unique, pairs, roots, near, near_counts = pages | "NearDuplicates" >> DropNearDuplicates(
        curriculum.duplicates
    )
    samples, dropped, sample_counts = (unique, pairs, roots) | "Samples" >> MakeSamples(
        layout, curriculum
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
    _clear(layout)
    with showing("assemble", 0):
        run_pipeline(lambda pipeline: build(pipeline, layout, config), options)
    for folder, record in ((layout.duplicates, Duplicate), (layout.rejects, Reject)):
        if not list_files(folder, ".parquet"):
            write_rows(record, f"{folder}/assemble-00.parquet", [])
    check_books(layout, config.engine)
    return _publish(layout, config)


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


def check_books(layout: RunLayout, engine: str) -> list[Book]:
    """The run's books, summed by step. Raises GyogwaError when in isn't kept + rejected."""
    sums: dict[tuple[str, str], list[int]] = {}
    for book in read_folder(Book, layout.books):
        total = sums.setdefault((book.step, book.unit), [0, 0, 0])
        for place, number in enumerate((book.incoming, book.kept, book.rejected)):
            total[place] += number
    ids = [
        image_id
        for path in list_files(layout.catalog, ".parquet")
        for image_id in read_columns(Image, path, ["image_id"])["image_id"]
    ]
    unique = set(ids)
    failed = {
        reject_id
        for path in list_files(layout.rejects, ".parquet")
        if path.rsplit("/", 1)[-1].startswith(f"annotate-{engine}-")
        for reject_id in read_columns(Reject, path, ["id"])["id"]
    } & unique
    exact = sums.setdefault(("exact_duplicates", "images"), [0, 0, 0])
    sums[("annotate", "images")] = [len(unique), exact[1], len(failed)]
    lost = sum(1 for image_id in ids if image_id in failed) - len(failed)
    exact[0] = len(ids) - len(failed) - lost
    books = [Book(step, "all", unit, *total) for (step, unit), total in sorted(sums.items())]
    wrong = [book for book in books if book.incoming != book.kept + book.rejected]
    if wrong:
        lines = [
            f"{b.step}: {b.incoming} {b.unit} came in, {b.kept} kept + {b.rejected} rejected"
            for b in wrong
        ]
        raise GyogwaError(
            "the books don't balance, so no manifest was written:\n  " + "\n  ".join(lines)
        )
    return books


def _publish(layout: RunLayout, config: AssembleConfig) -> CurriculumManifest:
    curriculum = config.curriculum
    entries: list[StageEntry] = []
    manifests: dict[str, StageManifest] = {}
    for number, stage in enumerate(curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        manifest = _read_pending(folder)
        if stage.replay:
            manifest = _with_replays(manifest, stage, layout, curriculum, manifests)
        manifests[stage.name] = manifest
        _settle(folder, manifest)
        relative = f"stages/{number}-{stage.name}"
        if curriculum.validation_share:
            held_out = layout.stage(number, stage.name, "validation")
            _settle(held_out, _read_pending(held_out))
        entries.append(
            StageEntry(
                name=stage.name,
                manifest=f"{relative}/manifest.json",
                validation=(
                    f"{relative}/validation/manifest.json" if curriculum.validation_share else None
                ),
                samples=manifest.samples,
                fingerprint=manifest.fingerprint,
            )
        )
    _drop_other_stages(layout, [entry.manifest.split("/")[1] for entry in entries])
    settings = curriculum.model_dump(mode="json")
    manifest_of_all = CurriculumManifest(
        curriculum=curriculum,
        engine=config.engine,
        stages=entries,
        fingerprint=fingerprint_of(
            [settings, config.engine, TRUTH_ENGINE, [entry.fingerprint for entry in entries]]
        ),
    )
    write_bytes(layout.curriculum, (manifest_of_all.model_dump_json(indent=2) + "\n").encode())
    return manifest_of_all


def _read_pending(folder: str) -> StageManifest:
    path = f"{folder}/{PENDING}"
    return parse_json(read_bytes(path), path, StageManifest)


def _settle(folder: str, manifest: StageManifest) -> None:
    """Give a manifest its name, and take away tars that it doesn't list."""
    listed = {shard.file for shard in manifest.shards}
    remove_files(folder, ".tar", lambda name: name not in listed)
    text = manifest.model_dump_json(indent=2) + "\n"
    write_bytes(f"{folder}/manifest.json", text.encode())
    remove(f"{folder}/{PENDING}")


def _with_sources(own: list[SourceShare], rows: list[IndexRow]) -> list[SourceShare]:
    """The sources of a stage with those of the rows it replays."""
    counts = Counter({(share.source, share.licence): share.samples for share in own})
    counts.update((row.source, row.licence) for row in rows if row.shard.startswith("../"))
    return [
        SourceShare(source=source, licence=licence, samples=samples)
        for (source, licence), samples in sorted(counts.items())
    ]


def _with_replays(
    manifest: StageManifest,
    stage: Stage,
    layout: RunLayout,
    curriculum: Curriculum,
    earlier: dict[str, StageManifest],
) -> StageManifest:
    """The manifest with rows of earlier stages in its index, which is written anew."""
    folder = layout.stage(manifest.number, stage.name)
    rows = list(read_rows(IndexRow, f"{folder}/index.parquet"))
    shards = list(manifest.shards)
    replays = {}
    for replay in stage.replay:
        source = earlier[replay.stage]
        relative = f"../{source.number}-{source.name}"
        there = list(
            read_rows(IndexRow, f"{layout.stage(source.number, source.name)}/index.parquet")
        )
        own = sum(not row.shard.startswith("../") for row in there)
        count = replayed(manifest.draws, replay.share, stage, own)
        more = replayed_rows(there, relative, count, stage.name, curriculum.seed)
        rows += more
        shards += replayed_shards(more, source, relative)
        replays[replay.stage] = len(more)
    index = index_bytes(rows)
    write_bytes(f"{folder}/index.parquet", index)
    added = sum(replays.values())
    return manifest.model_copy(
        update={
            "samples": manifest.samples + added,
            "draws": manifest.draws + added,
            "tokens": sum(row.tokens * row.repeats for row in rows),
            "shards": shards,
            "replays": replays,
            "sources": _with_sources(manifest.sources, rows),
            "index": IndexFile(file="index.parquet", rows=len(rows), sha256=sha256_hex(index)),
            "fingerprint": stage_fingerprint(index, shards),
        }
    )


def _drop_other_stages(layout: RunLayout, current: list[str]) -> None:
    """Delete the tars of stages that an earlier curriculum had."""
    for path, _, _ in walk(layout.stages):
        if path[len(layout.stages) + 1 :].split("/")[0] not in current:
            remove(path)


def plan(layout: RunLayout, config: AssembleConfig, options: PipelineOptions) -> Plan:
    """What a build would write. Nothing of the run is touched."""
    with tempfile.TemporaryDirectory() as folder:
        # a remote runner's workers don't see this machine's disk
        path = f"{folder}/plan.json" if is_local(options) else f"{layout.root}/.plan.json"
        with showing("plan", 0):
            run_pipeline(lambda pipeline: build_plan(pipeline, layout, config, path), options)
        return parse_json(read_bytes(path), path, Plan)
