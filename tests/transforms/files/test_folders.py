"""What folders hold, here and in stores, and taking it away."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.folders import exists, list_files, remove, remove_files, walk
from gyogwa.transforms.files.locations import beside, redacted
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.ingest.listing import find
from tests.loader.serving import serving
from tests.transforms.files.buckets import Bucket
from tests.transforms.files.disks import closed_folder


@pytest.fixture(params=["disk", "bucket", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path, bucket: type[Bucket]) -> Iterator[str]:
    """A folder that isn't there yet, in each kind of place."""
    yield {"disk": f"{tmp_path}/run", "bucket": "bucket://b/run", "memory": "memory://run"}[
        request.param
    ]
    memory = fsspec.filesystem("memory")
    if memory.exists("/run"):
        memory.rm("/run", recursive=True)


def test_listing(root: str) -> None:
    assert list_files(root) == []
    assert walk(root) == []
    assert not exists(root)
    for name in ("b.tar", "a.tar", "c.json", "in/d.tar"):
        write_bytes(f"{root}/{name}", name.encode())
    assert list_files(root) == [f"{root}/a.tar", f"{root}/b.tar", f"{root}/c.json"]
    assert list_files(f"{root}/", ".tar") == [f"{root}/a.tar", f"{root}/b.tar"]
    files = ["a.tar", "b.tar", "c.json", "in/d.tar"]
    assert [(path, size) for path, size, _ in walk(root)] == [
        (f"{root}/{name}", len(name)) for name in files
    ]
    assert [entry.uri for entry in find(root)[0]] == files
    assert [path for path, _, _ in walk(f"{root}/a.tar")] == [f"{root}/a.tar"]
    assert exists(root)
    assert exists(f"{root}/a.tar")
    assert not exists(f"{root}/a")


def test_what_is_half_written_is_in_no_listing(root: str) -> None:
    write_bytes(f"{root}/a.png", b"x")
    write_bytes(f"{root}/.incomplete-0a1b2c3d", b"half")
    write_bytes(f"{root}/in/.incomplete-0a1b2c3d", b"half")
    assert list_files(root) == [f"{root}/a.png"]
    assert [path for path, _, _ in walk(root)] == [f"{root}/a.png"]
    found, problems, _ = find(root)
    assert ([entry.uri for entry in found], problems) == (["a.png"], [])


def test_taking_away_takes_one_file_by_its_very_name(root: str) -> None:
    for name in ("a1", "a[1]", "a*", "b"):
        write_bytes(f"{root}/{name}", b"x")
    remove(f"{root}/a[1]")
    remove(f"{root}/a*")
    remove(f"{root}/none")
    assert list_files(root) == [f"{root}/a1", f"{root}/b"]
    remove_files(root, "", lambda name: name == "b")
    assert list_files(root) == [f"{root}/a1"]


def test_other_processes_write_meanwhile(bucket: type[Bucket], tmp_path: Path) -> None:
    write_bytes("bucket://b/run/a", b"x")
    fsspec.filesystem("bucket").ls("b/run")  # which remembers it
    (tmp_path / "store/b/run/b").write_bytes(b"x")
    assert [path[-1] for path in list_files("bucket://b/run")] == ["a", "b"]
    fsspec.filesystem("bucket").ls("b/run")
    (tmp_path / "store/b/run/c").write_bytes(b"x")
    assert [path[-1] for path, _, _ in walk("bucket://b/run")] == ["a", "b", "c"]


@pytest.mark.parametrize("ask", [list_files, walk, exists, find])
def test_a_store_out_of_reach_is_not_an_empty_one(
    bucket: type[Bucket], ask: Callable[[str], object]
) -> None:
    write_bytes("bucket://b/run/a", b"x")
    bucket.reachable = False
    with pytest.raises(GyogwaError, match=r"bucket://b/run: can't be listed after 4.*no route"):
        ask("bucket://b/run")


@pytest.mark.parametrize("ask", [list_files, walk, find])
def test_a_folder_that_cannot_be_entered_is_no_empty_one(ask: Callable[[str], object]) -> None:
    with closed_folder() as folder, pytest.raises(GyogwaError, match="closed: access is refused"):
        ask(str(folder))


@pytest.mark.parametrize("place", ["disk", "bucket"])
def test_a_stamp_changes_with_the_content(bucket: type[Bucket], tmp_path: Path, place: str) -> None:
    folder = tmp_path / "store/b/in"
    root = str(folder) if place == "disk" else "bucket://b/in"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"one")
    ((_, size, before),) = walk(root)
    assert walk(root) == [(f"{root}/a.png", size, before)]
    (folder / "a.png").write_bytes(b"two")
    os.utime(folder / "a.png", (1, 1))  # the clock of a disk may tick slowly
    ((_, again, after),) = walk(root)
    assert again == size
    assert before != after
    assert walk(f"{root}/a.png")[0][2] == after


def test_files_of_a_web_server_are_given_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12345")
    with serving(tmp_path) as web:
        assert walk(f"{web.url}/a.png") == [(f"{web.url}/a.png", 5, "")]
        (found,) = find(f"{web.url}/a.png")[0]
        assert (found.uri, found.size) == ("a.png", 5)
        assert exists(f"{web.url}/a.png")
        assert not exists(f"{web.url}/b.png")
        with pytest.raises(GyogwaError, match="folders of a web server can't be listed"):
            list_files(web.url)


def test_places_beside_a_file() -> None:
    assert beside("memory://manifest.json", "a.tar") == "memory://a.tar"
    assert beside("gs://bucket/manifest.json", "../../a.tar") == "gs://bucket/a.tar"
    assert beside("https://h:1/a/m.json?sig=x", "../b/c.tar") == "https://h:1/b/c.tar?sig=x"
    assert redacted("https://me:secret@h:1/a.tar?sig=x") == "https://h:1/a.tar"
    assert beside("file:///run/m.json", "a.tar") == "/run/a.tar"


def test_links_that_lead_nowhere_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nothing")
    (tmp_path / "file").write_bytes(b"x")
    assert list_files(str(tmp_path)) == [f"{tmp_path}/file"]
    assert [path for path, _, _ in walk(str(tmp_path))] == [f"{tmp_path}/file"]
    (tmp_path / "out").symlink_to(tmp_path / "folder")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"x")
    assert [path for path, _, _ in walk(str(tmp_path))] == [
        f"{tmp_path}/file",
        f"{tmp_path}/folder/a",
    ]
