"""A few images and a finished run of them, for tests that start the command line many times."""

from pathlib import Path

import pytest

from gyogwa.pipelines.synthesize import synthesize
from tests.conftest import Build
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
