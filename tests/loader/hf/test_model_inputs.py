"""Batches collated in workers resume exactly, and a Trainer's checkpoints hold where they stood."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from gyogwa.loader import Batch, ChatCollator, CurriculumLoader, StageLoader
from gyogwa.loader.hf import ModelInputs, PreferenceCollator
from gyogwa.loader.hf.callback import FILE, LoaderStateCallback
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage
from tests.loader.hf.families import family
from tests.loader.runs import write_run


def numbered(batch: Batch) -> dict[str, Any]:
    return {"keys": batch.keys}


def keys(inputs: ModelInputs, most: int = 1000) -> list[list[str]]:
    found = []
    for given in inputs:
        found.append(given["keys"])
        if len(found) == most:
            break
    return found


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stop_loses_and_repeats_nothing(stage: MadeStage, workers: int) -> None:
    def inputs() -> ModelInputs:
        return ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered, num_workers=workers)

    whole = inputs()
    epochs = [keys(whole), keys(whole)]
    assert epochs[0] != epochs[1]
    first = inputs()
    begun = keys(first, 3)
    second = inputs()
    second.load_state_dict(first.state_dict())
    assert begun + keys(second) == epochs[0]
    assert keys(second) == epochs[1]
    assert begun + keys(first) == epochs[0]  # the same object goes on as well


@pytest.mark.parametrize("workers", [0, 2])
def test_as_many_as_there_are_is_an_epoch(stage: MadeStage, workers: int) -> None:
    whole = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered)
    epochs = [keys(whole), keys(whole)]
    inputs = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered, num_workers=workers)
    assert [keys(inputs, len(inputs)), keys(inputs, len(inputs))] == epochs


def test_what_was_prepared_ahead_does_not_count(stage: MadeStage) -> None:
    inputs = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered, num_workers=2)
    given = iter(inputs)
    next(given)
    assert inputs.state_dict()["consumed"] == 4
    given.close()  # type: ignore[attr-defined]


def test_checkpoints_hold_the_state(stage: MadeStage, tmp_path: Path) -> None:
    inputs = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered)
    keys(inputs, 2)
    args = SimpleNamespace(output_dir=str(tmp_path))
    state = SimpleNamespace(global_step=2, is_world_process_zero=True)
    (tmp_path / "checkpoint-2").mkdir()
    LoaderStateCallback(inputs).on_save(args, state, None)
    assert json.loads((tmp_path / "checkpoint-2" / FILE).read_text()) == inputs.state_dict()
    other = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered)
    LoaderStateCallback(other).on_train_begin(args, state, None)
    assert keys(other) == keys(inputs)
    state.global_step = 3
    with pytest.raises(GyogwaError, match="written without LoaderStateCallback"):
        LoaderStateCallback(other).on_train_begin(args, state, None)


def test_pairs_are_as_trl_has_them(pairs: Batch) -> None:
    processor = family("qwen2.5-vl").processor
    told: Any = PreferenceCollator(processor)(pairs)
    masked: Any = PreferenceCollator(processor, completion_mask=True)(pairs)
    assert "labels" not in masked
    assert torch.equal(masked["completion_mask"] == 1, told["labels"] != -100)
    assert torch.equal(masked["input_ids"], told["input_ids"])


def test_a_chat_collator_works_in_workers(mixed: MadeStage) -> None:
    found = family("llava-onevision")
    inputs = ModelInputs(
        StageLoader(mixed.manifest, batch_size=2), ChatCollator(found.processor), num_workers=1
    )
    assert [len(given["input_ids"]) for given in inputs] == [2, 2]


def test_a_second_iteration_ends_the_first(stage: MadeStage) -> None:
    inputs = ModelInputs(StageLoader(stage.manifest, batch_size=4), numbered)
    first = iter(inputs)
    next(first)
    second = iter(inputs)
    next(second)
    next(second)
    with pytest.raises(RuntimeError, match="one iteration at a time"):
        next(first)
    assert inputs.state_dict()["consumed"] == 12


def test_what_a_worker_raises_is_told_as_it_was_there(pairs_stage: MadeStage) -> None:
    inputs = ModelInputs(
        StageLoader(pairs_stage.manifest, batch_size=1),
        ChatCollator(family("qwen2.5-vl").processor),
        num_workers=1,
    )
    with pytest.raises(
        GyogwaError, match=r"^\d-pair: this is preference data: take Preference\w+$"
    ):
        next(iter(inputs))


def test_other_loaders_and_collators_are_told(stage: MadeStage, tmp_path: Path) -> None:
    curriculum: Any = CurriculumLoader(write_run(tmp_path), batch_size=4)
    with pytest.raises(GyogwaError, match="takes a StageLoader, and this is CurriculumLoader"):
        ModelInputs(curriculum, numbered)
    nothing: Any = None
    with pytest.raises(GyogwaError, match="collator is None; give a ChatCollator"):
        ModelInputs(StageLoader(stage.manifest, batch_size=4), nothing)
