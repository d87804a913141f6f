"""Evaluation sets are read as they are published."""

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.dedup.contamination.evaluation_sets import read_set, set_name, sets_in


def png(shade: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 90, 200)).save(buffer, "PNG")
    return buffer.getvalue()


def test_parquet_in_the_form_of_k_dtcbench(tmp_path: Path) -> None:
    rows = [
        {
            "index": f"doc_{n}", "question": f"질문 {n}", "choice_a": "가", "choice_b": "나",
            "choice_c": "다", "choice_d": "라", "answer": "A", "category": "document",
            "image": {"bytes": png(n), "path": None},
        }
        for n in range(3)
    ]  # fmt: skip
    path = tmp_path / "K-DTCBench.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    items = list(read_set(str(path)))
    assert [item.row for item in items] == [f"row={n} index=doc_{n}" for n in range(3)]
    assert items[1].question == "질문 1"
    assert items[1].choices == ("가", "나", "다", "라")
    assert items[2].images == [png(2)]
    assert set_name(str(path)) == "K-DTCBench"


def test_tsv_in_the_form_of_mmbench(tmp_path: Path) -> None:
    path = tmp_path / "K-MMBench.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t")
        out.writerow(["index", "question", "hint", "A", "B", "answer", "image"])
        out.writerow(["1", "무엇?", "도움말", "하나", "둘", "A", base64.b64encode(png()).decode()])
        out.writerow(["2", "또 무엇?", "", "하나", "둘", "B", "1"])  # row 1's image
    first, second = read_set(str(path))
    assert (first.question, first.choices) == ("무엇?\n도움말", ("하나", "둘"))
    assert first.images == [png()]
    assert (second.question, second.images) == ("또 무엇?", [])


def test_a_folder_of_images_and_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.png").write_bytes(png())
    (tmp_path / "notes.txt").write_text("not a set")
    (item,) = read_set(str(tmp_path))
    assert (item.row, item.images) == ("deep/a.png", [png()])


def shown(path: Path) -> list[tuple[str, tuple[str, ...], int]]:
    return [(item.question, item.choices, len(item.images)) for item in read_set(str(path))]


def write(path: Path, *rows: dict[str, Any]) -> Path:
    """Rows as their file's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(list(rows)), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows if len(rows) > 1 else rows[0], ensure_ascii=False))
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(rows[0]), delimiter="\t")
            out.writeheader()
            out.writerows(rows)
    return path


def test_kreta(tmp_path: Path) -> None:
    code = base64.b64encode(png()).decode()
    row = {
        "index": 1, "question": "무엇?", "hint": "", "A": "하나", "B": "둘", "C": "셋", "D": "넷",
        "answer": "A", "category": "포스터", "image": code,
    }  # fmt: skip
    path = write(tmp_path / "KRETA" / "test.tsv", row)
    assert shown(path.parent) == [("무엇?", ("하나", "둘", "셋", "넷"), 1)]


def test_kmmmu_in_the_form_of_mmmu(tmp_path: Path) -> None:
    row = {
        "id": "ko_1", "question": "<image 1> 과 <image 2> 의 차이는?", "options": "['하나', '둘']",
        "answer": "A", "image_1": {"bytes": png(1), "path": None},
        "image_2": {"bytes": png(2), "path": None}, "image_3": None,
    }  # fmt: skip
    path = write(tmp_path / "KMMMU.parquet", row)
    (item,) = read_set(str(path))
    assert (item.row, item.choices, len(item.images)) == ("row=0 index=ko_1", ("하나", "둘"), 2)
    assert item.question.split() == ["과", "의", "차이는?"]


def test_kocrbench_in_the_form_of_ocrbench(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.png").write_bytes(png())
    rows = [
        {"dataset_name": "간판", "id": n, "question": f"글자 {n}?", "answers": ["가게"],
         "type": "Text Recognition", "image_path": "images/1.png"}
        for n in range(2)
    ]  # fmt: skip
    path = write(tmp_path / "KOCRBench.json", *rows)
    assert shown(path) == [("글자 0?", (), 1), ("글자 1?", (), 1)]
    assert shown(tmp_path) == [("글자 0?", (), 0), ("글자 1?", (), 0), ("", (), 1)]


@pytest.mark.parametrize("as_text", [True, False])
def test_mtvqa(tmp_path: Path, as_text: bool) -> None:
    pairs = [{"question": f"질문 {n}", "answer": "답"} for n in range(2)]
    row = {
        "image": {"bytes": png(), "path": "0.jpg"}, "id": "ko_0", "lang": "ko",
        "qa_pairs": str(pairs) if as_text else pairs,
    }  # fmt: skip
    path = write(tmp_path / "MTVQA.parquet", row)
    items = list(read_set(str(path)))
    assert [item.row for item in items] == [
        "row=0 index=ko_0 question=0", "row=0 index=ko_0 question=1",
    ]  # fmt: skip
    assert shown(path) == [("질문 0", (), 1), ("질문 1", (), 0)]


def test_xfund_shows_its_forms_and_asks_nothing(tmp_path: Path) -> None:
    word = {"box": [1, 2, 3, 4], "text": "이름", "label": "question", "id": 1, "linking": []}
    form = {"id": "ko_val_0", "uid": "x", "document": [word], "img": {"fname": "ko_val_0.png"}}
    write(tmp_path / "ko.val.json", {"lang": "ko", "version": "0.1", "documents": [form]})
    (tmp_path / "ko.val").mkdir()
    (tmp_path / "ko.val" / "ko_val_0.png").write_bytes(png())
    assert shown(tmp_path) == [("", (), 1)]
    (tmp_path / "ko_val_0.png").write_bytes(png())
    assert shown(tmp_path / "ko.val.json") == [("", (), 1)]


def test_korie_is_images_beside_labels(tmp_path: Path) -> None:
    (tmp_path / "IMG00632.png").write_bytes(png())
    write(tmp_path / "IMG00632.json", {"text": "우유 2,300", "total": 2300})
    assert shown(tmp_path) == [("", (), 1)]


def names(path: Path) -> list[str]:
    return [set_name(each) for each in sets_in(str(path))]


def test_a_folder_of_sets_is_so_many_sets(tmp_path: Path) -> None:
    root = tmp_path / "evaluation"
    row = {"question": "무엇?", "image": {"bytes": png(), "path": None}}
    write(root / "K-DTCBench.parquet", row)
    write(root / "MTVQA" / "data" / "test-00000-of-00001.parquet", row)
    write(root / "KMMMU" / "test.parquet", row)
    (root / "KORIE" / "images").mkdir(parents=True)
    (root / "KORIE" / "images" / "1.png").write_bytes(png())
    (root / "README.md").write_text("what this is")
    assert names(root) == ["K-DTCBench", "KMMMU", "KORIE", "MTVQA"]
    for name in ("MTVQA", "KMMMU", "KORIE", "K-DTCBench.parquet"):
        assert sets_in(str(root / name)) == [str(root / name)]


def test_one_set_in_parts_is_one_set(tmp_path: Path) -> None:
    row = {"question": "무엇?", "image": {"bytes": png(), "path": None}}
    for name in ("test-00000-of-00002", "test-00001-of-00002", "validation-00000-of-00001"):
        write(tmp_path / "one" / f"{name}.parquet", row)
    write(tmp_path / "two" / "train_images" / "x.parquet", row)
    (tmp_path / "three" / "deep").mkdir(parents=True)
    (tmp_path / "three" / "a.png").write_bytes(png())
    (tmp_path / "three" / "deep" / "b.png").write_bytes(png())
    for name in ("one", "two", "three"):
        assert sets_in(str(tmp_path / name)) == [str(tmp_path / name)]


def test_what_cannot_be_read_stops_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(GyogwaError, match="no such file or folder"):
        list(read_set(str(tmp_path / "none")))
    with pytest.raises(GyogwaError, match=r"no \.parquet, \.tsv, .* or image file"):
        list(read_set(str(tmp_path)))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really")
    with pytest.raises(GyogwaError, match=r"broken\.parquet: can't be read"):
        list(read_set(str(broken)))
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), other)
    with pytest.raises(GyogwaError, match="none of its columns"):
        list(read_set(str(other)))
