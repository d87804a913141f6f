"""The ledger: every occurrence that leaves has a row, and both sides of every step agree."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from gyogwa.pipelines.ledger import check_ledger, ledger_of
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image as CatalogImage
from gyogwa.transforms.files.tables import read_folder, read_rows, write_rows


def counts(run: Path, step: str, unit: str = "images") -> tuple[int, int, int]:
    (row,) = (r for r in ledger_of(RunLayout(str(run))) if (r.step, r.unit) == (step, unit))
    return row.incoming, row.kept, row.rejected


def test_labels_and_conversations_are_counted_as_such(built: Path) -> None:
    images = list(read_folder(CatalogImage, str(built / "catalog")))
    labelled = sum(image.truth is not None for image in images)
    assert counts(built, "ingest", "labels") == (labelled, labelled, 0)
    incoming, kept, rejected = counts(built, "conversations", "conversations")
    assert incoming == kept + rejected > 0
    assert counts(built, "shards", "questions")[0] == counts(built, "samples", "samples")[1]


def test_every_reject_is_counted_where_it_left(built: Path) -> None:
    rows = Counter((r.step, r.unit) for r in read_folder(Reject, str(built / "rejects")))
    ledger = {(r.step, r.unit): r.rejected for r in ledger_of(RunLayout(str(built)))}
    assert rows == Counter({key: count for key, count in ledger.items() if count})


Change = Callable[[LedgerRow], LedgerRow]


@pytest.mark.parametrize(
    ("step", "change", "said"),
    [
        ("filters", lambda row: replace(row, kept=row.kept - 1), "filters: "),
        (
            "filters",
            lambda row: replace(row, kept=row.kept - 1, rejected=row.rejected + 1),
            "rows in rejects/",
        ),
        (
            "filters",
            lambda row: replace(row, incoming=row.incoming + 1, kept=row.kept + 1),
            "came in at filters",
        ),
        (
            "ingest",
            lambda row: replace(row, incoming=row.incoming + 1, kept=row.kept + 1),
            "rows in catalog/",
        ),
    ],
)
def test_a_count_that_is_off_is_named(
    built: Path, tmp_path: Path, step: str, change: Change, said: str
) -> None:
    run = tmp_path / "run"
    shutil.copytree(built, run, ignore=shutil.ignore_patterns("*.tar", "cards", "packs"))
    for path in sorted((run / "ledger").glob("*.parquet")):
        rows = list(read_rows(LedgerRow, str(path)))
        places = [n for n, r in enumerate(rows) if (r.step, r.unit) == (step, "images") and r.kept]
        if places:
            rows[places[0]] = change(rows[places[0]])
            write_rows(LedgerRow, str(path), rows)
            break
    with pytest.raises(GyogwaError, match="the ledger doesn't balance") as caught:
        check_ledger(RunLayout(str(run)))
    assert said in str(caught.value)
