"""Faults in the run's tables, in its plan, and in what it says of evaluation sets."""

from functools import partial
from typing import Any

from gyogwa.schemas.ledger import Duplicate, LedgerRow, Reject
from gyogwa.schemas.records import BenchmarkRow
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.forgery import Forgery
from tests.pipelines.lint.sealing import Json, seal_ledger, write


def _garbage(run: Forgery, folder: str) -> str:
    name = run.parts(folder)[-1]
    write(run.path(name), b"PAR1 and no more")
    return name


def _nothing(run: Forgery, folder: str) -> str:
    for name in run.parts(folder):
        run.path(name).unlink()
    return folder


faults(
    "table_unreadable",
    **{
        f"unreadable_{folder}": partial(_garbage, folder=folder)
        for folder in ("catalog", "records", "annotations", "rejects", "duplicates", "benchmarks")
    },
)
faults(
    "table_missing",
    no_annotations=partial(_nothing, folder="annotations"),
    no_duplicates=partial(_nothing, folder="duplicates"),
)


def _changed(run: Forgery, folder: str) -> str:
    """A part that ingest wrote is gone."""
    first = next(name for name in run.parts(folder) if "assemble-" not in name)
    run.path(first).unlink()
    return run.run.name


faults(
    "tables_changed",
    **{
        f"part_of_{folder}_gone": partial(_changed, folder=folder)
        for folder in ("catalog", "records", "rejects", "ledger")
    },
)


@fault("run_files")
def no_marker(run: Forgery) -> str:
    run.path("run.json").unlink()
    return run.run.name


@fault("run_files")
def no_list_of_files(run: Forgery) -> str:
    run.path("published.json").unlink()
    return run.run.name


@fault("run_files")
def list_of_garbage(run: Forgery) -> str:
    write(run.path("published.json"), b"{")
    return run.run.name


def _any(_: Any) -> bool:
    return True


@fault("ledger")
def kept_one_more(run: Forgery) -> str:
    run.edit_table(LedgerRow, "ledger", lambda row: row.step == "samples", kept=1)
    return "ledger"


@fault("ledger_samples")
def written_one_more(run: Forgery) -> str:
    """The ledger balances, but tells of a sample that no stage holds."""
    told = [row for name in run.parts("ledger") for row in run.rows(LedgerRow, name)]
    written = [row.kept for row in told if (row.step, row.unit) == ("shards", "samples")]
    asked = [row.kept for row in told if (row.step, row.unit) == ("shards", "questions")]
    seal_ledger(run.run, 1 + sum(written), sum(asked))
    return "ledger"


@fault("ledger")
def unreadable_ledger(run: Forgery) -> str:
    _garbage(run, "ledger")
    return "ledger"


def _reject(run: Forgery, **values: Any) -> str:
    return run.edit_table(Reject, "rejects", _any, **values)


faults(
    "reject_without_reason",
    reject_without_a_message=partial(_reject, message=" "),
    reject_by_no_rule=partial(_reject, rule="whim"),
    reject_of_nothing=partial(_reject, id="", uri=""),
)


def _pair(run: Forgery, **values: Any) -> str:
    return run.edit_table(Duplicate, "duplicates", _any, **values)


faults(
    "verdict",
    verdict_unknown=partial(_pair, verdict="perhaps"),
    scope_unknown=partial(_pair, scope="everywhere"),
    similarity_above_one=partial(_pair, similarity=1.5),
    distance_below_zero=partial(_pair, distance=-1),
)


def _plan(run: Forgery, **values: Any) -> str:
    return run.edit_json("plan.json", lambda plan: plan["stages"][2].update(values))


faults(
    "plan",
    planned_draws=partial(_plan, draws=1),
    planned_samples=partial(_plan, samples=1),
    planned_replays=partial(_plan, replayed=1),
    planned_validation=partial(_plan, validation=77),
    planned_strata=partial(_plan, strata=[]),
    planned_stages=partial(_plan, name="advance"),
)


@fault("plan_unreadable")
def no_plan(run: Forgery) -> str:
    run.path("plan.json").unlink()
    return "plan.json"


def _compared(run: Forgery, **values: Any) -> str:
    def change(manifest: Json) -> None:
        manifest["benchmarks_checked"][0].update(values)

    return run.edit_manifest("3-advanced", change)


def _with_none(run: Forgery) -> str:
    return run.edit_manifest("3-advanced", lambda found: found.update(benchmarks_checked="none"))


faults(
    "benchmarks",
    compared_with_none=_with_none,
    benchmark_of_another_name=partial(_compared, name="test"),
    benchmark_of_more_rows=partial(_compared, rows=9),
    benchmark_of_more_images=partial(_compared, images=9),
    another_benchmark=partial(_compared, fingerprint="0" * 32),
)


@fault("benchmarks")
def benchmark_question_changed(run: Forgery) -> str:
    run.edit_table(BenchmarkRow, "benchmarks", _any, question="And what is that?")
    return "stages/2-sft/manifest.json"
