"""Nothing is lost with a copy: what sources say of it is said of the image that was kept."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from benchmarks.questions import ENGLISH, KOREAN
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import ledger_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject, Suspect
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_folder, read_rows
from tests.conftest import Build
from tests.pipelines.test_duplicates import coded, page

CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1,
   tasks: {converse: {weight: 1}, text_only: {weight: 1}}}
"""


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "one.yaml"
    path.write_text(CURRICULUM)
    return ("--curriculum", str(path))


def source(folder: Path, quality: int, asked: dict[str, str], word: str = "page") -> Path:
    """Pages by number, each with a word that stands on it and what is asked of it."""
    folder.mkdir()
    rows = []
    for name, question in asked.items():
        (folder / f"{name}.jpg").write_bytes(coded(page(int(name)), quality))
        turns = [
            {"role": "user", "content": f"<image>\n{question}"},
            {"role": "assistant", "content": f"{folder.name} says {name}"},
        ]
        words = [{"text": f"{word} {name}", "box": [30, 30, 390, 520]}]
        rows.append({"file_name": f"{name}.jpg", "words": words, "messages": turns})
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def index(run: Path) -> Iterator[IndexRow]:
    for path in (run / "stages").rglob("index.parquet"):
        yield from read_rows(IndexRow, str(path))


def conversations(run: Path) -> tuple[int, int, int]:
    (row,) = (r for r in ledger_of(RunLayout(str(run))) if r.step == "conversations")
    return row.incoming, row.kept, row.rejected


def rejects(run: Path) -> list[Reject]:
    return sorted(read_folder(Reject, str(run / "rejects")), key=lambda r: (r.step, r.uri))


def parquet(path: Path, **row: Any) -> Path:
    pq.write_table(pa.Table.from_pylist([row]), path)
    return path


def test_two_sets_that_share_images_both_speak(
    build: Build, options: tuple[str, ...], tmp_path: Path
) -> None:
    one = source(tmp_path / "one", 90, {f"{n}": f"What is {n} about?" for n in range(4)})
    two = source(tmp_path / "two", 40, {f"{n}": f"Who wrote {n}?" for n in range(2, 6)})
    run = build(tmp_path / "run", str(one), str(two), options=options)
    near = [r for r in rejects(run) if r.rule == "near_duplicate"]
    assert [reject.uri for reject in near] == ["2.jpg", "3.jpg"]
    assert conversations(run) == (8, 8, 0)
    assert [row.source for row in index(run)].count("two") == 4
    assert main(["lint", str(run)]) == 0


def test_an_evaluation_image_is_never_spoken_of(
    build: Build, options: tuple[str, ...], tmp_path: Path
) -> None:
    one = source(tmp_path / "one", 90, {f"{n}": f"What is {n} about?" for n in range(3)})
    buffer = io.BytesIO()
    page(1).resize((315, 420), Image.Resampling.LANCZOS).save(buffer, "PNG")
    image = {"bytes": buffer.getvalue(), "path": None}
    folder = tmp_path / "evaluation"
    folder.mkdir()
    parquet(folder / "K-DTCBench.parquet", question="Quite another one?", image=image)
    parquet(folder / "K-SEED.parquet", question=KOREAN[0].text, image=None)
    run = build(tmp_path / "run", str(one), options=(*options, "--benchmarks", str(folder)))
    assert conversations(run) == (3, 2, 1)
    (talk,) = (r for r in rejects(run) if r.step == "conversations")
    assert (talk.rule, talk.uri.startswith("1.jpg")) == ("contamination", True)
    assert "K-DTCBench: row=0" in talk.message
    manifest = json.loads((run / "stages/1-all/manifest.json").read_text())
    assert [each["name"] for each in manifest["benchmarks_checked"]] == ["K-DTCBench", "K-SEED"]
    assert main(["lint", str(run)]) == 0


def test_a_paraphrase_is_told_and_kept(
    build: Build,
    options: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    verbatim, near = KOREAN[2], ENGLISH[2]
    asked = {"0": verbatim.text, "1": near.paraphrase, "2": "What is the title of this document?"}
    one = source(tmp_path / "one", 90, asked)
    exam = tmp_path / "exam.parquet"
    rows = [{"question": q.text, "options": list(q.choices)} for q in (verbatim, near)]
    pq.write_table(pa.Table.from_pylist(rows), exam)
    flags = (*options, "--benchmarks", str(exam))
    run = build(tmp_path / "run", str(one), options=flags)
    assert conversations(run) == (3, 2, 1)
    (suspect,) = read_folder(Suspect, str(run / "suspects"))
    assert suspect.uri.startswith("1.jpg")
    assert (suspect.benchmark, suspect.row) == ("exam", "row=1")
    assert "1 suspect conversations kept" in capsys.readouterr().err
    assert "conversations were kept that may ask" in (run / "report.html").read_text()
    assert suspect.uri in (run / "report.html").read_text()

    again = build(run, str(one), options=options)  # without benchmarks nothing is suspect
    assert not list(read_folder(Suspect, str(again / "suspects")))


def test_contradicting_labels_of_one_image_are_told(
    build: Build, options: tuple[str, ...], tmp_path: Path
) -> None:
    asked = {"0": "What is this?", "1": "And this?"}
    one = source(tmp_path / "one", 90, asked, "a whole page")
    two = source(tmp_path / "two", 90, asked, "a whole page")
    text = (two / "metadata.jsonl").read_text()
    (two / "metadata.jsonl").write_text(text.replace("a whole page 1", "a quite other one"))
    run = build(tmp_path / "run", str(one), str(two), options=options)
    (labels,) = (r for r in rejects(run) if r.rule == "contradicting_labels")
    assert (labels.unit, labels.source, labels.uri) == ("labels", "one", "1.jpg")
    (row,) = (
        r
        for r in ledger_of(RunLayout(str(run)))
        if (r.step, r.unit) == ("exact_duplicates", "labels")
    )
    assert (row.incoming, row.kept, row.rejected) == (4, 3, 1)
    assert conversations(run) == (4, 4, 0)
