"""The ledger of a run, checked from both sides of every step.

What came in at a step must be what it kept and what it rejected; each thing rejected has a row in
`rejects/`; and a step must get what the one before it kept.
"""

import sys
from collections import Counter
from collections.abc import Iterator

from gyogwa.pipelines.run_folder.claim import say
from gyogwa.pipelines.run_folder.marker import is_unfinished
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.arrow import literal_values
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject, Step, Unit
from gyogwa.transforms.files.tables import count_rows, list_parts, read_columns, read_rows

Key = tuple[Step, Unit]
_COLUMNS = ("incoming", "kept", "rejected")
STEPS: tuple[str, ...] = literal_values(Step)
UNITS: tuple[str, ...] = literal_values(Unit)
FOLLOWS: list[tuple[Key, Key]] = [
    (("annotate", "images"), ("exact_duplicates", "images")),
    (("exact_duplicates", "images"), ("filters", "images")),
    (("filters", "images"), ("near_duplicates", "images")),
    (("near_duplicates", "images"), ("personal_data", "images")),
    (("personal_data", "images"), ("stages", "images")),
    (("samples", "samples"), ("turns", "questions")),
    (("turns", "questions"), ("shards", "questions")),
]
"""What a step keeps is what comes in at the next."""
CATALOG: list[tuple[Key, Key]] = [
    (("ingest", "images"), ("annotate", "images")),
    (("ingest", "conversations"), ("conversations", "conversations")),
]
"""The same where the next step reads tables, which may have moved on since it did."""


def parts_of(folder: str, built: str) -> list[str]:
    """The parts of a table, those of assemble from the folder `built`, which may be the same."""
    kept = [path for path in list_parts(folder) if not _is_assembled(path)]
    return kept + [path for path in list_parts(built) if _is_assembled(path)]


def _is_assembled(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith("assemble-")


def ledger_of(layout: RunLayout, built: RunLayout | None = None) -> list[LedgerRow]:
    """The run's ledger, one row a step and unit, in the order of the steps; what assemble wrote is
    read from `built`, if that lies elsewhere."""
    return _sum(parts_of(layout.ledger, (built or layout).ledger))


def _sum(parts: list[str]) -> list[LedgerRow]:
    sums: Counter[tuple[Key, str]] = Counter()
    for row in (row for path in parts for row in read_rows(LedgerRow, path)):
        for column in _COLUMNS:
            sums[(row.step, row.unit), column] += getattr(row, column)
    keys = sorted({key for key, _ in sums}, key=lambda key: (STEPS.index(key[0]), key[1]))
    return [
        LedgerRow(step, "all", unit, *(sums[(step, unit), column] for column in _COLUMNS))
        for step, unit in keys
    ]


def check_ledger(
    layout: RunLayout, built: RunLayout | None = None, fresh: bool = False
) -> list[LedgerRow]:
    """The run's ledger (see `ledger_of`). `fresh`: the tables are as they were when the stages were
    made of them.

    Raises GyogwaError with a line for each thing that doesn't balance.
    """
    ledger = ledger_of(layout, built)
    rejects = parts_of(layout.rejects, (built or layout).rejects)
    problems = [*_unbalanced(ledger), *_unexplained(rejects, ledger), *_lost(ledger, FOLLOWS)]
    problems += _miscounted(layout, ledger)
    if fresh:
        problems += _lost(ledger, CATALOG)
    return _balanced(ledger, problems)


def published_ledger(layout: RunLayout) -> list[LedgerRow]:
    """The ledger of the published stages. Where ingest has begun since, only what assemble
    wrote, with a line to the user. Raises GyogwaError when it doesn't balance."""
    sources = read_listed(layout.root).published.settings.get("sources", sources_of(layout))
    if sources == sources_of(layout) and not is_unfinished(layout, "ingest"):
        return check_ledger(layout)
    say(
        f"{layout.root}: ingest has begun since the stages were made, so their ledger isn't "
        "compared with its tables; gyogwa assemble makes stages of what is there now"
    )
    rejects, parts = (
        [path for path in list_parts(folder) if _is_assembled(path)]
        for folder in (layout.rejects, layout.ledger)
    )
    rows = _sum(parts)
    return _balanced(
        rows, [*_unbalanced(rows), *_unexplained(rejects, rows), *_lost(rows, FOLLOWS)]
    )


def sources_of(layout: RunLayout) -> str:
    """What stages are made from, in short: the names of all parts that ingest wrote, which change
    with their content."""
    folders = (layout.catalog, layout.records, layout.rejects, layout.ledger)
    paths = [path for folder in folders for path in list_parts(folder) if not _is_assembled(path)]
    return fingerprint_of([path.rsplit("/", 1)[-1] for path in paths])


def _balanced(ledger: list[LedgerRow], problems: list[str]) -> list[LedgerRow]:
    if problems:
        raise GyogwaError("the ledger doesn't balance:\n  " + "\n  ".join(problems))
    return ledger


def _unbalanced(ledger: list[LedgerRow]) -> Iterator[str]:
    for row in ledger:
        if row.incoming != row.kept + row.rejected:
            yield (
                f"{row.step}: {row.incoming} {row.unit} came in, {row.kept} kept + {row.rejected} "
                "rejected"
            )


def _unexplained(rejects: list[str], ledger: list[LedgerRow]) -> Iterator[str]:
    rows: Counter[tuple[str, str]] = Counter()
    for path in rejects:
        columns = read_columns(Reject, path, ["step", "unit"])
        rows.update(zip(columns["step"], columns["unit"], strict=True))
    counted: Counter[tuple[str, str]] = Counter()
    for row in ledger:
        counted[row.step, row.unit] = row.rejected
    for step, unit in sorted(rows.keys() | counted.keys()):
        if rows[step, unit] != counted[step, unit]:
            yield (
                f"{step}: {counted[step, unit]} {unit} rejected, but {rows[step, unit]} rows in "
                "rejects/"
            )


def _lost(ledger: list[LedgerRow], chain: list[tuple[Key, Key]]) -> Iterator[str]:
    found = {(row.step, row.unit): row for row in ledger}
    for before, after in chain:
        if before in found and after in found:
            kept, incoming = found[before].kept, found[after].incoming
            if kept != incoming:
                yield f"{before[0]} kept {kept} {before[1]}, but {incoming} came in at {after[0]}"


def _miscounted(layout: RunLayout, ledger: list[LedgerRow]) -> Iterator[str]:
    """What ingest says that it kept, against the rows of its tables."""
    kept = {row.unit: row.kept for row in ledger if row.step == "ingest"}
    tables: list[tuple[Unit, str]] = [
        ("images", layout.catalog),
        ("conversations", layout.records),
    ]
    for unit, folder in tables:
        rows = count_rows(list_parts(folder), sys.maxsize)
        if rows != kept.get(unit, 0):
            name = folder.rsplit("/", 1)[-1]
            yield f"ingest: {kept.get(unit, 0)} {unit} kept, but {rows} rows in {name}/"
