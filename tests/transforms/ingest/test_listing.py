"""What is found below an input: no folder of any run, whatever leads there."""

import zipfile
from pathlib import Path

import fsspec
import pytest

from gyogwa.schemas.run import KIND
from gyogwa.transforms.files.runs import is_run
from gyogwa.transforms.ingest.listing import Found, find, read_beside


def run(folder: Path) -> Path:
    """A run's folder, as far as an input can tell."""
    for name in ("stages/1-a/x.tar", "cards/images/y.png", "catalog/z.parquet"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a run's")
    (folder / "run.json").write_text(f'{{"kind": "{KIND}"}}')
    return folder


def names(found: Found) -> list[str]:
    return [entry.uri for entry in found.files]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An input with a file of its own beside a run, and one deeper."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.png").write_text("mine")
    (tmp_path / "in" / "deep" / "b.png").write_text("mine")
    return tmp_path / "in"


def test_runs_are_skipped_and_told(root: Path) -> None:
    runs = [run(root / "old"), run(root / "deep" / "older")]
    found = find(str(root))
    assert names(found) == ["a.png", "deep/b.png"]
    assert sorted(found.skipped) == sorted(str(folder) for folder in runs)
    assert not found.problems


def test_links_lead_into_no_run(root: Path, tmp_path: Path) -> None:
    elsewhere = run(tmp_path / "elsewhere")
    (root / "stages").symlink_to(elsewhere / "stages")
    (root / "whole").symlink_to(elsewhere)
    (root / "card.png").symlink_to(elsewhere / "cards" / "images" / "y.png")
    (root / "twice.png").symlink_to("card.png")
    found = find(str(root))
    assert names(found) == ["a.png", "deep/b.png"]
    assert len(found.skipped) == 4


def test_the_own_run_is_skipped_before_it_has_a_marker(root: Path) -> None:
    output = run(root / "out")
    (output / "run.json").unlink()
    (root / "again").symlink_to("out/stages/1-a")
    found = find(str(root), str(output))
    assert names(found) == ["a.png", "deep/b.png"]
    assert sorted(found.skipped) == [f"{root}/again", str(output)]


def test_a_run_json_of_others_hides_nothing(root: Path) -> None:
    (root / "run.json").write_text('{"kind": "race"}')
    assert names(find(str(root))) == ["a.png", "deep/b.png", "run.json"]
    assert not is_run(str(root))


def test_what_a_killed_render_left_is_skipped(root: Path) -> None:
    (root / ".building" / "0123" / "images").mkdir(parents=True)
    (root / ".building" / "0123" / "images" / "000000.png").write_text("half a set")
    found = find(str(root))
    assert names(found) == ["a.png", "deep/b.png"]
    assert found.skipped == [f"{root}/.building"]


def test_object_stores_are_no_other() -> None:
    store = fsspec.filesystem("memory")
    for name in ("in/a.png", "in/old/stages/1-a/x.tar", "in/out/cards/c.png", "in/older/b.png"):
        store.pipe_file(f"/listing/{name}", b"bytes")
    store.pipe_file("/listing/in/old/run.json", f'{{"kind": "{KIND}"}}'.encode())
    found = find("memory:///listing/in", "memory:///listing/in/out")
    assert names(found) == ["a.png", "older/b.png"]
    assert found.skipped == ["memory:///listing/in/old"]
    store.rm("/listing", recursive=True)


def test_what_stands_beside_a_file_is_found_in_folders_and_archives(tmp_path: Path) -> None:
    (tmp_path / "labels/train").mkdir(parents=True)
    (tmp_path / "data.yaml").write_bytes(b"names: [Text]")
    path = str(tmp_path / "labels/train/a.txt")
    assert read_beside(path, "../../data.yaml") == b"names: [Text]"
    assert read_beside(path, "data.yaml") is None
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("labels/a.txt", "0 .5 .5 .1 .1")
        archive.writestr("classes.txt", "표")
    member = f"zip://labels/a.txt::{tmp_path}/a.zip"
    assert read_beside(member, "../classes.txt") == "표".encode()
    assert read_beside(member, "../../classes.txt") is None
    assert read_beside("s3://bucket/a.txt", "../classes.txt") is None
