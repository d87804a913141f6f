"""Ranks come from the process group or the launcher, and what is given must agree with them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gyogwa.loader import CurriculumLoader, StageLoader
from gyogwa.loader.ranks import Ranks, found_ranks, settled_ranks
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage
from tests.loader.runs import write_run

SCRIPT = """
import json, sys
from gyogwa.loader import StageLoader
print(json.dumps([batch.keys for batch in StageLoader(sys.argv[1], batch_size=6)]))
"""


def test_two_processes_share_the_samples_untold(
    stage: MadeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is one as torchrun starts it; `test_examples` has two with a process group."""
    whole = [batch.keys for batch in StageLoader(stage.manifest, batch_size=6)]
    environment = os.environ | {"RANK": "1", "WORLD_SIZE": "2"}
    command = [sys.executable, "-c", SCRIPT, str(stage.manifest)]
    other = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    second = json.loads(other.stdout)
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    first = [batch.keys for batch in StageLoader(stage.manifest, batch_size=6)]
    assert [a + b for a, b in zip(first, second, strict=True)] == whole


def test_what_is_given_must_be_what_is_found(
    stage: MadeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert settled_ranks(None, None) == settled_ranks(1, None) == settled_ranks(None, 2) == (1, 2)
    for rank, world_size in [(0, 2), (0, 1), (1, 4), (0, None), (None, 4)]:
        with pytest.raises(GyogwaError, match=r"says rank 1 of 2: leave rank= and world_size= out"):
            StageLoader(stage.manifest, batch_size=4, rank=rank, world_size=world_size)
    alone = StageLoader(stage.manifest, batch_size=4, rank=0, world_size=1, check_ranks=False)
    assert len(next(iter(alone))) == 4


def test_a_curriculum_shares_its_stages_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run(tmp_path)
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert {len(batch) for _, batch in CurriculumLoader(run, batch_size=4)} == {2}
    with pytest.raises(GyogwaError, match="given are rank 0 of 1"):
        CurriculumLoader(run, batch_size=4, rank=0, world_size=1)


def test_half_of_it_is_an_error() -> None:
    with pytest.raises(GyogwaError, match=r"says WORLD_SIZE='8'; expected whole numbers in both"):
        found_ranks({"WORLD_SIZE": "8"})
    with pytest.raises(GyogwaError, match=r"says RANK='one'"):
        found_ranks({"RANK": "one", "WORLD_SIZE": "2"})
    with pytest.raises(GyogwaError, match="nothing says which rank"):
        settled_ranks(None, 4)
    assert found_ranks({}) is None
    found = found_ranks({"RANK": "3", "WORLD_SIZE": "4"})
    assert found == Ranks(3, 4, "the environment's RANK and WORLD_SIZE")
