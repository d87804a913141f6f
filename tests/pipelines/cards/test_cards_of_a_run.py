"""`gyogwa cards` and `gyogwa report` on a finished run: in its place, and nothing else moves."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.layout import is_run_name
from tests.browser.reading import cards_of, piece_of


def contents(run: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()
    }


def test_all_cards_take_the_place_of_some(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    before = contents(run)
    assert main(["cards", str(run), "--review", "6", "--seed", "2"]) == 0
    assert main(["report", str(run), "--against", str(finished)]) == 0
    after = contents(run)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert all(path.startswith("cards/") for path in changed - {
        "report.html", "published.json", "run.json"})  # fmt: skip
    assert all(is_run_name(path) for path in after if path.startswith("cards/"))
    cards = cards_of(run / "cards")
    samples = [card for card in cards if card["kind"] == "sample"]
    told = piece_of(run / "cards/data/meta.js")
    assert len(samples) == told["there"]["sample"]
    assert len(told["review"]["samples"]) == 6
    for card in samples:
        place = card["place"]
        with (run / place["shard"]).open("rb") as shard:
            shard.seek(place["offset"])
            assert shard.read(len(card["id"])).decode() == card["id"]
        assert all(check[3] for image in card.get("images", []) for check in image["checks"])
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Every number is the same." in page
    assert "core hours" in page
    capsys.readouterr()
    assert main(["lint", str(run)]) == 0
    assert capsys.readouterr().out.strip() == "clean"


def test_cards_elsewhere_leave_the_run_alone(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(finished)
    folder = tmp_path / "pages"
    assert main(["cards", str(finished), "--output", str(folder), "--per_task", "1"]) == 0
    assert (folder / "index.html").exists()
    assert contents(finished) == before
    assert main(["cards", str(finished), "--output", str(folder)]) == 1
    assert "holds something" in capsys.readouterr().err


def test_what_was_masked_is_not_shown(finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    ids = sorted({row["image_id"] for row in pq.read_table(run / "catalog").to_pylist()})
    (run / "personal").mkdir(exist_ok=True)
    table = pa.table({"id": ids, "action": ["mask"] * len(ids)})
    pq.write_table(table, run / "personal/images-99.parquet")
    pages = {}
    for name, folder in (("hidden", run), ("shown", finished)):
        assert main(["cards", str(folder), "--output", str(tmp_path / name)]) == 0
        pages[name] = cards_of(tmp_path / name)
    for name, cards in pages.items():
        out = [p for card in cards if card["kind"] != "sample" for p in card.get("images", [])]
        assert out
        assert all(("words" in p or "file" in p) == (name == "shown") for p in out)
        inside = [p for card in cards if card["kind"] == "sample" for p in card.get("images", [])]
        assert all("words" in p for p in inside)  # as they stand in the shard
        assert any("cells" in p for p in inside) == (name == "shown")
