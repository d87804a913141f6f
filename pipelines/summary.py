"""The table at the end of a build, and `gyogwa stats`: what came in, what stayed, what left."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from pipelines.books import check_books
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import CurriculumManifest, StageManifest
from schemas.plan import Plan
from schemas.quality import QualityReport
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
    """The manifests of a run's stages in order, each followed by its validation split, if any."""
    paths = [path for e in run.stages for path in (e.manifest, e.validation) if path]
    return [parse_json(read_bytes(f"{layout.root}/{path}"), path, StageManifest) for path in paths]


def reject_counts(layout: RunLayout) -> Counter[tuple[str, str]]:
    """How many rejects there are by step and rule."""
    rules: Counter[tuple[str, str]] = Counter()
    for path in list_files(layout.rejects, ".parquet"):
        columns = read_columns(Reject, path, ["step", "rule"])
        rules.update(zip(columns["step"], columns["rule"], strict=True))
    return rules


def print_quality(report: QualityReport, console: Console) -> None:
    """How well OCR read images whose text is known, by language and kind."""
    names = ("language", "kind", "images", "CER", "no spaces", "WER", "boxes", "words", "read/true")
    table = Table(*names, title="OCR against the truth")
    for row in report.groups:
        rates = (row.cer, row.cer_without_spaces, row.wer, row.word_box_recall, row.word_recall)
        table.add_row(
            row.language or "all", row.kind or "all", f"{row.images:,}",
            *(f"{rate:.3f}" for rate in (*rates, row.words_read)),
        )  # fmt: skip
    console.print(table)


def print_plan(plan: Plan, console: Console) -> None:
    """What every stage takes, by task, language and source, and what is short."""
    for stage in plan.stages:
        head = (
            f"{stage.name}: {stage.draws:,} draws of {stage.samples:,} samples, about "
            f"{stage.tokens:,} tokens; {stage.replayed:,} replayed, {stage.validation:,} held out"
        )
        table = Table("task", "language", "source", "there", "draws", title=head)
        for row in stage.strata:
            table.add_row(row.task, row.language, row.source, f"{row.there:,}", f"{row.draws:,}")
        console.print(table)
        for short in stage.shortages:
            console.print(
                f"  short: {short.what}: {short.asked:,} asked for, {short.given:,} given: "
                f"{short.why}",
                markup=False,
                soft_wrap=True,
            )


def print_summary(layout: RunLayout, console: Console) -> None:
    """Books by step, rejects by rule, stages with samples, shards and bytes."""
    run = read_run(layout)
    books = Table("step", "unit", "in", "kept", "rejected", title="Books")
    for book in check_books(layout, run.engine):
        numbers = (f"{book.incoming:,}", f"{book.kept:,}", f"{book.rejected:,}")
        books.add_row(book.step, book.unit, *numbers)
    rejects = Table("step", "rule", "rejected", title="Rejects by rule")
    for (step, rule), count in sorted(reject_counts(layout).items()):
        rejects.add_row(step, rule, f"{count:,}")
    stages = Table("stage", "samples", "draws", "shards", "MB", title="Stages")
    tasks = Table("stage", "draws by task", title="Tasks")
    for manifest in stage_manifests(layout, run):
        name = f"{manifest.number}-{manifest.name}"
        name += "" if manifest.split == "train" else f" ({manifest.split})"
        sizes = (manifest.samples, manifest.draws, len(manifest.shards))
        stages.add_row(name, *(f"{n:,}" for n in sizes), f"{manifest.bytes / 1e6:,.1f}")
        drawn = [f"{share.task} {share.draws:,}" for share in manifest.mixture if share.draws]
        if drawn:
            tasks.add_row(name, ", ".join(drawn))
    for table in (books, rejects, stages, tasks):
        if table.row_count:
            console.print(table)
