"""Rows of labels that name a PDF or a TIFF of several pages: what they say is said of a page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.page_rows import on_run, page_of
from gyogwa.transforms.ingest.raw import PageRow, RowRef
from tests.sharing import Share
from tests.transforms.ingest.labels.engines import textract
from tests.transforms.ingest.labels.page import PAIRS, WORDS, drawn


def asked(name: str, **more: Any) -> dict[str, Any]:
    return {"image": name, "question": "무엇인가?", "answer": "안내", **more}


@pytest.fixture(scope="session")
def run(share: Share) -> Path:
    return share("rows-of-pages", write_run) / "run"


def write_run(folder: Path) -> None:
    """A scan of three pages, a PDF of one and one of two, and rows that name them."""
    (folder / "in").mkdir()
    page = Picture.fromarray(np.where(drawn().ink, 0, 255).astype(np.uint8))
    pages = [page, page.transpose(Picture.Transpose.ROTATE_180), Picture.new("L", (90, 60), 200)]
    pages[0].save(folder / "in/scan.tif", save_all=True, append_images=pages[1:])
    pages[0].save(folder / "in/one.pdf", resolution=150)
    pages[0].save(folder / "in/two.pdf", save_all=True, append_images=pages[2:], resolution=150)
    words = [{"text": text, "box": box} for text, box in PAIRS]
    rows = [
        {"file_name": "scan.tif", "page": 1, "words": words, "licence": "CC-BY-4.0"},
        asked("scan.tif", page_no=2),
        asked("scan.tif"),
        asked("scan.tif", page=9),
        asked("one.pdf"),
        asked("two.pdf", page=2, kind="표지"),
        {"file_name": "two.pdf", "page": 0, "transcription": "무"},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "in/rows.jsonl").write_text(text)
    (folder / "in/one.json").write_text(json.dumps(textract(), ensure_ascii=False))
    arguments = ["--input", str(folder / "in"), "--output", str(folder / "run")]
    assert main(["ingest", *arguments]) == 0
    check_ledger(RunLayout(str(folder / "run")))


def test_labels_kinds_and_licences_are_those_of_the_page(run: Path) -> None:
    images = {row.uri: row for row in read_folder(Image, str(run / "catalog"))}
    assert len(images) == 6
    for name in ("scan.tif#page=1", "one.pdf#page=1"):
        truth = images[name].truth
        assert truth is not None
        assert sorted(word.text for word in truth.words) == sorted(WORDS)
    assert images["scan.tif#page=1"].licence == "CC-BY-4.0"
    assert images["scan.tif#page=2"].licence == "unknown"
    assert [images[f"two.pdf#page={n}"].kind for n in (1, 2)] == ["document", "표지"]
    assert images["scan.tif#page=2"].truth is None


def test_conversations_show_the_page_that_they_name_or_the_only_one(run: Path) -> None:
    ids = {row.image_id: row.uri for row in read_folder(Image, str(run / "catalog"))}
    talks = list(read_folder(Conversation, str(run / "records")))
    shown = sorted(ids[talk.image_ids[0]] for talk in talks)
    assert shown == ["one.pdf#page=1", "scan.tif#page=2", "two.pdf#page=2"]
    assert {talk.conversation[-1].content for talk in talks} == {"안내"}


def test_rows_that_mean_no_page_say_so(run: Path) -> None:
    rows = [row for row in read_folder(Reject, str(run / "rejects")) if row.unit == "rows"]
    told = {row.message for row in rows}
    assert told == {
        "names a document of 3 pages and not which one: give it a `page`, from 1",
        "page 9 isn't there, or can't be read",
        "page 0 is not the number of a page, from 1",
    }


def test_rows_go_with_the_run_of_pages_that_they_are_about() -> None:
    rows = [PageRow("s", "p", RowRef("r", at, 1, str(at)), at) for at in (0, 1, 64, 65, 200)]
    runs = [on_run(rows, first, min(first + 64, 130), 130) for first in (0, 64, 128)]
    assert [[ref.digest for ref in run] for run in runs] == [["0", "1", "64"], ["65"], ["200"]]
    assert len(on_run(rows, 0, 0, 0)) == 5


@pytest.mark.parametrize("page", ["x", 0, 1.5, -1, True])
def test_what_is_no_page(page: Any) -> None:
    with pytest.raises(ValueError, match="is not the number of a page"):
        page_of({"page": page})
    assert page_of({}) == 0
    assert page_of({"page": "3"}) == 3
