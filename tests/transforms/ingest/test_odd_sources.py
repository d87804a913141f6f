"""Odd, broken and contradictory input: used as meant, or rejected with its reason."""

import gzip
import io
import json
import os
import tarfile
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of, hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.outcomes import ingest_part
from gyogwa.transforms.ingest.raw import RawRow
from gyogwa.transforms.ingest.sources.pdf_words import texts_of
from tests.transforms.ingest.planning import planned
from tests.transforms.ingest.test_sources import png, read, turns_of

TALK = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
WORD = {"text": "a", "box": [1, 1, 9, 9]}


def write_rows(folder: Path, rows: list[Any], name: str = "a.png") -> None:
    (folder / name).write_bytes(png())
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / "metadata.jsonl").write_text(text, "utf-8")


def rules(found: list[RawRow | Reject]) -> list[str]:
    return sorted(item.rule for item in found if isinstance(item, Reject))


def talk(question: str) -> list[dict[str, str]]:
    return [{"from": "human", "value": question}, {"from": "gpt", "value": "A"}]


def test_every_conversation_about_one_image_is_kept(tmp_path: Path) -> None:
    rows = [{"file_name": "a.png", "conversations": talk(f"Q{n}")} for n in range(3)]
    rows.append({"file_name": "a.png", "words": [WORD], "licence": "CC0-1.0"})
    (tmp_path / "in").mkdir()
    seen: list[set[tuple[str, str]]] = []
    for order in (rows, rows[::-1]):
        write_rows(tmp_path / "in", order)
        layout = RunLayout(str(tmp_path / f"out{len(seen)}"))
        made = planned(str(tmp_path / "in"))
        assert not made.rejects
        for part in made.parts:
            ingest_part([part], layout)
        (image,) = read_folder(Image, layout.catalog)
        records = list(read_folder(Conversation, layout.records))
        assert image.truth is not None
        assert image.licence == "CC0-1.0"
        assert [record.image_ids for record in records] == [[image.image_id]] * 3
        assert {r.conversation[0].content for r in records} == {f"<image>\nQ{n}" for n in range(3)}
        assert all(record.uri.startswith("metadata.jsonl#row=") for record in records)
        seen.append({(record.conversation_id, record.uri) for record in records})
    assert seen[0] == seen[1]


def test_rows_that_contradict_repeat_or_add_nothing_are_rejected(tmp_path: Path) -> None:
    other = {"text": "b", "box": [1, 1, 9, 9]}
    rows = [{"file_name": "a.png", "words": [word]} for word in (WORD, other)]
    rows += [rows[0], {"file_name": "a.png", "language": "en"}]
    outcomes = []
    for order in (rows, rows[::-1]):
        write_rows(tmp_path, order)
        found = list(read(tmp_path))
        outcomes.append({(r.uri, r.rule) for r in found if isinstance(r, Reject)})
        assert rules(found) == ["bad_labels", "duplicate_row", "empty_row"]
    assert outcomes[0] == outcomes[1]


def test_one_bad_line_of_metadata_spoils_no_other(tmp_path: Path) -> None:
    good = {"file_name": "./a.png", "text": "one\u2028two\u0085three"}
    lines = [
        json.dumps(good, ensure_ascii=False).encode() + b"\r",
        b"{broken",
        b'{"file_names": 5}',
        b'{"file_name": "a.png", "text": "\\ud800"}',
        b'{"file_name": "caf\xe9.png"}',
        b"[" * 100_000,
        b"7",
    ]
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "metadata.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    found = list(read(tmp_path))
    bad = [item for item in found if isinstance(item, Reject)]
    assert [item.uri for item in bad] == [f"metadata.jsonl#line={n}" for n in range(2, 8)]
    assert {item.rule for item in bad} == {"bad_metadata"}
    (record,) = (item for item in found if isinstance(item, RawRow))
    assert turns_of(record)[-1].content == good["text"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_match_in_any_unicode_form(tmp_path: Path, form: Any) -> None:
    name = "문서 é.png"
    row = {"file_name": unicodedata.normalize("NFD" if form == "NFC" else "NFC", name), "text": "x"}
    write_rows(tmp_path, [row], unicodedata.normalize(form, name))
    (record,) = read(tmp_path)
    assert isinstance(record, RawRow)
    assert turns_of(record)[-1].content == "x"


def test_a_row_about_a_file_that_is_no_image_is_not_called_missing(tmp_path: Path) -> None:
    write_rows(tmp_path, [{"file_name": "b.parquet"}, {"file_names": ["a.png", "gone.png"]}])
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "b.parquet")
    found = [item for item in read(tmp_path) if isinstance(item, Reject)]
    assert {(r.rule, r.value) for r in found if r.value} == {
        ("unsupported_row", "b.parquet"),
        ("missing_file", "gone.png"),
    }


def test_a_changed_file_makes_the_rows_that_name_it_anew(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(png(1))
    write_rows(tmp_path, [{"file_names": ["a.png", "b.png"], "messages": TALK}])

    def ids() -> set[str]:
        return {part.part_id for part in planned(str(tmp_path)).parts}

    before = ids()
    os.utime(tmp_path / "b.png", (1, 1))
    assert ids() == before
    (tmp_path / "b.png").write_bytes(png(2))
    assert not ids() & before


def test_odd_values_of_a_row_are_rejects(tmp_path: Path) -> None:
    odd: list[dict[str, Any]] = [
        {"page": "iv"},
        {"page": 10**30},
        {"page": 1e999},
        {"kind": {}},
        {"messages": [{"role": {}}]},
        {"messages": 5},
        {"messages": [{"user": None, "assistant": 5}]},
    ]
    rows = []
    for number, values in enumerate(odd):
        row = json.dumps({"file_name": f"{number}.png"} | values).replace("Infinity", "1e999")
        rows.append(row)
        (tmp_path / f"{number}.png").write_bytes(png(number))
        with tarfile.open(tmp_path / f"{number}.tar", "w") as tar:
            for name, data in {"1.png": png(), "1.json": row.encode()}.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    (tmp_path / "metadata.jsonl").write_text("\n".join(rows))
    found = list(read(tmp_path))
    assert len(found) == 2 * len(odd)
    whys = []
    for item in found:
        if isinstance(item, Reject):
            whys.append(item.rule)
        else:
            assert isinstance(item.conversation, BadImage), item.uri
            whys.append(item.conversation.rule)
    assert set(whys) <= {"bad_row", "bad_conversation"}
    tars = [item.uri.partition("#")[0] for item in found if ".tar" in item.uri]
    assert sorted(tars) == [f"{number}.tar" for number in range(len(odd))]


def test_null_means_absent(tmp_path: Path) -> None:
    names = ("page", "kind", "document", "licence", "words", "lines", "tables", "text", "messages")
    write_rows(tmp_path, [{"file_name": "a.png"} | dict.fromkeys(names)])
    (record,) = read(tmp_path)
    assert isinstance(record, RawRow)
    assert (record.images[0].page, record.images[0].kind) == (1, "image")


def test_names_that_are_not_utf8_are_rejected(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.png", "wb") as file:
        file.write(png())
    with tarfile.open(tmp_path / "b.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        info = tarfile.TarInfo("caf\udce9.png")
        info.size = len(png())
        tar.addfile(info, io.BytesIO(png()))
    found = [item for item in read(tmp_path) if isinstance(item, Reject)]
    assert rules(list(found)) == ["bad_file_name", "bad_file_name"]
    assert {item.uri.encode() for item in found} == {b"caf\\udce9.png", b"b.tar#caf\\udce9"}
    assert hash_of("\udce9") != hash_of("\udcea")
    assert fingerprint_of(["\udce9"]) == fingerprint_of(["\udce9"])


def test_parquet_columns_of_unexpected_types(tmp_path: Path) -> None:
    far = pa.array([2**58], pa.timestamp("ms"))
    cell = pa.array([{"bytes": png()}])
    columns: dict[str, dict[str, Any]] = {
        "count": {"images": [5]},
        "far": {"image": cell, "made": far},
        "page": {"image": cell, "page": ["iv"]},
        "when": {"image": cell, "document": far},
        "other": {"pixels": [1]},
    }
    for name, table in columns.items():
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
    found = {item.uri.split(".")[0]: item for item in read(tmp_path)}
    for name, column in (("far", "made"), ("when", "document")):
        row = found.pop(name)
        assert isinstance(row, RawRow)
        assert row.unread == (column,)
    assert {name: item.rule for name, item in found.items() if isinstance(item, Reject)} == {
        "count": "bad_row",
        "page": "bad_row",
        "other": "broken_parquet",
    }


def pdf(extra: bytes = b"", trailer: bytes = b"", pages: int = 1) -> bytes:
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n" if pages else b""
    kids = b"[3 0 R]" if pages else b"[]"
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count %d/Kids%s>>endobj\n%s%strailer<</Root 1 0 R%s>>\n%%%%EOF"
        % (pages, kids, page, extra, trailer)
    )


def test_pdfs_that_cannot_be_opened(tmp_path: Path) -> None:
    whole = gzip.compress(pdf() * 50)
    secret = b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj\n" % (
        b"41" * 32,
        b"42" * 32,
    )
    files = {
        "cut.pdf.gz": whole[:-20],
        "flipped.pdf.gz": whole[:12] + bytes(255 - byte for byte in whole[12:]),
        "secret.pdf": pdf(secret, b"/Encrypt 4 0 R/ID[<00><00>]"),
        "none.pdf": pdf(pages=0),
        "good.pdf": pdf(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = list(read(tmp_path))
    assert {item.uri: item.rule for item in found if isinstance(item, Reject)} == {
        "cut.pdf.gz": "broken_pdf",
        "flipped.pdf.gz": "broken_pdf",
        "secret.pdf": "encrypted_pdf",
        "none.pdf": "broken_pdf",
    }
    assert [item.uri for item in found if isinstance(item, RawRow)] == ["good.pdf#page=1"]


def test_a_pdf_that_changes_after_planning_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())
    (part,) = planned(str(tmp_path)).parts
    (tmp_path / "a.pdf").write_bytes(b"gone")
    with pytest.raises(GyogwaError, match=r"a\.pdf: changed while it was being ingested"):
        ingest_part([part], RunLayout(str(tmp_path / "out")))


def test_halves_of_surrogate_pairs_in_a_text_layer() -> None:
    codes = [0xDE00, 0xD83D, 0xDE00, 0xDE00, 0xD83D, 0x41, 0, 0x110000, 0xD83D]
    assert "".join(texts_of(codes)) == "\ufffd😀\ufffd\ufffdA\ufffd\ufffd\ufffd"
    assert len(list(texts_of(codes))) == len(codes)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (
            {"charts": [{"kind": "bar", "categories": [], "series": [], "box": [1, 1, 9, 9]}]},
            "need",
        ),
        ({"words": [], "tables": [{"box": [1, 1, 9, 9], "cells": []}]}, "need words"),
        ({"words": [WORD], "lines": [[-1, 1]]}, "-1"),
        ({"words": [WORD], "lines": [[0, 2]]}, "no run of 1"),
        ({"words": [WORD], "lines": [[0, 0]]}, "no run"),
        (
            {"words": [WORD], "lines": [[0, 1]], "blocks": [{"kind": "x", "first": 0, "last": 2}]},
            "run",
        ),
        ({"words": [{"text": "a", "box": [41, 1, 50, 9]}]}, "1 of 1 boxes lie outside"),
        ({"words": [WORD], "boxes": {"unit": "inches"}}, "'inches' is not one of pixels"),
        ({"words": [WORD], "tables": [{"box": [1, 1, 9, 9], "cells": 5}]}, "TypeError"),
    ],
)
def test_labels_that_contradict_themselves(labels: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadImage, match=reason) as caught:
        truth_of(labels, 40, 20)
    assert caught.value.rule == "bad_labels"


def test_null_labels_beside_words_are_absent() -> None:
    names = ("lines", "blocks", "tables", "charts")
    truth = truth_of({"words": [WORD]} | dict.fromkeys(names), 40, 20)
    assert truth is not None
    assert (truth.lines, truth.blocks, truth.tables, truth.charts) == ([], [], [], [])
    assert truth_of({"words": None, "charts": []}, 40, 20) is None


def test_links_are_followed_once_and_broken_ones_rejected(tmp_path: Path) -> None:
    root, outside = tmp_path / "in", tmp_path / "outside"
    (root / "z").mkdir(parents=True)
    outside.mkdir()
    (root / "z/1.png").write_bytes(png())
    (outside / "2.png").write_bytes(png(1))
    (root / "a").symlink_to(root / "z")
    (root / "z/up").symlink_to(root)
    (root / "far").symlink_to(outside)
    (root / "self.png").symlink_to(root / "self.png")
    (root / "gone.png").symlink_to(root / "nothing")
    os.mkfifo(root / "pipe.png")
    found = list(read(root))
    assert {item.uri for item in found if isinstance(item, RawRow)} == {"z/1.png"}
    assert {file.uri for file in find(str(root)).files} == {"z/1.png", "far/2.png"}
    assert {item.uri: item.rule for item in found if isinstance(item, Reject)} == {
        "self.png": "missing_file",
        "gone.png": "missing_file",
        "pipe.png": "unsupported_file",
    }
