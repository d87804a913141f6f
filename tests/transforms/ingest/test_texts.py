"""Texts without images: plain, Markdown, JSON lines and Parquet to passages and conversations."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Turn
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.looking import with_kind
from gyogwa.transforms.ingest.raw import TEXT, ListedFile, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources.texts import read_rows


def read(path: Path) -> list[RawRow | Reject]:
    entry = SourceFile(str(path), path.name, "")
    return list(read_rows(SourcePart("part", "text", "own", "unknown", [entry], 0)))


def said(rows: list[RawRow | Reject]) -> list[str]:
    texts = []
    for row in rows:
        assert isinstance(row, RawRow)
        assert isinstance(row.conversation, list)
        (turn,) = row.conversation
        assert turn.role == "assistant"
        texts.append(turn.content)
    return texts


def test_lines_of_a_plain_text_are_joined_and_paragraphs_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One line goes\non here.\n\n\nA second paragraph.\n", encoding="utf-8")
    assert said(read(path)) == ["One line goes on here.\n\nA second paragraph."]


def test_korean_lines_stay_apart_where_nobody_knows_how_they_go_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("재단이 승인한 번역\n본에 포함된다.\n", encoding="cp949")
    assert said(read(path)) == ["재단이 승인한 번역\n본에 포함된다."]
    path.write_text("한 줄의 번역본은 이렇다.\n\n재단이 승인한 번역\n본은 좋다.", encoding="utf-8")
    assert said(read(path))[0].endswith("승인한 번역본은 좋다.")


def test_a_heading_begins_a_passage_and_so_does_what_would_make_it_too_long(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 하나\n글\n## 둘 ##\n글\n\n" + "길다 " * 500 + "\n\n끝\n", encoding="utf-8")
    first, second, long, last = said(read(path))
    assert (first, second) == ("# 하나\n\n글", "# 둘\n\n글")
    assert long.startswith("길다")
    assert last == "끝"


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_rows_are_texts_or_conversations(tmp_path: Path, form: str) -> None:
    rows: list[dict[str, Any]] = [
        {"title": "제목", "content": "첫 문단.\n\n둘째 문단.", "license": "CC0-1.0"},
        {"text": "문단 하나.\n문단 둘."},
        {"question": "수도는?", "answer": "서울"},
        {"score": 3.0},
    ]
    path = tmp_path / f"a.{form}"
    if form == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        names = list(dict.fromkeys(name for row in rows for name in row))
        table = pa.table({name: [row.get(name) for row in rows] for name in names})
        pq.write_table(table, path)
    first, second, talk, bad = read(path)
    assert said([first, second]) == ["# 제목\n\n첫 문단.\n\n둘째 문단.", "문단 하나.\n\n문단 둘."]
    assert isinstance(first, RawRow)
    assert first.licence == "CC0-1.0"
    assert first.uri == f"a.{form}#row=0&passage=0"
    assert isinstance(talk, RawRow)
    assert talk.conversation == [Turn("user", "수도는?"), Turn("assistant", "서울")]
    assert isinstance(bad, Reject)
    assert bad.rule == "empty_row"


def test_only_what_holds_text_is_read_of_a_text_input(tmp_path: Path) -> None:
    (source,) = parse_inputs([], licences=["own=CC0-1.0"], texts=[f"own={tmp_path}"])
    assert (source.form, source.licence) == (TEXT, "CC0-1.0")
    kinds = {
        uri: with_kind(ListedFile("own", "", f"/{uri}", uri, 1, "", ""), source.form)
        for uri in ("a.txt", "b.parquet", "c.jsonl", "d.png", ".git")
    }
    assert [kinds[uri].kind for uri in kinds] == ["text", "text", "text", "", "ignored"]
    assert "--text takes" in kinds["d.png"].message
    with pytest.raises(GyogwaError, match="no labels"):
        parse_inputs([], forms=["own=coco"], texts=[f"own={tmp_path}"])
