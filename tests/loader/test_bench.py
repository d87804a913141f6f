"""What `gyogwa bench-loader` says is what a loop has waited."""

from collections.abc import Iterator
from itertools import islice
from types import SimpleNamespace

import pytest
import torch

from gyogwa.loader import Batch, StageLoader, bench
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage


def test_a_loop_is_told_what_it_waits(stage: MadeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(bench, "time", SimpleNamespace(perf_counter=lambda: now))
    (batch,) = islice(StageLoader(stage.manifest, batch_size=6), 1)

    def batches(slow: float) -> Iterator[Batch]:
        nonlocal now
        for number in range(100):
            now += 9.0 if number < 2 else slow  # workers start
            yield batch

    def step() -> None:
        nonlocal now
        now += 0.05

    assert bench.waiting(batches(0.0), step, 3.0) == 0.0
    assert bench.waiting(batches(0.15), step, 3.0) == pytest.approx(0.75)
    assert bench.waiting(islice(batches(0.15), 2), step, 3.0) == 0.0


def test_a_stage_is_measured_in_every_part(
    stage: MadeStage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "BATCH", 4)
    folder, threads = str(stage.manifest.parent), torch.get_num_threads()
    try:
        assert bench.bench(folder, 0.05, 1, None, "cpu", 1.0) == 0
    finally:
        torch.set_num_threads(threads)
    said = capsys.readouterr().out
    for part in ("one process:", "decode", "1 workers:", "a loop on cpu with steps of 1 ms waits"):
        assert part in said
    if not torch.cuda.is_available():
        with pytest.raises(GyogwaError, match=r"--device cuda: .* finds no GPU here"):
            bench.bench(folder, 0.05, 1, None, "cuda")
