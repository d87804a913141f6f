"""What tests ask of a run and of a command."""

from pathlib import Path

import pytest

from gyogwa.loader.curriculum import CurriculumLoader
from gyogwa.pipelines.cli import main


def opens(run: Path) -> bool:
    """Whether the loader reads every sample of a run."""
    loader = CurriculumLoader(run / "curriculum.json", batch_size=2, drop_last=False)
    return sum(len(batch.keys) for _, batch in loader) > 0


def is_clean(run: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether lint finds nothing."""
    capsys.readouterr()
    code = main(["lint", str(run)])
    return code == 0 and capsys.readouterr().out.strip() == "clean"


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> bool:
    """Whether the last command said one line that holds all the words."""
    error = capsys.readouterr().err.strip()
    lines = [line for line in error.splitlines() if line.startswith("gyogwa: ")]
    return len(lines) == 1 and all(word in lines[0] for word in words)
