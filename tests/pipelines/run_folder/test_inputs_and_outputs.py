"""Inputs in outputs, outputs in inputs, runs in either, whatever links and dots hide it."""

from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.run_folder.inputs import is_inside
from tests.pipelines.run_folder.checks import is_clean, refused
from tests.pipelines.run_folder.conftest import Assemble, images
from tests.pipelines.run_folder.trees import published, tree_of

OWN = ["catalog", "records", "packs", "annotations", "stages", "cards", "rejects/sub"]


@pytest.mark.parametrize("folder", OWN)
def test_an_input_inside_the_output_is_refused(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "d"
    images(output / folder, 1, 2)
    before = tree_of(tmp_path)
    assert main(["ingest", "--input", f"s={output}/{folder}", "--output", str(output)]) == 1
    assert refused(capsys, "--input", folder, "--output")
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("folder", [*OWN, "raw", ""])
def test_so_it_is_in_a_run(
    run: Path, folder: str, capsys: pytest.CaptureFixture[str], curricula: dict[str, str]
) -> None:
    if folder:
        images(run / folder, 1, 2)
    before = tree_of(run)
    inputs = ["--input", f"s={run}/{folder}", "--output", str(run)]
    assert main(["ingest", *inputs]) == 1
    assert refused(capsys, "--input", "--output")
    assert main(["build", *inputs, "--curriculum", curricula["one"]]) == 1
    assert tree_of(run) == before


@pytest.mark.parametrize(
    "given", ["link", "out/../d/records", "d/records/", "d//./records", "d/records/1.png", "far/x"]
)
def test_links_and_dots_hide_nothing(
    given: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    images(tmp_path / "d" / "records", 1, 2)
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("d/records")
    (tmp_path / "far").symlink_to(tmp_path / "d")
    (tmp_path / "d" / "x").symlink_to("records")
    monkeypatch.chdir(tmp_path)
    before = tree_of(tmp_path)
    for output in ("d", "./d/", str(tmp_path / "d"), "out/../d", "far"):
        assert main(["ingest", "--input", f"s={given}", "--output", output]) == 1
        assert refused(capsys, "--input")
    assert tree_of(tmp_path) == before


def test_the_output_is_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = images(tmp_path / "d", 1, 2)
    before = tree_of(folder)
    assert main(["ingest", "--input", str(folder), "--output", str(folder)]) == 1
    assert refused(capsys, "--input", "--output")
    assert tree_of(folder) == before


def test_an_output_below_the_input_is_skipped(
    tmp_path: Path, curricula: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = images(tmp_path / "in", *range(4))
    (folder / "link").symlink_to("run/stages")
    (folder / "card.png").symlink_to("run/cards/index.html")
    theirs = tree_of(folder)
    for name in ("run", "other"):
        build = ["build", "--input", str(folder), "--output", str(folder / name)]
        assert main([*build, "--curriculum", curricula["one"]]) == 0
    assert "skipped, as runs wrote it" in capsys.readouterr().err
    parts = tree_of(folder / "run" / "catalog")
    assert main(["ingest", "--input", str(folder), "--output", str(folder / "run")]) == 0
    assert "skipped, as runs wrote it" in capsys.readouterr().err
    assert tree_of(folder / "run" / "catalog") == parts
    assert {p: w for p, w in tree_of(folder).items() if p in theirs} == theirs
    assert published(folder / "run") == published(folder / "other")
    assert is_clean(folder / "run", capsys)


@pytest.mark.parametrize("place", ["stages/1-all/next", "next", "records"])
def test_an_output_inside_another_run_is_refused(
    run: Path, labelled: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree_of(run)
    assert main(["ingest", "--input", str(labelled), "--output", f"{run}/{place}"]) == 1
    assert refused(capsys, "lies in the run", str(run))
    assert tree_of(run) == before


def test_a_run_is_no_input(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "--input", str(run), "--output", str(tmp_path / "next")]) == 1
    assert refused(capsys, "is a run's folder")
    assert not (tmp_path / "next").exists()


def test_two_inputs_one_of_them_inside(
    run: Path, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = images(run / "records" / "mine", 1, 2)
    before = tree_of(run)
    inputs = ["--input", f"a={labelled}", "--input", f"b={inside}"]
    assert main(["ingest", *inputs, "--output", str(run)]) == 1
    assert refused(capsys, "records/mine")
    assert tree_of(run) == before


def test_evaluation_sets_inside_the_output_are_refused(
    run: Path, assemble: Assemble, capsys: pytest.CaptureFixture[str]
) -> None:
    images(run / "benchmarks" / "mine", 1, 2)
    before = tree_of(run)
    assert assemble(run, "one", "--benchmarks", f"{run}/benchmarks/mine") == 1
    assert refused(capsys, "--benchmarks", "benchmarks/mine")
    assert tree_of(run) == before


@pytest.mark.parametrize("scheme", ["", "file://", "local://"])
@pytest.mark.parametrize("of_output", ["", "file://", "local://"])
def test_a_local_path_is_one_however_it_is_written(
    tmp_path: Path, scheme: str, of_output: str
) -> None:
    (tmp_path / "run" / "records").mkdir(parents=True)
    output = f"{of_output}{tmp_path}/run"
    assert is_inside(f"{scheme}{tmp_path}/run/records", output)
    assert is_inside(f"{scheme}{tmp_path}/run", output)
    assert not is_inside(f"{scheme}{tmp_path}/other", output)
    assert not is_inside(f"memory://{tmp_path}/run", output)
    assert not is_inside(output, f"memory://{tmp_path}/run")


def test_addresses_are_compared_as_the_store_sees_them() -> None:
    assert is_inside("memory://b/run/stages", "memory:///b/run/")
    assert not is_inside("memory://b/runs", "memory://b/run")
