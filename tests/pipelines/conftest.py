"""A few images and a finished run of them, for tests that start the command line many times; and
runs by workers in processes of their own.

`crossing` is imported where it is used: it wants Beam and engines, which the environments that
exports are opened in have none of (`tests/pipelines/export/test_tools.py`).
"""

from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.synthesize import synthesize
from tests.conftest import Build
from tests.pipelines.program import Program
from tests.sharing import Share


@pytest.fixture(scope="session")
def few(share: Share) -> Path:
    """Eight labelled images."""

    def make(folder: Path) -> None:
        synthesize(folder / "in", count=8, seed=3, languages=["ko", "en"], copies=0)

    return share("few", make) / "in"


@pytest.fixture(scope="session")
def finished(build: Build, few: Path, share: Share) -> Path:
    """A finished run of them, which tests only read or copy."""
    return share("finished", lambda made: build(made / "run", str(few))) / "run"


@pytest.fixture(scope="session")
def crossing(share: Share) -> Path:
    """The corpus of `crossing`, and in `one` a run of it that was built in one process."""
    from tests.pipelines.crossing import build_by, make_corpus

    def make(folder: Path) -> None:
        def build(arguments: list[str]) -> None:
            assert main(arguments) == 0

        make_corpus(folder)
        build_by(folder, folder / "one", build)

    return share("crossing", make)


@pytest.fixture(scope="session")
def crossed(crossing: Path, share: Share) -> Path:
    """In `two` a run of the same by two workers in processes of their own, which told JSON: what it
    said in `said`, and its metrics in `run.prom`."""
    from tests.pipelines.crossing import build_by

    def make(folder: Path) -> None:
        told = ["--log_format=json", "--progress_seconds=0.3", "--metrics_file=run.prom"]
        workers = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]

        def build(arguments: list[str]) -> None:
            with Program(folder, *arguments, *told, *workers) as program:
                code, said = program.end(whole=True)
            assert code == 0, said
            (folder / "said").write_text("\n".join(said), "utf-8")

        build_by(crossing, folder / "two", build)

    return share("crossed", make)
