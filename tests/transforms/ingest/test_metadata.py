"""Rows of metadata are read in blocks, and found again where they were."""

import json
from pathlib import Path

import apache_beam as beam
import pytest

from gyogwa.transforms.ingest import label_rows
from gyogwa.transforms.ingest.label_rows import (
    MetadataRow,
    blocks_of,
    is_metadata,
    rows_in,
    rows_of,
)
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.looking import look, with_kind
from gyogwa.transforms.ingest.rereading import row_at

ROWS = [{"file_name": f"{n}.png", "text": "교과 " * n, "words": []} for n in range(20)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in ROWS]
    lines[3:3] = [b"", b"{broken"]
    (tmp_path / "metadata.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    return tmp_path


@pytest.mark.parametrize("size", [1, 50, 1000, 1 << 20])
def test_blocks_of_any_size_give_the_same_rows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(label_rows, "_BLOCK", size)
    (file,) = find(str(folder)).files
    blocks = list(blocks_of(file))
    assert all(block.length < size + 400 for block in blocks)
    assert (len(blocks) == 1) == (size == 1 << 20)
    found = [item for block in blocks for item in rows_in(block)]
    rows = [item for item in found if isinstance(item, MetadataRow)]
    assert [row_at(row.ref) for row in rows] == ROWS
    (bad,) = (item for item in found if isinstance(item, beam.pvalue.TaggedOutput))
    assert bad.value.uri == "metadata.jsonl#line=5"


def test_what_travels_of_a_row_does_not_grow_with_it(folder: Path) -> None:
    (file,) = find(str(folder)).files
    (block,) = blocks_of(file)
    rows = [item for item in rows_in(block) if isinstance(item, MetadataRow)]
    sizes = {len(repr(row)) for row in rows[10:]}
    assert max(sizes) - min(sizes) < 10


@pytest.mark.parametrize("size", [64, 5000])
def test_a_line_that_is_too_long_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(label_rows, "_BLOCK", size)
    monkeypatch.setattr(label_rows, "MOST_LINE", 1000)
    lines = [json.dumps(row) for row in ROWS]
    lines[4:4] = [json.dumps({"file_name": "x.png", "text": "x" * 20_000})]
    for end in ("\n", ""):
        (tmp_path / "metadata.jsonl").write_text("\n".join(lines) + end)
        (file,) = find(str(tmp_path)).files
        blocks = list(blocks_of(file))
        assert sum(block.length for block in blocks) == file.size
        found = [item for block in blocks for item in rows_in(block)]
        rows = [item for item in found if isinstance(item, MetadataRow)]
        assert [row_at(row.ref) for row in rows] == ROWS
        (bad,) = (item for item in found if isinstance(item, beam.pvalue.TaggedOutput))
        assert bad.value.uri == "metadata.jsonl#line=5"


def test_utf_16_and_cp949_are_read_and_told(tmp_path: Path) -> None:
    row = {"file_name": "a.png", "text": "한글 제목"}
    text = json.dumps(row, ensure_ascii=False)
    said = {}
    folder = tmp_path / "in"
    folder.mkdir()
    for encoding in ("utf-8", "utf-16", "cp949"):
        (folder / "metadata.jsonl").write_bytes(text.encode(encoding))
        (file,) = find(str(folder)).files
        file = look(with_kind(file))
        if is_metadata(file):
            (block,) = blocks_of(file)
            (found,) = rows_in(block)
        else:
            (found,) = rows_of(file, str(tmp_path / "out"))
        read = row_at(found.ref)
        said[encoding] = read.pop("told", [])
        assert read == row
    assert said == {"utf-8": [], "utf-16": ["labels in utf-16"], "cp949": ["labels in cp949"]}


def test_rows_that_say_the_same_of_other_images_are_rows_each(tmp_path: Path) -> None:
    said = {"question": "Q", "answers": ["A"]}
    rows = [{"image_id": name, **said} for name in ("a1", "b2", "a1")]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "train.json").write_text(json.dumps(rows))
    (file,) = find(str(folder)).files
    found = list(rows_of(look(with_kind(file)), str(tmp_path / "out")))
    assert [row.names for row in found] == [("a1.*",), ("b2.*",), ("a1.*",)]
    assert len({row.uri for row in found}) == 2
    assert [row_at(row.ref)["stem"] for row in found] == ["a1", "b2", "a1"]
