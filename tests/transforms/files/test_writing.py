"""Files appear whole or not at all, and what the system refuses is said in one line."""

import errno
import gc
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import Turn
from gyogwa.transforms.files.folders import list_files, walk
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import write_rows
from gyogwa.transforms.files.writing import make_folder, write_bytes, writing
from gyogwa.transforms.ingest.listing import find
from tests.transforms.files.buckets import BLOCK, Bucket
from tests.transforms.files.disks import as_nobody, make_read_only, small_disk


@pytest.fixture
def memory() -> Iterator[str]:
    system = fsspec.filesystem("memory")
    system.pipe_file("/run/old", b"old")
    yield "memory://run"
    system.rm("/run", recursive=True)


def write_half(location: str, size: int) -> None:
    with writing(location) as file:
        file.write(b"x" * size)
        raise ZeroDivisionError


def break_off(location: str, size: int = 10) -> None:
    with pytest.raises(ZeroDivisionError):
        write_half(location, size)
    gc.collect()  # a file of fsspec that is collected is closed, and so published


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_a_local_write_that_breaks_off_leaves_what_was_there(tmp_path: Path, size: int) -> None:
    write_bytes(f"{tmp_path}/old", b"old")
    break_off(f"{tmp_path}/old", size)
    break_off(f"{tmp_path}/new", size)
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.parametrize("size", [10, 5 * BLOCK])
def test_an_object_that_breaks_off_is_not_published(bucket: type[Bucket], size: int) -> None:
    write_bytes("bucket://b/old", b"old")
    break_off("bucket://b/old", size)
    break_off("bucket://b/new", size)
    assert bucket.keys() == ["b/old"]
    assert read_bytes("bucket://b/old") == b"old"


def test_what_breaks_off_in_memory_is_not_published(memory: str) -> None:
    break_off(f"{memory}/old")
    break_off(f"{memory}/new")
    assert list_files(memory) == [f"{memory}/old"]
    assert read_bytes(f"{memory}/old") == b"old"


def test_an_upload_is_tried_again_and_published_whole(bucket: type[Bucket]) -> None:
    data = os.urandom(5 * BLOCK)
    bucket.failing_parts = 3
    write_bytes("bucket://b/new", data)
    assert read_bytes("bucket://b/new") == data
    assert bucket.aborted == 3


def test_an_upload_that_keeps_failing_publishes_nothing(bucket: type[Bucket]) -> None:
    write_bytes("bucket://b/old", b"old")
    bucket.failing_parts = 4
    with pytest.raises(GyogwaError, match=r"bucket://b/old: can't be written after 4.*reset by"):
        write_bytes("bucket://b/old", b"x" * 5 * BLOCK)
    gc.collect()
    assert bucket.aborted == 4
    assert read_bytes("bucket://b/old") == b"old"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_umask_decides_who_may_read(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_bytes(f"{tmp_path}/a/b", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == mode
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o777 & ~umask


def test_bytes_reach_the_disk_before_the_name_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        size = path.stat().st_size if path.is_file() else 0
        steps.append(f"sync {path.relative_to(tmp_path)}".split("-")[0] + f" {size}")
        fsync(descriptor)

    def renamed(source: Path, target: str) -> None:
        steps.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    write_bytes(f"{tmp_path}/a/b", b"x" * 1000)
    assert steps == ["sync . 0", "sync a/.incomplete 1000", "rename", "sync a 0"]


def test_a_writer_that_is_killed_leaves_nothing_that_a_listing_has(tmp_path: Path) -> None:
    code = (
        "import sys, time; from gyogwa.transforms.files.writing import writing\n"
        "with writing(sys.argv[1]) as file:\n"
        "    file.write(b'x' * (3 << 20)); print('half', flush=True); time.sleep(600)\n"
    )
    command = [sys.executable, "-P", "-c", code, f"{tmp_path}/a.png"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"half\n"
        writer.send_signal(signal.SIGKILL)
    (left,) = names(tmp_path)
    assert left.startswith(".incomplete-")
    assert list_files(str(tmp_path)) == []
    assert walk(str(tmp_path)) == []
    assert find(str(tmp_path))[0] == []


def refused(location: str, data: bytes = b"x") -> str:
    with pytest.raises(GyogwaError) as caught:
        write_bytes(location, data, "a shard")
    said = str(caught.value)
    assert said.startswith(f"{location}: can't write a shard: ")
    assert "\n" not in said
    assert "Errno" not in said
    return said


def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        write_bytes(f"{disk}/a/small", b"x")
        for size in (300_000, 30_000_000):  # found out at the end, and while writing
            assert "the disk is full; free some space" in refused(f"{disk}/a/b.tar", b"x" * size)
        assert names(disk / "a") == ["small"]
        turns = [Turn("user", os.urandom(500).hex()) for _ in range(2000)]
        with pytest.raises(GyogwaError, match=r"t\.parquet: can't write a table.*disk is full"):
            write_rows(Turn, f"{disk}/t.parquet", turns)
        assert names(disk) == ["a"]


def test_a_full_disk_for_what_goes_to_a_store(
    bucket: type[Bucket], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        with pytest.raises(GyogwaError, match=r"TMPDIR.* a shard for bucket://b/a: the disk is f"):
            write_bytes("bucket://b/a", b"x" * 400_000, "a shard")
    assert bucket.keys() == []


def test_a_read_only_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "there").mkdir()
        make_read_only(disk)
        for place in (disk, disk / "there", disk / "new"):
            assert "read-only; give another folder" in refused(f"{place}/a.tar")


def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)
    with as_nobody():
        said = [refused(f"{folder}/a.tar"), refused(f"{folder}/new/a.tar")]
    assert all("permission denied; check who owns" in line for line in said)


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "folder").mkdir()
    for place in ("file/a.tar", "file/new/a.tar"):
        assert "a file stands where" in refused(f"{tmp_path}/{place}")
    assert "a folder has that name" in refused(f"{tmp_path}/folder")
    assert "name is too long" in refused(f"{tmp_path}/{'x' * 300}")
    assert names(tmp_path) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_folder_that_is_removed_meanwhile(tmp_path: Path) -> None:
    def write() -> None:
        with writing(f"{tmp_path}/a/b") as file:
            file.write(b"x")
            shutil.rmtree(tmp_path / "a")

    with pytest.raises(GyogwaError, match=r"a/b: can't write a file: its folder is gone"):
        write()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_the_disk_says_only_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """As network disks do; there is none here."""

    def fails(*_: object) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    (tmp_path / "a").mkdir()
    monkeypatch.setattr(os, step, fails)
    assert "the quota is used up" in refused(f"{tmp_path}/a/b")
    assert names(tmp_path / "a") == []


@pytest.mark.parametrize("location", ["https://h/a.tar", "http://h/a.tar"])
def test_web_servers_are_not_written_to(location: str) -> None:
    with pytest.raises(GyogwaError, match="a web server can't be written to"):
        write_bytes(location, b"x")


def test_an_error_of_the_block_stays_what_it_is(tmp_path: Path) -> None:
    def write(error: BaseException) -> None:
        with writing(f"{tmp_path}/a"):
            raise error

    for error in (OSError(errno.ENOSPC, "another disk"), KeyboardInterrupt(), GyogwaError("x")):
        with pytest.raises(type(error)) as caught:
            write(error)
        assert caught.value is error
    assert names(tmp_path) == []


def test_a_folder_that_one_may_write_to_but_not_look_into() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "letters"
        folder.mkdir()
        Path(place).chmod(0o755)
        folder.chmod(0o333)
        with as_nobody():
            write_bytes(f"{folder}/a", b"x")
        folder.chmod(0o755)
        assert names(folder) == ["a"]


def test_a_folder_that_cannot_be_written_into_is_told_before_anything_is_done(
    tmp_path: Path,
) -> None:
    make_folder(f"{tmp_path}/a/b", "a run")
    make_folder(f"{tmp_path}/a/b", "a run")
    assert names(tmp_path / "a" / "b") == []
    with small_disk(tmp_path / "disk") as disk:
        make_read_only(disk)
        for place in (disk, disk / "new"):
            with pytest.raises(GyogwaError, match=f"{place}: can't write a run: .*read-only"):
                make_folder(str(place), "a run")
    (tmp_path / "theirs").mkdir(mode=0o555)
    with as_nobody(), pytest.raises(GyogwaError, match="theirs: can't write a run: permission"):
        make_folder(f"{tmp_path}/theirs", "a run")
