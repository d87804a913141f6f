"""Sequences of commands that could cost a user files: what isn't the run's is left as it is."""

import os
import shutil
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from tests.pipelines.run_folder.checks import is_clean, opens, refused
from tests.pipelines.run_folder.conftest import Assemble, images
from tests.pipelines.run_folder.trees import (
    FOREIGN,
    add_foreign,
    foreign_in,
    published,
    tree_of,
)


@pytest.mark.parametrize("content", ["notes.txt", "stages/1-x/a.tar", "README.md", ".hidden"])
def test_a_folder_of_something_else_is_refused(
    content: str, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d" / content).parent.mkdir(parents=True)
    (tmp_path / "d" / content).write_text("mine")
    before = tree_of(tmp_path)
    assert main(["ingest", "--input", str(labelled), "--output", str(tmp_path / "d")]) == 1
    assert refused(capsys, "isn't empty and isn't a run", content.split("/")[0])
    assert tree_of(tmp_path) == before


def test_a_file_is_refused_as_output(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d").write_text("mine")
    assert main(["ingest", "--input", str(labelled), "--output", str(tmp_path / "d")]) == 1
    assert refused(capsys, "is a file")
    assert (tmp_path / "d").read_text() == "mine"


def test_what_systems_leave_in_an_empty_folder_is_nothing(labelled: Path, tmp_path: Path) -> None:
    (tmp_path / "d" / "lost+found").mkdir(parents=True)
    assert main(["ingest", "--input", str(labelled), "--output", str(tmp_path / "d")]) == 0
    assert (tmp_path / "d" / "lost+found").is_dir()


@pytest.mark.parametrize("marks", [("books",), ("catalog", "ledger"), ("catalog", "rejects")])
def test_a_run_of_an_earlier_release_is_refused(
    marks: tuple[str, ...], labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for mark in marks:
        (tmp_path / "d" / mark).mkdir(parents=True)
    (tmp_path / "d" / "curriculum.json").write_text("{}")
    before = tree_of(tmp_path)
    assert main(["ingest", "--input", str(labelled), "--output", str(tmp_path / "d")]) == 1
    assert refused(capsys, "made by an earlier release; use a new --output")
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("text", ["{}", '{"kind": "somebody else\'s"}', "no JSON", "[]"])
def test_a_run_json_of_others_is_no_marker(
    text: str, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_text(text)
    assert main(["ingest", "--input", str(labelled), "--output", str(tmp_path)]) == 1
    assert refused(capsys, "run.json", "isn't the marker of a run")
    assert tree_of(tmp_path).keys() == {"run.json"}


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "report.html",
        "plan.json",
        "curriculum.json",
        "cards/index.html",
        "stages/1-all/manifest.json",
        "stages/1-all/index.parquet",
        "stages/1-all/all-single-png-00000.tar",
        "stages/2-more/manifest.json",
    ],
)
def test_an_edited_file_is_not_overwritten(
    run: Path, name: str, assemble: Assemble, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray((run / name).read_bytes())
    data[len(data) // 2] ^= 1  # no byte more or less
    (run / name).write_bytes(data)
    before = tree_of(run)
    for curriculum in ("one", "other"):
        assert assemble(run, curriculum) == 1
        assert refused(capsys, name, "move")
    assert tree_of(run) == before


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "report.html",
        "stages/1-all/manifest.json",
        "stages/1-all/all-single-png-00007.tar",
        "stages/2-less/validation/less-text-00000.tar",
        "cards/index.html",
    ],
)
def test_a_file_that_stands_in_the_way_is_not_overwritten(
    labelled: Path,
    ingested: Path,
    tmp_path: Path,
    name: str,
    curricula: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = shutil.copytree(ingested, tmp_path / "run")
    (run / name).parent.mkdir(parents=True, exist_ok=True)
    (run / name).write_text("mine")
    before = tree_of(run)
    build = ["build", "--input", str(labelled), "--output", str(run)]
    assert main([*build, "--curriculum", curricula["other"]]) == 1
    assert refused(capsys, name, "move")
    assert tree_of(run) == before


def test_a_link_in_the_way_is_not_followed(
    run: Path, tmp_path: Path, assemble: Assemble, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "essay.md").write_text("mine")
    (run / "README.md").unlink()
    (run / "README.md").symlink_to(tmp_path / "essay.md")
    before = tree_of(tmp_path)
    assert assemble(run) == 1
    assert refused(capsys, "README.md")
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("name", ["stages", "catalog", "records", "rejects", "cards"])
def test_a_folder_that_is_a_link_is_refused(
    run: Path, tmp_path: Path, name: str, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.move(run / name, tmp_path / "theirs")
    (run / name).symlink_to(tmp_path / "theirs")
    before = tree_of(tmp_path)
    assert main(["ingest", "--input", str(labelled), "--output", str(run)]) == 1
    assert refused(capsys, name, "is a link")
    assert tree_of(tmp_path) == before


def test_a_run_whose_list_is_gone_overwrites_nothing(
    run: Path, assemble: Assemble, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "published.json").unlink()
    before = tree_of(run)
    assert assemble(run) == 1
    assert refused(capsys, "README.md")
    assert tree_of(run) == before


def test_what_lies_in_a_run_outlasts_what_fails_and_what_comes_after_it(
    tmp_path: Path, curricula: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, run = images(tmp_path / "in", *range(8)), tmp_path / "run"
    inputs = ["--input", str(folder), "--output", str(run)]
    assert main(["build", *inputs, "--curriculum", curricula["one"]]) == 0
    foreign, before = add_foreign(run), published(run)
    assert foreign.keys() == {*FOREIGN, "stages/link", "stages/empty"}

    for path in folder.glob("*.png"):
        path.write_bytes(path.read_bytes()[::-1])  # no longer the image that was ingested
    assert main(["assemble", "--output", str(run), "--curriculum", curricula["other"]]) == 1
    assert refused(capsys, "changed since ingest")
    assert published(run) == before
    assert foreign_in(run) == foreign
    assert not (run / ".building").exists()
    assert not (run / "run.lock").exists()
    assert '"state": "failed"' in (run / "run.json").read_text()
    assert is_clean(run, capsys)
    assert opens(run)

    # parts of the catalog go, and by the other curriculum a stage
    (folder / "broken.png").write_text("no image")
    for number in range(8):
        (folder / f"{number}.png").unlink()
    images(folder, 1, 2, 3, 4)
    assert main(["ingest", *inputs]) == 0
    assert published(run) == before
    capsys.readouterr()
    assert main(["lint", str(run)]) == 0
    captured = capsys.readouterr()
    assert "clean" in captured.out
    assert "gyogwa assemble" in captured.err
    assert main(["stats", str(run)]) == 0
    assert opens(run)

    capsys.readouterr()
    assert main(["build", *inputs, "--curriculum", curricula["other"]]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "left alone" in line]
    assert len(told) == 1
    assert foreign_in(run) == foreign
    assert not list((run / "stages" / "2-more").glob("*.tar"))
    assert is_clean(run, capsys)
    assert opens(run)


def test_sets_no_longer_asked_for_go_and_nothing_else(
    run: Path,
    first: Path,
    tmp_path: Path,
    assemble: Assemble,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was deleted is made anew, and touching a file makes it nobody else's."""
    questions = tmp_path / "set.tsv"
    questions.write_text("index\tquestion\n1\tWhat does the third line of this page say?\n")
    assert assemble(run, "one", "--benchmarks", str(questions)) == 0
    assert list((run / "benchmarks").glob("set-*.parquet"))
    for name in ("README.md", "stages/1-all/all-single-png-00000.tar", "cards/index.html"):
        (run / name).unlink()
    for path in run.rglob("*"):
        os.utime(path)
    foreign = add_foreign(run)
    assert assemble(run) == 0
    assert [path.name for path in (run / "benchmarks").iterdir()] == ["mine.parquet"]
    assert foreign_in(run) == foreign
    assert published(run) == published(first)
    assert is_clean(run, capsys)
