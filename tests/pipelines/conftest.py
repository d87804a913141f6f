"""A few images and a finished run of them, for tests that start the command line many times."""

from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.synthesize import synthesize


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight labelled images."""
    folder = tmp_path_factory.mktemp("few") / "in"
    synthesize(folder, count=8, seed=3, languages=["ko", "en"], copies=0)
    return folder


@pytest.fixture(scope="session")
def finished(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of them, which tests only read or copy."""
    output = tmp_path_factory.mktemp("finished") / "run"
    assert main(["build", "--input", str(few), "--output", str(output)]) == 0
    return output
