"""The table at the end of a build, and `gyogwa stats`: what came in, what stayed, what left."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from gyogwa.pipelines.ledger import parts_of, published_ledger
from gyogwa.pipelines.unread import unread_in
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.quality import QualityReport
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import read_columns
from gyogwa.transforms.tasks.needs import what_to_add


def read_run(layout: RunLayout) -> CurriculumManifest:
    """The finished run's curriculum. Raises GyogwaError when there is none."""
    try:
        text = read_bytes(layout.curriculum)
    except FileNotFoundError as error:
        raise GyogwaError(f"{layout.root}: no finished run (curriculum.json is missing)") from error
    return parse_json(text, layout.curriculum, CurriculumManifest)


def stage_manifests(layout: RunLayout, run: CurriculumManifest) -> list[StageManifest]:
    """The manifests of a run's stages in order, each followed by its validation split, if any."""
    paths = [path for e in run.stages for path in (e.manifest, e.validation) if path]
    return [parse_json(read_bytes(f"{layout.root}/{path}"), path, StageManifest) for path in paths]


def reject_counts(layout: RunLayout, built: RunLayout | None = None) -> Counter[tuple[str, str]]:
    """How many rejects there are by step and rule; those of assemble are read from `built`."""
    rules: Counter[tuple[str, str]] = Counter()
    for path in parts_of(layout.rejects, (built or layout).rejects):
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
            f"{stage.name}: {stage.draws:,} draws of {stage.samples:,} questions, about "
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
    """Ledger by step, rejects by rule, stages with samples, shards and bytes, what a stage got less
    than half of, and what of the inputs wasn't read."""
    run = read_run(layout)
    ledger = Table("step", "unit", "in", "kept", "rejected", title="Ledger")
    for row in published_ledger(layout):
        numbers = (f"{row.incoming:,}", f"{row.kept:,}", f"{row.rejected:,}")
        ledger.add_row(row.step, row.unit, *numbers)
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
    for table in (ledger, rejects, stages, tasks, _starved(layout)):
        if table.row_count:
            console.print(table)
    for kind in unread_in(layout):
        console.print(str(kind), markup=False, highlight=False, soft_wrap=True)


def _starved(layout: RunLayout) -> Table:
    """The tasks and languages of which a stage got less than half of what it asks for."""
    table = Table("stage", "what", "asked", "got", "why", "what to add", title="Less than half")
    plan = parse_json(read_bytes(layout.plan), layout.plan, Plan)
    for stage in plan.stages:
        for short in stage.shortages:
            if short.what.startswith(("task ", "language ")) and 2 * short.given < short.asked:
                held_back = "would break" in short.why
                add = what_to_add(short.what, held_back)
                if "has no request" in short.why:
                    add = "another dialect; or leave the task out"
                    if short.what == "task ocr":
                        add = "another granularity or dialect; or leave the task out"
                table.add_row(
                    stage.name, short.what, f"{short.asked:,}", f"{short.given:,}", short.why, add
                )
    return table
