"""The table at the end of a build, and `gyogwa stats`: what came in, what stayed, what left."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from pipelines.assemble import check_books
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import CurriculumManifest, StageManifest
from schemas.records import Reject
from transforms.storage import list_files, read_bytes
from transforms.tables import read_columns


def read_run(layout: RunLayout) -> CurriculumManifest:
    """The finished run's curriculum. Raises GyogwaError when there is none."""
    from schemas.errors import GyogwaError

    try:
        text = read_bytes(layout.curriculum)
    except FileNotFoundError as error:
        raise GyogwaError(f"{layout.root}: no finished run (curriculum.json is missing)") from error
    return parse_json(text, layout.curriculum, CurriculumManifest)


def stage_manifests(layout: RunLayout, run: CurriculumManifest) -> list[StageManifest]:
    """The manifests of a run's stages, in order."""
    return [
        parse_json(read_bytes(f"{layout.root}/{e.manifest}"), e.manifest, StageManifest)
        for e in run.stages
    ]


def print_summary(layout: RunLayout, console: Console) -> None:
    """Books by step, rejects by rule, stages with samples, shards and bytes."""
    run = read_run(layout)
    books = Table("step", "unit", "in", "kept", "rejected", title="Books")
    for book in check_books(layout, run.engine):
        numbers = (f"{book.incoming:,}", f"{book.kept:,}", f"{book.rejected:,}")
        books.add_row(book.step, book.unit, *numbers)
    rules: Counter[tuple[str, str]] = Counter()
    for path in list_files(layout.rejects, ".parquet"):
        columns = read_columns(Reject, path, ["step", "rule"])
        rules.update(zip(columns["step"], columns["rule"], strict=True))
    rejects = Table("step", "rule", "rejected", title="Rejects by rule")
    for (step, rule), count in sorted(rules.items()):
        rejects.add_row(step, rule, f"{count:,}")
    stages = Table("stage", "samples", "shards", "MB", "tasks", title="Stages")
    for manifest in stage_manifests(layout, run):
        stages.add_row(
            f"{manifest.number}-{manifest.name}",
            f"{manifest.samples:,}",
            f"{len(manifest.shards):,}",
            f"{manifest.bytes / 1e6:,.1f}",
            " ".join(f"{share.task}:{share.samples}" for share in manifest.mixture),
        )
    for table in (books, rejects, stages):
        if table.row_count:
            console.print(table)
