"""Inputs of all kinds in one ingest: patterns, class folders, mapped columns, data sets, HWPX."""

from collections.abc import Iterable
from pathlib import Path

import datasets
import pytest
from PIL import Image as Picture

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.tables import read_folder
from tests.transforms.ingest.hwpx import document


def draw(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.new("L", (60, 40), shade).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for year in (2021, 2022, 2023):
        draw(tmp_path / f"scans/{year}/a.png", year % 100)
    for number, name in enumerate(("영수증", "계약서")):
        draw(tmp_path / f"classes/train/{name}/1.png", 60 + number)
    for number in range(2):
        draw(tmp_path / f"mapped/{number}.png", 90 + number)
    text = "파일,판독,번호\n0.png,합계 금액,1\n1.png,공급 가액,2\n"
    (tmp_path / "mapped/판독.csv").write_bytes(text.encode("cp949"))
    (tmp_path / "office").mkdir()
    (tmp_path / "office/보고서.hwpx").write_bytes(document(4))
    (tmp_path / "office/계약.docx").write_bytes(b"PK\x03\x04" + bytes(60))
    talk = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    held = {"text": ["Nous cherchons."], "messages": [talk]}
    datasets.Dataset.from_dict(held).save_to_disk(tmp_path / "saved")
    return tmp_path


def test_inputs_of_every_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        *("--input", f"s={folder}/scans/{{2021,2022}}/*.png", "--input", f"c={folder}/classes"),
        *("--input", f"m={folder}/mapped", "--map", "m:파일=file_name"),
        *("--map", "m:판독=transcription", "--map", "m:번호=-"),
        *("--input", f"o={folder}/office", "--input", f"h=hf://{folder}/saved"),
    ]
    assert main(["ingest", *given, "--output", f"{folder}/run"]) == 0
    said = capsys.readouterr().err
    images = {(r.source, r.uri): r for r in read_folder(Image, f"{folder}/run/catalog")}
    assert {uri for source, uri in images if source == "s"} == {"2021/a.png", "2022/a.png"}
    assert {r.kind for (source, _), r in images.items() if source == "c"} == {"영수증", "계약서"}
    truth = images["o", "보고서.hwpx#page=1"].truth
    assert truth is not None
    assert truth.tables
    talks = list(read_folder(Conversation, f"{folder}/run/records"))
    assert _said(talks, "m") == ["공급 가액", "합계 금액"]
    assert _said(talks, "h") == ["A"]
    assert "--input c: the names of its folders are the kinds of its images" in said
    assert "m: labels in cp949, once" in said
    assert "o: font 함초롬돋움 (NanumGothic stands for it)" in said
    assert "번호" not in said
    check_ledger(RunLayout(f"{folder}/run"))

    assert main(["ingest", *given, "--map", "c:folder=-", "--output", f"{folder}/run"]) == 0
    images = {(r.source, r.uri): r for r in read_folder(Image, f"{folder}/run/catalog")}
    assert {r.kind for (source, _), r in images.items() if source == "c"} == {"image"}

    assert main(["ingest", "--input", f"{folder}/scans/*.tif", "--output", f"{folder}/no"]) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last == f"gyogwa: --input {folder}/scans/*.tif: nothing matches"


def _said(talks: Iterable[Conversation], source: str) -> list[str]:
    return sorted(talk.conversation[-1].content for talk in talks if talk.source == source)
