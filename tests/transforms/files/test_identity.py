"""Bytes of images are checked against the catalog when they are read."""

import threading
from pathlib import Path

import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.writing import write_bytes
from tests.transforms.files.buckets import Bucket
from tests.transforms.files.disks import unreadable


def test_the_bytes_of_a_range(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"..image..")
    ref = ImageRef(f"{tmp_path}/a.tar", 2, 5)
    assert read_verified(ref, sha256_hex(b"image")) == b"image"
    for altered in (b"..imago..", b"..ima"):
        (tmp_path / "a.tar").write_bytes(altered)
        said = r"a\.tar \(the 5 bytes from 2\): changed since ingest; run gyogwa ingest again"
        with pytest.raises(GyogwaError, match=said):
            read_verified(ref, sha256_hex(b"image"))


def test_a_moved_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ref, sha256 = ImageRef(f"{tmp_path}/a.png", 0, 5), sha256_hex(b"image")
    with pytest.raises(GyogwaError, match=r"a\.png: no such file; it was there at ingest: bring"):
        read_verified(ref, sha256)
    monkeypatch.setattr(retries, "WAITS", (0.05,) * 200)
    timer = threading.Timer(0.2, write_bytes, [ref.path, b"image"])
    timer.start()
    assert read_verified(ref, sha256) == b"image"
    timer.join()


def test_a_disk_that_fails(tmp_path: Path) -> None:
    ref = ImageRef(str(unreadable(tmp_path / "a.png")), 0, 5)
    with pytest.raises(GyogwaError, match=r"Input/output error.*check the disk or the store"):
        read_verified(ref, "")


def test_a_store_out_of_reach(bucket: type[Bucket]) -> None:
    write_bytes("bucket://b/a.png", b"image")
    ref = ImageRef("bucket://b/a.png", 0, 5)
    assert read_verified(ref, sha256_hex(b"image")) == b"image"
    bucket.reachable = False
    with pytest.raises(GyogwaError, match=r"bucket://b/a\.png: can't be read after 4 attempts"):
        read_verified(ref, sha256_hex(b"image"))


@pytest.mark.parametrize("there", [True, False])
def test_what_gyogwa_packed_itself_says_how_to_have_it_made_anew(
    tmp_path: Path, there: bool
) -> None:
    part = "0123456789abcdef"
    for place, said in {
        f"packs/{part}.tar": f"delete {tmp_path}/catalog/{part}.parquet and run gyogwa ingest",
        f"benchmarks/set-{part}.tar": f"delete {tmp_path}/benchmarks/set-{part}.json and run",
    }.items():
        if there:
            write_bytes(f"{tmp_path}/{place}", b"altered")
        with pytest.raises(GyogwaError, match=said):
            read_verified(ImageRef(f"{tmp_path}/{place}", 0, 7), sha256_hex(b"pixels"))
