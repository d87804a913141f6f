"""The ledger: every occurrence that leaves has a row, and both sides of every step agree."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger, ledger_of
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image as CatalogImage
from gyogwa.transforms.files.tables import read_folder, read_rows, write_rows
from tests.transforms.annotate.engines.hostile import WIDTH, Raising

HOSTILE = f"{Raising.__module__}:Raising"
CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1, filters: {min_side: 10},
   tasks: {read: {weight: 1}}, max_samples: 100}
"""


def counts(run: Path, step: str, unit: str = "images") -> tuple[int, int, int]:
    (row,) = (r for r in ledger_of(RunLayout(str(run))) if (r.step, r.unit) == (step, unit))
    return row.incoming, row.kept, row.rejected


def test_three_copies_that_no_engine_can_read_are_three_rejects(tmp_path: Path) -> None:
    font = ImageFont.load_default(size=28)
    for number in range(4):
        image = Image.new("L", (WIDTH if number == 2 else 300, 120), 255)
        ImageDraw.Draw(image).text((20, 40), f"number {number}", fill=0, font=font)
        (tmp_path / "in").mkdir(exist_ok=True)
        image.save(tmp_path / "in" / f"{number}.png")
    for copy in ("x", "y"):
        shutil.copy(tmp_path / "in" / "2.png", tmp_path / "in" / f"{copy}.png")
    curriculum = tmp_path / "one.yaml"
    curriculum.write_text(CURRICULUM)
    run = tmp_path / "run"
    flags = ["--ocr_engine", HOSTILE, "--ocr_processes", "1", "--curriculum", str(curriculum)]
    assert main(["build", "--input", str(tmp_path / "in"), "--output", str(run), *flags]) == 0
    lost = [r for r in read_folder(Reject, str(run / "rejects")) if r.step == "annotate"]
    assert sorted(reject.uri for reject in lost) == ["2.png", "x.png", "y.png"]
    assert counts(run, "ingest") == (6, 6, 0)
    assert counts(run, "annotate") == (6, 3, 3)


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
    shutil.copytree(built, run)
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
