"""A ZIP is read as a folder, whatever wrote its names; what is wrong costs what it is in."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.tables import read_folder
from tests.transforms.ingest.test_sources import png


def ingested(tmp_path: Path, *options: str) -> tuple[dict[str, Image], dict[str, str]]:
    """Images by URI, and rules of rejects by URI."""
    arguments = ["ingest", "--input", str(tmp_path / "in"), "--output", str(tmp_path / "run")]
    assert main([*arguments, *options]) == 0
    images = {image.uri: image for image in read_folder(Image, str(tmp_path / "run/catalog"))}
    rejects = read_folder(Reject, str(tmp_path / "run/rejects"))
    return images, {reject.uri: reject.rule for reject in rejects if reject.unit != "fields"}


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    (tmp_path / "in").mkdir()
    return lambda name="a.zip": zipfile.ZipFile(tmp_path / "in" / name, "w", zipfile.ZIP_DEFLATED)


def test_members_are_files_with_their_labels(tmp_path: Path, archive: Any) -> None:
    row = {"file_name": "그림/1.png", "text": "설명"}
    with archive() as zipped:
        zipped.writestr("그림/1.png", png())
        zipped.writestr("metadata.jsonl", json.dumps(row))
        zipped.writestr("__MACOSX/._1.png", b"x")
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as inner:
            info = tarfile.TarInfo("k.png")
            info.size = len(data := png(1))
            inner.addfile(info, io.BytesIO(data))
        zipped.writestr("inner.tar", tar.getvalue())
    images, rejects = ingested(tmp_path)
    assert images.keys() == {"a.zip/그림/1.png", "a.zip/inner.tar#k.png"}
    assert not rejects
    for image in images.values():
        assert read_verified(image.ref, image.sha256)
    (talk,) = read_folder(Conversation, str(tmp_path / "run/records"))
    assert talk.conversation[0].content == "설명"


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_names_of_korean_windows(tmp_path: Path, archive: Any, encoding: str) -> None:
    with archive() as zipped:
        info = zipfile.ZipInfo("x")
        info.filename = "원천데이터/공고.png".encode(encoding).decode("cp437")
        zipped.writestr(info, png())
    data = (tmp_path / "in/a.zip").read_bytes()
    assert "원천데이터/공고.png".encode(encoding) not in data  # zipfile wrote it as UTF-8, marked
    raw = "원천데이터/공고.png".encode(encoding)
    marked = raw.decode("cp437").encode()
    (tmp_path / "in/a.zip").write_bytes(_renamed(data, marked, raw))
    images, rejects = ingested(tmp_path)
    assert images.keys() == {"a.zip/원천데이터/공고.png"}
    assert not rejects


def _renamed(data: bytes, marked: bytes, raw: bytes) -> bytes:
    """An archive of one member whose name is these bytes, without the mark of UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        content = old.read(old.infolist()[0])
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("n" * len(raw), content)
    return out.getvalue().replace(b"n" * len(raw), raw)


def test_what_is_wrong_costs_what_it_is_in(tmp_path: Path, archive: Any) -> None:
    with archive() as zipped:
        zipped.writestr("good.png", png())
        zipped.writestr("bad.png", bytes(range(256)) * 20)
        zipped.writestr("bomb.png", bytes(300 << 20))
        zipped.writestr("notes.hwp", b"x")
    path = tmp_path / "in/a.zip"
    data = bytearray(path.read_bytes())
    at = data.index(b"bad.png") + len(b"bad.png")
    data[at + 20] ^= 0xFF
    path.write_bytes(data)
    (tmp_path / "in/b.zip").write_bytes(b"PK no archive")
    images, rejects = ingested(tmp_path)
    assert images.keys() == {"a.zip/good.png"}
    assert rejects == {
        "a.zip/bad.png": "broken_zip",
        "a.zip/bomb.png": "too_large",
        "a.zip/notes.hwp": "broken_document",
        "b.zip": "broken_zip",
    }
