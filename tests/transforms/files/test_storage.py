"""Reading from disks, stores and web servers: whole, by range, as a stream, tried again."""

import io
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.retries import Advice, MissingFile
from gyogwa.transforms.files.storage import Storage, open_file, read_bytes, read_exactly
from tests.loader.serving import serving
from tests.transforms.files.buckets import Bucket
from tests.transforms.files.disks import unreadable

DATA = os.urandom(9 << 20)


@pytest.fixture(params=["disk", "file", "bucket", "memory", "web"])
def place(request: pytest.FixtureRequest, tmp_path: Path, bucket: type[Bucket]) -> Iterator[str]:
    """Where `DATA` lies, in each kind of place."""
    (tmp_path / "store/b/data").write_bytes(DATA)
    if request.param == "web":
        with serving(tmp_path / "store/b") as web:
            yield f"{web.url}/data"
        return
    if request.param == "memory":
        fsspec.filesystem("memory").pipe_file("/data", DATA)
    yield {
        "disk": f"{tmp_path}/store/b/data",
        "file": f"file://{tmp_path}/store/b/data",
        "bucket": "bucket://b/data",
        "memory": "memory://data",
    }[request.param]


def test_every_place_gives_the_same(place: str) -> None:
    storage = Storage()
    assert storage.size(place) == len(DATA)
    assert storage.read(place) == DATA
    assert storage.read_range(place, 5, 1000) == DATA[5:1005]
    assert storage.read_range(place, len(DATA) - 3, 10) == DATA[-3:]
    copy = io.BytesIO()
    assert storage.download(place, copy)[0] == len(DATA)
    assert copy.getvalue() == DATA
    with storage.open(place) as file:
        assert file.read(7) == DATA[:7]
        assert file.seek(-4, os.SEEK_END) == len(DATA) - 4
        assert file.read() == DATA[-4:]
        file.seek(4_000_000)
        file.seek(10, os.SEEK_CUR)
        assert file.read(5_000_000) == DATA[4_000_010:9_000_010]


def test_what_is_not_there_is_named_at_once(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (3600.0,))
    with pytest.raises(MissingFile, match="none: no such file"):
        read_bytes(place.replace("data", "none"))
    assert issubclass(MissingFile, FileNotFoundError)
    with pytest.raises(GyogwaError, match="none: no such file"):
        open_file(place.replace("data", "none"))


def test_passing_failures_of_a_store(bucket: type[Bucket], tmp_path: Path) -> None:
    (tmp_path / "store/b/data").write_bytes(b"data")
    bucket.failing_reads = 3
    assert read_bytes("bucket://b/data") == b"data"
    bucket.failing_reads = 4
    with pytest.raises(GyogwaError, match=r"b/data: can't be read after 4 attempts .*Slow Down"):
        read_bytes("bucket://b/data")


def test_tables_and_tars_are_read_over_a_store_that_stumbles(
    bucket: type[Bucket], tmp_path: Path
) -> None:
    table = pa.table({"text": [os.urandom(4000).hex() for _ in range(2000)]})
    pq.write_table(table, tmp_path / "store/b/a.parquet")
    with tarfile.open(tmp_path / "store/b/a.tar", "w") as tar:
        tar.add(tmp_path / "store/b/a.parquet", "member")
    bucket.failing_reads = 3
    with open_file("bucket://b/a.parquet") as file:
        assert pq.read_table(file).equals(table)
    assert bucket.failing_reads == 0
    bucket.failing_reads = 3
    with open_file("bucket://b/a.tar") as file, tarfile.open(fileobj=file) as tar:
        member = tar.extractfile("member")
        assert member
        assert pq.read_table(io.BytesIO(member.read())).equals(table)


def test_a_failure_inside_a_library_comes_out_as_ours(bucket: type[Bucket], tmp_path: Path) -> None:
    """Not as an error of the library about the file's content."""
    pq.write_table(pa.table({"a": [b"x" * 9_000_000]}), tmp_path / "store/b/a.parquet")
    with tarfile.open(tmp_path / "store/b/a.tar", "w") as tar:
        tar.add(tmp_path / "store/b/a.parquet", "member")
    file = open_file("bucket://b/a.parquet")
    table = pq.ParquetFile(file)
    bucket.failing_reads = 1000
    with pytest.raises(GyogwaError, match="can't be read after"):
        table.read()
    bucket.failing_reads = 0
    tar_file = open_file("bucket://b/a.tar")
    bucket.failing_reads = 1000
    with pytest.raises(GyogwaError, match="can't be read after"), tarfile.open(fileobj=tar_file):
        pass


def test_an_io_error_of_the_disk(tmp_path: Path) -> None:
    path = unreadable(tmp_path / "a.png")
    with pytest.raises(GyogwaError, match=r"a\.png: can't be read after 4 .*Input/output error"):
        read_bytes(str(path))


def test_a_file_that_shrinks_while_it_is_read_does_not_end_early(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)
    with open_file(f"{tmp_path}/a") as file:
        file.read(10)
        os.truncate(tmp_path / "a", 5 << 20)
        with pytest.raises(GyogwaError, match=r"a: ends .* bytes early"):
            file.read()
    with pytest.raises(GyogwaError, match="a: ends 1 bytes early"):
        read_exactly(f"{tmp_path}/a", (5 << 20) - 9, 10)


def test_a_known_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.05,) * 200)
    known = Storage(advice=Advice(missing="bring it back", known=True))
    timer = threading.Timer(0.2, (tmp_path / "a").write_bytes, [b"back"])
    timer.start()
    assert known.read(f"{tmp_path}/a") == b"back"
    timer.join()
    monkeypatch.setattr(retries, "WAITS", (0.0,))
    with pytest.raises(GyogwaError, match="b: no such file; bring it back"):
        known.read(f"{tmp_path}/b")


def test_messages_hold_no_credentials(tmp_path: Path) -> None:
    with serving(tmp_path) as web:
        url = web.url.replace("//", "//me:secret@") + "/a?signature=secret"
        with pytest.raises(GyogwaError) as caught:
            read_bytes(url)
    assert "secret" not in str(caught.value)
    assert "/a: " in str(caught.value)
