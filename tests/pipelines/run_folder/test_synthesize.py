"""`gyogwa synthesize` replaces what it rendered, as a whole, and nothing else."""

import os
import signal
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.synthesize import synthesize
from gyogwa.schemas.errors import GyogwaError
from tests.pipelines.run_folder.checks import refused
from tests.pipelines.run_folder.killed import in_a_process
from tests.pipelines.run_folder.trees import tree_of


def render(folder: Path, count: int = 3, overwrite: bool = False) -> None:
    synthesize(folder, count, 5, ["en"], 0, overwrite=overwrite)


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """Three images with their labels."""
    render(tmp_path / "d")
    return tmp_path / "d"


def test_files_of_others_outlast_overwriting(
    rendered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = ["images/000-mine.png", "images/0.txt", "images/1/000001.png", "notes.txt"]
    for name in mine:
        (rendered / name).parent.mkdir(exist_ok=True)
        (rendered / name).write_text("mine")
    render(rendered, 2, overwrite=True)
    assert {name: (rendered / name).read_text() for name in mine} == dict.fromkeys(mine, "mine")
    assert "left alone" in capsys.readouterr().err
    left = {path for path, what in tree_of(rendered).items() if what != "folder"} - {*mine}
    images = {path for path in left if path.startswith("images/")}
    assert len(images) == 2
    assert left - images == {"metadata.jsonl", ".synthesis.json"}


@pytest.mark.parametrize("name", ["metadata.jsonl", "images/000001.png", "images/000009.jpg"])
def test_a_file_that_was_edited_or_added_is_not_overwritten(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d"
    render(folder)
    (folder / name).write_text("mine")
    before = tree_of(folder)
    options = ["--count", "12", "--seed", "5", "--languages", "en", "--overwrite"]
    assert main(["synthesize", "--output", str(folder), *options]) == 1
    assert refused(capsys, name, "move")
    assert tree_of(folder) == before


def test_other_settings_need_overwrite(rendered: Path) -> None:
    before = tree_of(rendered)
    with pytest.raises(GyogwaError, match="other settings"):
        render(rendered, 2)
    assert tree_of(rendered) == before
    render(rendered)
    assert tree_of(rendered) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(GyogwaError, match="holds something else"):
        render(tmp_path, overwrite=True)
    (tmp_path / "mine.txt").unlink()
    (tmp_path / ".synthesis.json").write_text('{"copies": 0.04, "count": 60}')
    with pytest.raises(GyogwaError, match="earlier release"):
        render(tmp_path, overwrite=True)
    assert tree_of(tmp_path).keys() == {".synthesis.json"}


def test_a_killed_call_leaves_what_was_there(rendered: Path) -> None:
    before = tree_of(rendered)

    def killed() -> None:
        synthesize(
            rendered, 6, 9, ["en"], 0, overwrite=True,
            progress=lambda done: os.kill(os.getpid(), signal.SIGKILL) if done == 2 else None,
        )  # fmt: skip

    assert not in_a_process(killed)
    left = tree_of(rendered)
    assert (rendered / ".building").is_dir()
    kept = {path: what for path, what in left.items() if not path.startswith(".building")}
    assert kept.keys() - before.keys() == {".synthesis.lock"}
    assert {path: what for path, what in kept.items() if path in before} == before
    render(rendered)
    assert tree_of(rendered) == before
