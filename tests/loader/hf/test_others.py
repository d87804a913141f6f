"""Pairs for preference optimisation, PaliGemma and Florence-2, and the markup's tokens."""

import copy
import math
import re

import pytest
import torch

from gyogwa.loader import (
    Batch,
    PreferenceCollator,
    PrefixCollator,
    Seq2SeqCollator,
    StageLoader,
)
from gyogwa.loader.batch import collate
from gyogwa.loader.decode import LongSide
from gyogwa.loader.hf import add_markup, dpo_loss, markup_tokens
from gyogwa.loader.sample import parse_sample
from gyogwa.loader.view import Whole
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.registry import DIALECTS
from tests.loader.conftest import MadeStage
from tests.loader.hf.conftest import PAGE
from tests.loader.hf.families import family


@pytest.mark.parametrize("name", ["llava-onevision", "qwen3-vl", "idefics3"])
def test_pairs_share_their_prompt_and_images(pairs: Batch, name: str) -> None:
    found = family(name)
    inputs = PreferenceCollator(found.processor)(pairs)
    tokenizer = found.processor.tokenizer
    said = [tokenizer.decode(row[row != -100]).strip() for row in inputs["labels"]]
    assert said == [f"맞다\nyes{found.end}"] * 3 + [f"아니다{found.end}"] * 3
    for chosen, rejected in zip(range(3), range(3, 6), strict=True):
        asked = int((inputs["labels"][chosen] != -100).int().argmax())
        ids = inputs["input_ids"]
        assert torch.equal(ids[chosen, :asked], ids[rejected, :asked])
    first, second = inputs["pixel_values"].chunk(2)
    assert torch.equal(first, second)
    loss = dpo_loss(found.model, copy.deepcopy(found.model), inputs)
    assert loss.item() == pytest.approx(math.log(2), abs=1e-4)
    loss.backward()  # type: ignore[no-untyped-call]
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in found.model.parameters())
    found.model.zero_grad()


def test_pairs_need_both_answers(batch: Batch, pairs: Batch) -> None:
    processor = family("qwen3-vl").processor
    with pytest.raises(GyogwaError, match="0-page: nothing is chosen"):
        PreferenceCollator(processor)(batch)
    with pytest.raises(GyogwaError, match="pairs can't lose a half"):
        PreferenceCollator(processor, too_long="skip")


def only(stage: MadeStage, *keys: str) -> Batch:
    """A batch of the samples of these keys."""
    loader = StageLoader(stage.manifest, batch_size=1, shuffle=False)
    places = loader._index.places(loader._epochs.order(0).rows(torch.arange(5).numpy()))
    samples = [parse_sample(loader._shards.read(place), Whole(LongSide(None))) for place in places]
    return collate([sample for sample in samples if sample.key in keys])


def test_paligemma_goes_on_after_image_and_question(mixed: MadeStage, batch: Batch) -> None:
    found = family("paligemma")
    pages = only(mixed, "0-page", "3-pair", "4-wide")
    inputs = PrefixCollator(found.processor)(pages)
    tokenizer = found.processor.tokenizer
    said = [tokenizer.decode(row[row != -100]) for row in inputs["labels"]]
    assert said == [f"{PAGE}<eos>", "같다.<eos>", "<obj>a</obj><eos>"]
    loss = found.model(**inputs).loss
    loss.backward()
    assert 3 < loss.item() < 12
    with pytest.raises(GyogwaError, match="1-turns: 4 turns, and PaliGemma takes one question"):
        PrefixCollator(found.processor)(batch)
    with pytest.raises(GyogwaError, match="2-text: no image, and PaliGemma takes none without"):
        PrefixCollator(found.processor)(only(mixed, "2-text"))
    with pytest.raises(GyogwaError, match=r"0-page: \d+ tokens, more than max_length 99"):
        PrefixCollator(found.processor, max_length=99)(pages)


def test_florence_decodes_the_answer(mixed: MadeStage) -> None:
    found = family("florence-2")
    inputs = Seq2SeqCollator(found.processor)(only(mixed, "0-page", "4-wide"))
    tokenizer = found.processor.tokenizer
    said = [tokenizer.decode(row[row != -100]) for row in inputs["labels"]]
    assert said == [f"{PAGE}</s>", "<obj>a</obj></s>"]
    loss = found.model(**inputs).loss
    loss.backward()
    assert 3 < loss.item() < 12
    with pytest.raises(GyogwaError, match="3-pair: 2 images, and Florence-2 takes exactly one"):
        Seq2SeqCollator(found.processor)(only(mixed, "3-pair"))
    with pytest.raises(GyogwaError, match=r"0-page: an answer of \d+ tokens"):
        Seq2SeqCollator(found.processor, max_length=9)(only(mixed, "0-page"))


@pytest.mark.parametrize("name", DIALECTS)
def test_the_tokens_are_those_that_the_dialect_writes(name: str) -> None:
    dialect = DIALECTS[name]
    items = [Item("가", [[0.0, 0.25, 0.5, 1.0]]), Item("나 b", [[0.1, 0.2, 0.3, 0.4]])]
    text = dialect.serialise(items, Size(640, 480))
    if name not in ("donut", "paddleocr-vl", "florence-2", "doctags"):
        both = Item("다", [[0.1, 0.2, 0.3, 0.4], [0.5, 0.5, 0.6, 0.6]])
        text += dialect.ground(both, Size(640, 480))
    written = set(re.findall(r"<[^<>]+>", text))
    assert written <= set(markup_tokens(name))
    with pytest.raises(GyogwaError, match="no dialect 'x'; there are varco"):
        markup_tokens("x")


def test_a_processor_is_no_tokenizer() -> None:
    with pytest.raises(GyogwaError, match=r"is no tokenizer: give processor\.tokenizer"):
        add_markup(family("qwen3-vl").processor)


def test_a_model_learns_the_markups_tokens() -> None:
    found = family("qwen3-vl")
    tokenizer, model = copy.deepcopy(found.processor.tokenizer), copy.deepcopy(found.model)
    before = len(tokenizer(PAGE)["input_ids"])
    rows = model.get_input_embeddings().weight.shape[0]
    assert add_markup(tokenizer, model) == 9
    assert add_markup(tokenizer, model) == 0
    after = tokenizer(PAGE)["input_ids"]
    assert len(after) < before
    assert tokenizer.decode(after, skip_special_tokens=True) == PAGE
    assert model.get_input_embeddings().weight.shape[0] == rows + 9
    assert torch.isfinite(model(input_ids=torch.tensor([after])).logits).all()
    add_markup(tokenizer, model, "florence-2")
    assert model.get_input_embeddings().weight.shape[0] == len(tokenizer)
