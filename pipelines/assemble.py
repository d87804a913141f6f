"""The assemble pipeline: catalog and annotations to shards, manifests, rejects and books."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.runner import run_pipeline, showing
from schemas.curriculum import Curriculum
from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import CurriculumManifest, StageEntry, StageManifest
from schemas.records import Book, Duplicate, Image, Reject
from transforms.annotate import TRUTH_ENGINE
from transforms.assemble.books import sum_counts, to_book
from transforms.assemble.pages import DropNearDuplicates, ReadPages
from transforms.assemble.samples import MakeSamples
from transforms.assemble.write import PENDING, WriteStages
from transforms.storage import list_files, read_bytes, remove, remove_files, walk, write_bytes
from transforms.tables import read_columns, read_folder, write_rows


@dataclass(frozen=True)
class AssembleConfig:
    """The curriculum, and the engine whose annotations are used where there is no truth."""

    curriculum: Curriculum
    engine: str


def build(pipeline: beam.Pipeline, layout: RunLayout, config: AssembleConfig) -> None:
    """Draw the graph."""
    curriculum = config.curriculum
    pages, exact, rejects, counts = pipeline | "Pages" >> ReadPages(
        layout, config.engine, curriculum
    )
    unique, pairs, near, near_counts = pages | "NearDuplicates" >> DropNearDuplicates(
        curriculum.duplicates
    )
    samples, dropped, sample_counts = unique | "Samples" >> MakeSamples(layout, curriculum)
    _ = samples | "Write" >> WriteStages(layout, curriculum, [])
    all_rejects = (rejects, near, dropped) | "AllRejects" >> beam.Flatten()
    all_pairs = (exact, pairs) | "AllPairs" >> beam.Flatten()
    all_counts = (*counts, *near_counts, *sample_counts) | "AllCounts" >> beam.Flatten()
    books = (
        all_counts | "SumCounts" >> beam.CombinePerKey(sum_counts) | "ToBook" >> beam.Map(to_book)
    )
    _ = all_rejects | "WriteRejects" >> _WriteTable(
        Reject, layout.rejects, "assemble", lambda r: (r.step, r.id, r.uri)
    )
    _ = all_pairs | "WriteDuplicates" >> _WriteTable(
        Duplicate, layout.duplicates, "duplicates", lambda d: (d.cluster, d.member, d.kept)
    )
    _ = books | "WriteBooks" >> _WriteTable(
        Book, layout.books, "assemble", lambda b: (b.step, b.unit)
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
    entries = []
    for number, stage in enumerate(config.curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        text = read_bytes(f"{folder}/{PENDING}")
        manifest = parse_json(text, f"{folder}/{PENDING}", StageManifest)
        listed = {shard.file for shard in manifest.shards}
        remove_files(folder, ".tar", lambda name, listed=listed: name not in listed)  # type: ignore[misc]
        write_bytes(f"{folder}/manifest.json", text)
        remove(f"{folder}/{PENDING}")
        entries.append(
            StageEntry(
                name=stage.name,
                manifest=f"stages/{number}-{stage.name}/manifest.json",
                samples=manifest.samples,
                fingerprint=manifest.fingerprint,
            )
        )
    _drop_other_stages(layout, [entry.manifest.split("/")[1] for entry in entries])
    settings = config.curriculum.model_dump(mode="json")
    manifest_of_all = CurriculumManifest(
        curriculum=config.curriculum,
        engine=config.engine,
        stages=entries,
        fingerprint=fingerprint_of(
            [settings, config.engine, TRUTH_ENGINE, [entry.fingerprint for entry in entries]]
        ),
    )
    write_bytes(layout.curriculum, (manifest_of_all.model_dump_json(indent=2) + "\n").encode())
    return manifest_of_all


def _drop_other_stages(layout: RunLayout, current: list[str]) -> None:
    """Delete the tars of stages that an earlier curriculum had."""
    for path, _, _ in walk(layout.stages):
        if path.rsplit("/", 2)[-2] not in current:
            remove(path)
