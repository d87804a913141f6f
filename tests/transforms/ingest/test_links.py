"""Links out of an input aren't followed, but for those of the Hugging Face Hub's cache."""

from pathlib import Path

from gyogwa.transforms.ingest.listing import Outside, files_below
from gyogwa.transforms.ingest.raw import ListedFile


def found(root: Path, follow_links: bool = False) -> tuple[list[str], list[str]]:
    """The URIs of files, and the names of links that weren't followed."""
    items = list(files_below(str(root), follow_links=follow_links))
    files = sorted(item.uri for item in items if isinstance(item, ListedFile))
    return files, sorted(Path(item.path).name for item in items if isinstance(item, Outside))


def test_links_out_of_the_input_are_followed_only_when_asked(tmp_path: Path) -> None:
    root, outside = tmp_path / "in", tmp_path / "inside out"
    for folder in (root, outside):
        folder.mkdir()
    (root / "a.png").write_bytes(b"a")
    (outside / "b.png").write_bytes(b"b")
    (root / "folder").symlink_to(outside)
    (root / "file.png").symlink_to(outside / "b.png")
    (root / "up.png").symlink_to("../inside out/b.png")
    (root / "own.png").symlink_to("a.png")
    (root / "gone.png").symlink_to(tmp_path / "nothing")
    files, links = found(root)
    assert files == ["a.png", "own.png"]
    assert links == ["file.png", "folder", "gone.png", "up.png"]
    files, links = found(root, follow_links=True)
    assert files == ["a.png", "file.png", "folder/b.png", "own.png", "up.png"]
    assert links == []


def test_an_input_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.png").write_bytes(b"a")
    (tmp_path / "real/b.png").symlink_to("a.png")
    (tmp_path / "in").symlink_to(tmp_path / "real")
    assert found(tmp_path / "in") == (["a.png", "b.png"], [])
    (tmp_path / "one.png").symlink_to(tmp_path / "real/a.png")
    assert found(tmp_path / "one.png") == (["one.png"], [])


def test_the_cache_of_the_hub_is_read_from_any_of_its_folders(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    snapshot = cache / "datasets--someone--pages/snapshots/0a1b"
    blobs = cache / "datasets--someone--pages/blobs"
    for folder in (snapshot, blobs, cache / "datasets--other--pages/blobs"):
        folder.mkdir(parents=True)
    (blobs / "ff00").write_bytes(b"a")
    (cache / "datasets--other--pages/blobs/ee00").write_bytes(b"b")
    (snapshot / "a.png").symlink_to("../../blobs/ff00")
    (snapshot / "b.png").symlink_to("../../../datasets--other--pages/blobs/ee00")
    assert found(snapshot) == (["a.png"], ["b.png"])
    assert "snapshots/0a1b/a.png" in found(cache / "datasets--someone--pages")[0]
    assert found(cache)[1] == []
