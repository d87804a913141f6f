"""Office documents: what stands for LibreOffice here is a program that writes a PDF."""

import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources import office


@pytest.fixture
def document(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return tmp_path / "a.docx"


def suite(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `soffice` that is this shell script; the folder of what it writes is its $8."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")


def pages_of(path: Path) -> list[RawRow | Reject]:
    entry = SourceFile(str(path), path.name, sha256_hex(path.read_bytes()))
    return list(office.read_pages(SourcePart("p", "office", "s", "unknown", [entry], 60)))


def test_pages_go_by_the_document_not_by_the_conversion(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Image.new("RGB", (200, 300), shade) for shade in ("white", "grey")]
    pages[0].save(tmp_path / "two.pdf", save_all=True, append_images=pages[1:])
    # with something in it that differs each time, as a date does
    copy = f'{{ cat "{tmp_path}/two.pdf"; echo "% $$"; }} > "$7/document.pdf"'
    suite(tmp_path, copy, monkeypatch)
    twice = [pages_of(document), pages_of(document)]
    ids = [[row.images[0].image_id for row in rows if isinstance(row, RawRow)] for rows in twice]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
    rows = [row for row in twice[0] if isinstance(row, RawRow)]
    assert [row.uri for row in rows] == ["a.docx#page=1", "a.docx#page=2"]
    assert {row.images[0].document for row in rows} == {sha256_hex(document.read_bytes())[:32]}


@pytest.mark.parametrize(
    ("script", "said"), [("echo no filter >&2; exit 1", "no filter"), ("exit 0", "wrote no PDF")]
)
def test_what_the_suite_cannot_convert(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    suite(tmp_path, script, monkeypatch)
    (reject,) = pages_of(document)
    assert isinstance(reject, Reject)
    assert reject.rule == "broken_document"
    assert said in reject.message


def test_without_a_suite_documents_are_told_and_broken_ones_are_broken(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04" + bytes(60))
    (tmp_path / "c.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60))
    (tmp_path / "d.doc").write_bytes(b"plain")
    rules = {}
    for path in sorted(tmp_path.glob("?.doc*")):
        (reject,) = pages_of(path)
        assert isinstance(reject, Reject)
        rules[path.name] = reject.rule
    assert rules == {
        "a.docx": "unsupported_file",
        "b.docx": "broken_document",
        "c.docx": "encrypted_document",
        "d.doc": "broken_document",
    }
