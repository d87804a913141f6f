"""Inside PyTorch's DataLoader, and torchdata's StatefulDataLoader with its states."""

from itertools import chain, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from torch.utils.data import DataLoader, IterableDataset

from gyogwa.loader import CurriculumLoader, StageLoader
from gyogwa.loader.budget import Budget
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage
from tests.loader.runs import write_run

# torchdata 0.11 calls what PyTorch 2.13 deprecates
pytestmark = pytest.mark.filterwarnings("ignore:'set_vital' is deprecated:UserWarning")


def stage_of(stage: MadeStage, batch_size: int | Budget = 3) -> StageLoader:
    return StageLoader(stage.manifest, batch_size=batch_size, window=2)


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_a_dataloader_takes_a_stage_as_a_dataset(stage: MadeStage, workers: int) -> None:
    expected = [batch.keys for batch in stage_of(stage)]
    dataset = stage_of(stage)
    assert isinstance(dataset, IterableDataset)
    outer = DataLoader(dataset, batch_size=None, num_workers=workers)
    assert len(outer) == len(expected)
    assert [batch.keys for batch in outer] == expected


def test_copies_in_workers_follow_set_epoch(stage: MadeStage) -> None:
    alone = stage_of(stage)
    expected = [[batch.keys for batch in alone] for _ in range(2)]
    dataset = stage_of(stage)
    outer = DataLoader(dataset, batch_size=None, num_workers=2)
    found = []
    for epoch in range(2):
        dataset.set_epoch(epoch)
        found.append([batch.keys for batch in outer])
    assert found == expected


def test_set_epoch_keeps_a_restored_position(stage: MadeStage) -> None:
    loader = stage_of(stage)
    first = [batch.keys for batch in islice(loader, 4)]
    loader.set_epoch(0)
    assert first + [batch.keys for batch in loader] == [b.keys for b in stage_of(stage)]


@pytest.mark.parametrize(
    ("workers", "stops"), [(0, (3, 5)), (0, (1, 1)), (0, (7, 8)), (2, (3, 5)), (2, (1, 8))]
)
@pytest.mark.parametrize("size", [3, Budget(limit=100, unit="pixels", most=3, segment=8)])
def test_two_stops_in_a_stateful_dataloader(
    stage: MadeStage, workers: int, stops: tuple[int, int], size: int | Budget
) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader
    expected = [batch.keys for batch in stage_of(stage, size)]
    found: list[list[str]] = []
    state = None
    for stop in (*stops, 99):
        outer = stateful(stage_of(stage, size), batch_size=None, num_workers=workers)
        if state is not None:
            outer.load_state_dict(state)
        found += [batch.keys for batch in islice(outer, stop)]
        state = outer.state_dict()
    assert found == expected


@pytest.mark.parametrize("inner", [0, 1])
def test_a_curriculum_in_a_stateful_dataloader(tmp_path: Path, inner: int) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader
    run = write_run(tmp_path)

    def outer(**changes: Any) -> Any:
        dataset = CurriculumLoader(run, batch_size=4, num_workers=inner)
        return stateful(dataset, batch_size=None, **changes)

    expected = [(stage.name, batch.keys) for stage, batch in outer()]
    found = []
    state = None
    for stop in (2, 3, 99):
        loader = outer()
        if state is not None:
            loader.load_state_dict(state)
        found += [(stage.name, batch.keys) for stage, batch in islice(loader, stop)]
        state = loader.state_dict()
    assert found == expected
    assert len(set(chain.from_iterable(keys for _, keys in found))) == 12 + 24 + 8


def test_a_curriculum_refuses_several_workers_of_another_loader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = CurriculumLoader(write_run(tmp_path), batch_size=4)
    # As in a worker: a real one that fails makes torch wait for the others for seconds.
    info = SimpleNamespace(id=0, num_workers=2)
    monkeypatch.setattr("gyogwa.loader.curriculum.get_worker_info", lambda: info)
    with pytest.raises(GyogwaError, match="give CurriculumLoader num_workers"):
        next(iter(dataset))
