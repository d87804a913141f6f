"""Plans and dry runs touch nothing."""

from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from tests.pipelines.run_folder.conftest import images
from tests.pipelines.run_folder.trees import add_foreign, tree_of


@pytest.mark.parametrize("command", ["ingest", "annotate", "assemble", "build"])
def test_a_dry_run_touches_nothing(
    run: Path, labelled: Path, command: str, curricula: dict[str, str], tmp_path: Path
) -> None:
    add_foreign(run)
    images(tmp_path / "more", 9, 10)
    before = tree_of(run)
    inputs = ["--input", str(labelled), "--input", str(tmp_path / "more")]
    options = {
        "ingest": inputs,
        "annotate": ["--ocr_option", "languages=eng"],
        "assemble": ["--curriculum", curricula["other"]],
        "build": [*inputs, "--curriculum", curricula["other"]],
    }[command]
    assert main([command, *options, "--output", str(run), "--dry_run=True"]) == 0
    assert tree_of(run) == before


def test_a_dry_run_of_a_new_output_makes_none(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "new")
    assert main(["build", "--input", str(labelled), "--output", output, "--dry_run=True"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


def test_a_plan_touches_nothing(run: Path, tmp_path: Path, curricula: dict[str, str]) -> None:
    questions = tmp_path / "set.tsv"
    questions.write_text("index\tquestion\n1\tWhat does the third line of this page say?\n")
    add_foreign(run)
    (run / "README.md").write_text("mine")
    before = tree_of(run)
    options = ["--curriculum", curricula["other"], "--benchmarks", str(questions)]
    assert main(["plan", "--output", str(run), *options]) == 0
    assert tree_of(run) == before
