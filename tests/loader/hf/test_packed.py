"""Samples that share a row are to the model as if each stood alone."""

from typing import Any

import pytest
import torch

from gyogwa.loader import Batch, ChatCollator
from gyogwa.loader.hf.packed import next_fit, packed
from gyogwa.loader.hf.row import Row
from gyogwa.schemas.errors import GyogwaError
from tests.loader.hf.families import CHAT, family

ROW = 1100


@pytest.mark.parametrize("name", CHAT)
def test_no_sample_sees_another(batch: Batch, name: str) -> None:
    model, processor = family(name).model.eval(), family(name).processor
    apart: Any = ChatCollator(processor)(batch)
    together: Any = ChatCollator(processor, row_length=ROW)(batch)
    assert together["input_ids"].shape[1] == ROW
    assert len(together["input_ids"]) < len(batch)
    with torch.no_grad():
        alone, packed = model(**apart), model(**together)
    lengths = apart["attention_mask"].sum(dim=1).tolist()
    for row, members in enumerate(next_fit(lengths, ROW)):
        start = 0
        for member in members:
            length = lengths[member]
            part = slice(start, start + length)
            assert together["input_ids"][row, part].tolist() == (
                apart["input_ids"][member, :length].tolist()
            )
            torch.testing.assert_close(
                packed.logits[row, part], alone.logits[member, :length], atol=1e-4, rtol=1e-3
            )
            start += length
    assert (together["labels"] != -100).sum() == (apart["labels"] != -100).sum()
    assert packed.loss.item() == pytest.approx(alone.loss.item(), abs=1e-4)


@pytest.mark.parametrize("name", ["qwen2.5-vl", "qwen3-vl"])
def test_positions_by_grid_are_those_of_the_model(batch: Batch, name: str) -> None:
    model, processor = family(name).model, family(name).processor
    apart: Any = ChatCollator(processor)(batch)
    names = ("input_ids", "mm_token_type_ids", "image_grid_thw", "attention_mask")
    expected, _ = model.model.get_rope_index(**{name: apart[name] for name in names})
    together = ChatCollator(processor, row_length=ROW)(batch)["position_ids"]
    lengths = apart["attention_mask"].sum(dim=1).tolist()
    for row, members in enumerate(next_fit(lengths, ROW)):
        start = 0
        for member in members:
            found = together[:, row, start : start + lengths[member]]
            assert torch.equal(found[1:], expected[:, member, : lengths[member]])
            assert torch.equal(found[0], torch.arange(lengths[member]))
            start += lengths[member]


def test_models_that_tell_tokens_apart_by_type_are_refused() -> None:
    row = Row("a", "", [1], [(0, 0)], [], [], [], {"token_type_ids": [0]})
    with pytest.raises(GyogwaError, match="can't share a row"):
        packed([row], [1], 0, 8, {})


def test_an_empty_batch_has_no_rows(batch: Batch) -> None:
    inputs = packed([], [], 0, 8, {})
    assert inputs["input_ids"].shape == (0, 8)
    assert inputs["attention_mask"].shape == (0, 1, 8, 8)
