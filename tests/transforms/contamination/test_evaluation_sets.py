"""Evaluation sets are read as they are published."""

import base64
import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from schemas.errors import GyogwaError
from transforms.contamination.evaluation_sets import read_set, set_name


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
    assert items[1].question == "질문 1\n가\n나\n다\n라"
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
    assert (first.question, first.images) == ("무엇?\n도움말\n하나\n둘", [png()])
    assert (second.question, second.images) == ("또 무엇?\n하나\n둘", [])


def test_a_folder_of_images_and_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.png").write_bytes(png())
    (tmp_path / "notes.txt").write_text("not a set")
    (item,) = read_set(str(tmp_path))
    assert (item.row, item.images) == ("deep/a.png", [png()])


def test_what_cannot_be_read_stops_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(GyogwaError, match="no such file or folder"):
        list(read_set(str(tmp_path / "none")))
    with pytest.raises(GyogwaError, match=r"no \.parquet, \.tsv or image file"):
        list(read_set(str(tmp_path)))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really")
    with pytest.raises(GyogwaError, match=r"broken\.parquet: can't be read"):
        list(read_set(str(broken)))
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), other)
    with pytest.raises(GyogwaError, match="none of its columns"):
        list(read_set(str(other)))
