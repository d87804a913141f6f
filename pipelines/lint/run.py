"""`gyogwa lint`: every problem of a run, in the order that a reader would meet them."""

from collections.abc import Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.curriculum import lint_curriculum
from gyogwa.pipelines.lint.described import lint_described
from gyogwa.pipelines.lint.files import lint_files
from gyogwa.pipelines.lint.index import Seen, Totals
from gyogwa.pipelines.lint.ledger import lint_duplicates, lint_ledger, lint_rejects, lint_written
from gyogwa.pipelines.lint.plan import lint_benchmarks, lint_plan
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.published import lint_published
from gyogwa.pipelines.lint.split import Sides
from gyogwa.pipelines.lint.stage import lint_stage
from gyogwa.pipelines.lint.tables import read_known
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.layout import RunLayout


def lint_run(layout: RunLayout) -> Iterator[Problem]:
    """Every problem of a run, none for a good one. Raises GyogwaError when it isn't finished."""
    run = read_run(layout)
    splits = yield from lint_curriculum(layout, run)
    asked = len(run.curriculum.stages) * (2 if run.curriculum.validation_share else 1)
    yield from lint_files(layout, splits, complete=len(splits) == asked)
    yield from lint_described(layout)
    current = yield from lint_published(layout)
    known = yield from read_known(layout, current is True, run.curriculum.personal_data)
    rejects = yield from lint_rejects(layout, known.facts)
    yield from lint_duplicates(layout, known.facts)
    counted = known.catalogued and known.recorded if current else current is False
    written = (yield from lint_ledger(layout)) if rejects and counted else None
    if known.compared:
        yield from lint_benchmarks(splits, known)
    sides, seen = Sides(), Seen()
    totals: dict[str, Totals] = {}
    for split in splits:
        context = Context(split, run.engine, known, sides)
        found = yield from lint_stage(context, seen)
        if found is not None:
            totals[split.folder] = found
    if written is not None and len(totals) == asked:
        yield from lint_written(layout, written, list(totals.values()))
    yield from lint_plan(layout, run.curriculum, totals)
    yield from sides.lint_versions(layout, known.looks)
