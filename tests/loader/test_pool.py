"""Worker processes: whoever dies is noticed, and nobody outlives the loader."""

import copy
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from gyogwa.loader import StageLoader, pool, process
from gyogwa.loader.view import View, undecoded
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import Made, MadeStage, write_stage


def loader_of(stage: MadeStage, **changes: Any) -> StageLoader:
    return StageLoader(stage.manifest, **({"batch_size": 6, "num_workers": 2} | changes))


def alive(process: int) -> bool:
    """Whether a process runs, zombies not counted."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def pids() -> set[int]:
    return {child.pid or 0 for child in multiprocessing.active_children()}


def gone(processes: Iterable[int]) -> bool:
    """Whether all are, within a minute: they were killed, and a busy machine takes its time."""
    until = time.monotonic() + 60
    while any(map(alive, processes)) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(map(alive, processes))


@pytest.fixture(autouse=True)
def _alone() -> None:
    """Workers of another test, which may be on their way out, are none of this one's."""
    gc.collect()
    until = time.monotonic() + 60
    while pids() and time.monotonic() < until:
        time.sleep(0.01)


def test_a_killed_worker_surfaces(stage: MadeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr("gyogwa.loader.worker.parse_sample", die)
    with pytest.raises(GyogwaError, match=r"a loader worker died .* ended by SIGKILL"):
        list(loader_of(stage))


def test_a_worker_that_is_killed_later_surfaces(stage: MadeStage) -> None:
    batches = iter(loader_of(stage, batch_size=1, drop_last=False))
    next(batches)
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGKILL)
    with pytest.raises(GyogwaError, match=r"a loader worker died .* ended by SIGKILL"):
        list(batches)


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_an_unforeseen_error_comes_with_its_traceback(stage: MadeStage, start_method: str) -> None:
    # Each that isn't forked loads torch anew.
    loader = loader_of(stage, num_workers=1 + (start_method == "fork"), start_method=start_method)
    loader._delivery.stage = replace(loader._delivery.stage, viewer=broken)
    with pytest.raises(RuntimeError, match=r"in a loader worker:[\s\S]*in broken[\s\S]*oh dear"):
        list(loader)
    assert gone(pids())


def broken(*_: object) -> Any:
    raise ZeroDivisionError("oh dear")


def test_leaving_early_ends_the_workers(stage: MadeStage) -> None:
    batches = iter(loader_of(stage, batch_size=2))
    next(batches)
    children = [child.pid or 0 for child in multiprocessing.active_children()]
    assert len(children) == 2
    assert all(alive(child) for child in children)
    del batches
    assert gone(children)


def test_batches_with_more_text_than_a_pipe_holds(tmp_path: Path) -> None:
    turns = {"conversations": [{"role": "user", "content": "가" * 100_000}]}
    stage = write_stage(tmp_path, [("text", [Made(f"{n:024d}", {}, turns) for n in range(24)])])
    loader = loader_of(stage, batch_size=4, prefetch_factor=3)
    found = [len(turns[0]["content"]) for batch in loader for turns in batch.conversations]
    assert found == [100_000] * 24


SCRIPT = """
import multiprocessing, sys, time
from gyogwa.loader import StageLoader, process
process.PATIENCE = 0.2
batches = iter(StageLoader(sys.argv[1], batch_size=1, num_workers=2, start_method=sys.argv[2]))
next(batches)
print(*[child.pid for child in multiprocessing.active_children()], flush=True)
time.sleep(600)
"""


def test_workers_end_when_the_training_is_killed(stage: MadeStage) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, stage.manifest, "fork"], stdout=subprocess.PIPE, text=True
    ) as training:
        assert training.stdout is not None
        children = [int(child) for child in training.stdout.readline().split()]
        assert len(children) == 2
        training.kill()
    assert gone(children)


UNGUARDED = """
import sys
from gyogwa.loader import StageLoader, pool
from gyogwa.schemas.errors import GyogwaError
for method in ("spawn", "forkserver"):
    try:
        for batch in StageLoader(sys.argv[1], batch_size=6, num_workers=1, start_method=method):
            print(len(batch))
    except GyogwaError as error:
        print("told:", error)
"""


def test_a_script_without_a_main_guard_is_told(stage: MadeStage, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    command = [sys.executable, str(script), str(stage.manifest)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=600)
    told = found.stdout.splitlines()
    assert len(told) == 2, found.stderr
    for line in told:
        assert line.startswith("told: a loader worker couldn't start")
        assert 'under `if __name__ == "__main__":`' in line
    assert "Traceback" not in found.stderr


seen = 0


def slow_later(data: Any, room: Any) -> View:
    """Looks at two images as ever, and then for ten minutes at one."""
    global seen
    seen += 1
    if seen > 2:
        time.sleep(600)
    return undecoded(data, room)


@pytest.mark.parametrize("state", ["idle", "busy", "blocked"])
def test_leaving_waits_for_no_worker(
    stage: MadeStage, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for side in (pool, process):
        monkeypatch.setattr(side, "PATIENCE", 300.0)  # what a worker that is waited for costs
    loader = loader_of(stage, batch_size=2, prefetch_factor=1, shuffle=False)
    if state == "busy":
        loader._delivery.stage = replace(loader._delivery.stage, viewer=slow_later)
    batches = iter(loader)
    next(batches)
    time.sleep(0.5)  # to get idle or busy; one that isn't yet only makes the test easier
    children = [child.pid or 0 for child in multiprocessing.active_children()]
    assert len(children) == 2
    if state == "blocked":
        for child in children:
            os.kill(child, signal.SIGSTOP)
    started = time.monotonic()
    del batches
    assert time.monotonic() - started < 150
    assert gone(children)


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_workers_and_their_memory_stay_for_the_next_epochs(
    stage: MadeStage, start_method: str
) -> None:
    workers = 1 + (start_method == "fork")
    loader = loader_of(stage, batch_size=3, num_workers=workers, start_method=start_method)
    alone = loader_of(stage, batch_size=3, num_workers=0)
    places: set[int] = set()
    seen: list[set[int]] = []
    for _ in range(3):
        for batch, other in zip(loader, alone, strict=True):
            assert batch.keys == other.keys
            assert torch.equal(batch.pixels, other.pixels)
            places.add(batch.pixels.data_ptr())
            del batch
        seen.append(pids())
    assert len(seen[0]) == workers
    assert seen[0] == seen[1] == seen[2]
    # Of each worker: what it prepares, the loop's, one on the way; as many as the scheduler makes
    # it need, and a larger one for the largest batch.
    assert len(places) <= workers * (2 + 2 + 1) < 3 * len(loader)
    assert copy.copy(loader)._delivery._pool is None
    loader.set_epoch(0)
    alone.set_epoch(0)
    assert next(iter(loader)).keys == next(iter(alone)).keys
    assert gone(seen[0])  # left early


def test_workers_go_with_their_loader_or_when_told(stage: MadeStage) -> None:
    loader = loader_of(stage)
    list(loader)
    (first, second) = pids()
    os.kill(first, signal.SIGKILL)
    while first in pids():
        time.sleep(0.01)
    assert len(list(loader)) == len(loader)
    assert second not in pids()
    loader.close()
    assert gone(pids())
    assert len(list(loader)) == len(loader)
    del loader
    assert gone(pids())
    list(loader_of(stage, persistent_workers=False))
    assert gone(pids())


def test_a_forked_process_leaves_its_parents_workers_alone(stage: MadeStage) -> None:
    loader = loader_of(stage)
    list(loader)
    before = pids()
    child = os.fork()
    if not child:
        status = 1
        try:
            status = int(len(list(loader)) != len(loader))
            loader.close()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert pids() == before
    assert len(list(loader)) == len(loader)
    assert pids() == before


def test_a_fork_that_goes_on_with_an_iteration_is_told_and_takes_nothing(stage: MadeStage) -> None:
    expected = [batch.keys for batch in loader_of(stage)]
    batches = iter(loader_of(stage))
    found = [next(batches).keys]
    child = os.fork()
    if not child:
        try:
            next(batches)
        except RuntimeError as error:
            os._exit(7 if "was forked from" in str(error) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    found += [batch.keys for batch in batches]
    assert found == expected
