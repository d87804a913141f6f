"""Labels of every form beside images, from a folder to the catalog; what is said of the rest."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.tables import read_folder, read_rows
from gyogwa.transforms.ingest.labels.registry import FORMS
from tests.sharing import Share
from tests.transforms.ingest.labels.examples import EXAMPLES, Example
from tests.transforms.ingest.labels.page import HEIGHT, PAIRS, WIDTH, WORDS, covered, drawn

SAID = {"caption_text": "page.txt", "page_text": "page.txt"}
"""Forms that no content tells: the user says what they are."""
PARTS = {
    **{form: ["paragraph", "paragraph"] for form in ("coco", "yolo")},
    "parsed_parts": ["heading", "paragraph"],
}
"""The kinds of what forms without words give."""
NO_WORDS = {*PARTS, "line_text", "donut", "recognition_list", "chart_tables", *SAID}
"""Forms whose examples say where parts of the page are, or what stands there, but not both."""


def _parquet() -> bytes:
    out = io.BytesIO()
    columns = {"file_name": ["page.jpg"], "text": ["안내문"], "무명_parquet_rows": [9]}
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


ROWS = {
    "json_rows": (
        "a.jsonl",
        '{"image": "page.jpg", "text": "안내문", "무명_json_rows": 9}'.encode(),
    ),
    "json_beside": ("page.json", '{"caption": "안내문", "무명_json_beside": 9}'.encode()),
    "csv_rows": ("metadata.csv", "file_name,text,무명_csv_rows\npage.jpg,안내문,9\n".encode()),
    "parquet_rows": ("metadata.parquet", _parquet()),
}
"""Forms that hold what rows say: a caption each."""
UNNAMED = {
    "icdar", "line_text", "yolo", "tesseract_tsv", "ocr_lists", "recognition_list", "chart_tables",
    "docbank", *SAID,
}  # fmt: skip
"""Forms that say nothing under names, or all of whose names are data."""


def planted(example: Example) -> bytes:
    """The example with something besides that no form knows, under a name of its own."""
    text, name = example.data.decode(), f"무명_{example.form}"
    if example.form == "hocr":
        return text.replace("x_wconf", f"{name} 9; x_wconf", 1).encode()
    if example.uri.endswith(".xml"):
        first = {"cvat": "<image ", "pascal_voc": "<size", "alto": "<Page ", "page_xml": "<Page "}
        first["tagged_words"] = "<word "
        at = text.index(">", text.index(first[example.form]))
        return f'{text[:at]} {name}="9"{text[at:]}'.encode()
    if example.form in ("via_csv", "label_studio_csv"):
        head, *lines = text.splitlines()
        return "\n".join([f"{head},{name}", *(f"{line},9" for line in lines)]).encode()
    if example.form in UNNAMED:
        return example.data
    at = text.index("{")
    return f'{text[: at + 1]}"{name}": 9, {text[at + 1 :]}'.encode()


def draw(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ink = drawn().ink
    Picture.fromarray(np.where(ink, 0, 255).astype(np.uint8)).save(path, quality=95)


def write_forms(root: Path) -> None:
    """An example of every form, each in a folder of its own, with its image."""
    files = {e.form: (e.uri, planted(e)) for e in EXAMPLES} | ROWS
    files |= {form: (name, "주민 설명회".encode()) for form, name in SAID.items()}
    for form, (uri, data) in files.items():
        path = root / form / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        draw(path.parent / ("page_ori.jpg" if form == "docbank" else "page.jpg"))
    (root / "yolo" / "classes.txt").write_text("Text\n표\n")


def arguments(folder: Path, output: Path) -> list[str]:
    """Each form is an input of its own, so that its parts, and their counts, are its own too."""
    forms = sorted(path.name for path in folder.iterdir())
    inputs = [each for form in forms for each in ("--input", f"{form}={folder / form}")]
    said = [each for form in forms if form in SAID for each in ("--format", f"{form}={form}")]
    return ["ingest", *inputs, *said, "--output", str(output)]


@pytest.fixture(scope="session")
def run(share: Share) -> Path:
    def make(root: Path) -> None:
        write_forms(root / "in")
        assert main(arguments(root / "in", root / "run")) == 0

    return share("labels", make) / "run"


@pytest.fixture
def folder(run: Path) -> Path:
    return run.with_name("in")


def test_every_form_reaches_the_catalog_with_its_boxes_on_the_ink(run: Path) -> None:
    images = {r.source: r for r in read_folder(Image, str(run / "catalog"))}
    assert images.keys() == FORMS.keys()
    for form in images.keys() - NO_WORDS - ROWS.keys():
        truth = images[form].truth
        assert truth is not None, form
        assert sorted(word.text for word in truth.words) == sorted(WORDS), form
        boxes = [_pixels(word.box) for word in truth.words]
        if all(word.confidence == 1 for word in truth.words):  # else they were cut from lines
            assert covered(boxes), form
    for form, kinds in PARTS.items():
        regions = images[form].regions
        assert [region.kind for region in regions] == kinds
        assert covered([_pixels(region.box) for region in regions])
    told = read_folder(Conversation, str(run / "records"))
    assert {talk.source for talk in told if talk.transcribes} == {
        *("line_text", "donut", "recognition_list", "page_text")
    }
    check_ledger(RunLayout(str(run)))


def _pixels(box: list[float]) -> list[float]:
    return [side * value for side, value in zip((WIDTH, HEIGHT) * 2, box, strict=True)]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_labels_that_come_in_are_mapped_or_told(run: Path, form: str) -> None:
    parts = {
        path.stem
        for path in (run / "catalog").glob("*.parquet")
        if any(row.source == form for row in read_rows(Image, str(path)))
    }
    assert parts
    rows = [row for row in read_folder(LedgerRow, str(run / "ledger")) if row.part in parts]
    rejects = [row for row in read_folder(Reject, str(run / "rejects")) if row.source == form]
    images = [row for row in read_folder(Image, str(run / "catalog")) if row.source == form]
    talks = [row for row in read_folder(Conversation, str(run / "records")) if row.source == form]
    mapped = {
        "labels": sum(image.truth is not None or bool(image.regions) for image in images),
        "conversations": len(talks),
    }
    for unit, kept in mapped.items():
        counted = [row for row in rows if row.unit == unit]
        assert sum(row.kept for row in counted) == kept
        lost = sum(reject.unit == unit for reject in rejects)
        assert sum(row.incoming for row in counted) == kept + lost
    came = sum(row.incoming for row in rows if row.unit in mapped)
    assert came == len(images) == 1  # what the example says of its image, once
    fields = [row for row in rows if row.unit == "fields"]
    told = sum(reject.unit == "fields" for reject in rejects)
    assert sum(row.incoming for row in fields) == sum(row.kept for row in fields) + told


def test_what_no_form_knows_is_named_for_every_form(run: Path) -> None:
    named = {row.value for row in read_folder(Reject, str(run / "rejects")) if row.unit == "fields"}
    for form in FORMS.keys() - UNNAMED:
        assert any(f"무명_{form}" in name for name in named), form


def test_what_is_not_read_is_said_once_a_kind_and_is_an_error_when_strict(
    folder: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = shutil.copytree(run, tmp_path / "run")
    assert main(arguments(folder, run)) == 0
    said = capsys.readouterr().err
    assert "funsd: form.label, once: not read (first: set/page.jpg)" in said
    assert "aihub_documents: annotations.id, " in said
    assert "not used" not in said
    assert main([*arguments(folder, run), "--strict"]) == 1
    said = capsys.readouterr().err
    assert "--strict: not everything was read:" in said
    assert "form.label" in said
    assert "annotations.id" not in said  # it numbers things and labels nothing


def test_an_input_is_inspected_without_a_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(folder, tmp_path / "in")
    (folder / "notes.xlsx").write_bytes(b"PK")
    assert main(["inspect", str(folder), "--images", str(tmp_path / "seen")]) == 0
    said = capsys.readouterr().out
    for form in FORMS.keys() - SAID.keys():
        assert f"labels: {form} " in said
    assert "not read: .xlsx" in said
    assert len(list((tmp_path / "seen").iterdir())) == 3


@pytest.mark.parametrize("option", [["--boxes", "in=pixels sizes"], []])
def test_sizes_taken_for_corners_are_asked_for_or_told(
    tmp_path: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = []
    for number in range(4):
        draw(tmp_path / "in" / f"{number}.png")
        words = [
            {"text": text, "box": [x0, y0, x1 - x0, y1 - y0]} for text, (x0, y0, x1, y1) in PAIRS
        ]
        rows.append(json.dumps({"file_name": f"{number}.png", "words": words}))
    (tmp_path / "in" / "metadata.jsonl").write_text("\n".join(rows))
    arguments = ["--input", str(tmp_path / "in"), "--output", str(tmp_path / "run"), *option]
    code = main(["ingest", *arguments])
    if not option:
        assert code == 1
        said = capsys.readouterr().err
        assert "boxes look like pixels sizes displayed" in said
        assert "not like pixels corners displayed" in said
        return
    assert code == 0
    for image in read_folder(Image, str(tmp_path / "run" / "catalog")):
        assert image.truth is not None
        assert image.truth.words[0].box[2] == pytest.approx(PAIRS[0][1][2] / WIDTH, abs=1e-4)


def test_rows_of_a_label_file_that_is_gone_go_too(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    shutil.copytree(folder / "xfund", source)
    arguments = ["ingest", "--input", str(source), "--output", str(tmp_path / "run")]
    assert main(arguments) == 0
    assert len(list((tmp_path / "run" / "listing").glob("labels-*.jsonl"))) == 1
    next(source.rglob("*.json")).unlink()
    assert main(arguments) == 0
    assert not list((tmp_path / "run" / "listing").glob("labels-*.jsonl"))
    (image,) = read_folder(Image, str(tmp_path / "run" / "catalog"))
    assert image.truth is None
