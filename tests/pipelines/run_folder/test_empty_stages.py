"""A stage that was asked for and gets no sample fails the build, unless that is meant."""

import json
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.commands.settings import load_curriculum
from tests.pipelines.run_folder.checks import is_clean
from tests.pipelines.run_folder.conftest import CURRICULUM
from tests.pipelines.run_folder.trees import published

EMPTY = """
- {name: charts, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {chart_qa: {weight: 1}}, max_samples: 3}
"""


@pytest.fixture
def asks_for_charts(tmp_path: Path) -> Path:
    path = tmp_path / "charts.yaml"
    path.write_text(CURRICULUM.rstrip() + EMPTY)
    return path


def test_an_empty_stage_fails_and_changes_nothing(
    run: Path, asks_for_charts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = published(run)
    assert main(["assemble", "--output", str(run), "--curriculum", str(asks_for_charts)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("gyogwa: there is no sample for charts (asks for chart_qa). ")
    assert "--allow_empty" in said
    assert published(run) == before
    assert is_clean(run, capsys)


def test_an_empty_stage_may_be_meant(
    run: Path, asks_for_charts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--output", str(run), "--curriculum", str(asks_for_charts)]
    assert main(["assemble", *options, "--allow_empty"]) == 0
    charts = json.loads((run / "stages/3-charts/manifest.json").read_text())
    assert (charts["samples"], charts["shards"]) == (0, [])
    assert is_clean(run, capsys)
    asks_for_charts.write_text(
        asks_for_charts.read_text().replace(
            "{chart_qa: {weight: 1}}, max_samples: 3}",
            "{chart_qa: {weight: 1}}, max_samples: 3, may_be_empty: true}",
        )
    )
    stages = load_curriculum(str(asks_for_charts)).stages  # what --allow_empty says of all of them
    assert [stage.may_be_empty for stage in stages] == [False, False, True]
