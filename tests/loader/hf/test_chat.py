"""A stage trains every family that chats: its inputs, labels on what is said, and a loss."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from gyogwa.loader import Batch, ChatCollator, StageLoader
from gyogwa.loader.hf.conversation import messages_of, parts_of
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import Made, MadeStage, encoded, write_stage
from tests.loader.hf.conftest import PAGE
from tests.loader.hf.families import CHAT, family


def decoded(tokenizer: Any, ids: torch.Tensor) -> str:
    return str(tokenizer.decode(ids[ids != -100]))


@pytest.mark.parametrize("name", CHAT)
def test_a_manifest_gives_a_loss_in_every_family(mixed: MadeStage, name: str) -> None:
    model, processor = family(name).model, family(name).processor
    loader = StageLoader(mixed.manifest.parent, batch_size=5)
    collator: Any = ChatCollator(processor)
    for inputs in DataLoader(loader, None, collate_fn=collator):
        loss = model(**inputs).loss
        loss.backward()
        assert 3 < loss.item() < 9
    grads = {part: p.grad for part, p in model.named_parameters() if p.grad is not None}
    assert any("vis" in part and grad.abs().sum() > 0 for part, grad in grads.items())
    model.zero_grad()


@pytest.mark.parametrize("name", CHAT)
def test_labels_are_what_the_assistant_says(batch: Batch, name: str) -> None:
    found = family(name)
    inputs = ChatCollator(found.processor)(batch)
    tokenizer = found.processor.tokenizer
    for turns, row in zip(batch.conversations, inputs["labels"], strict=True):
        said = [turn["content"] for turn in turns if turn["role"] == "assistant"]
        parts = decoded(tokenizer, row).split(found.end)
        assert [part.strip() for part in parts] == [*said, ""]
    learnt = inputs["labels"] != -100
    assert torch.equal(inputs["labels"][learnt], inputs["input_ids"][learnt])
    image = found.processor.tokenizer.convert_tokens_to_ids(found.processor.image_token)
    assert (inputs["input_ids"] == image).any()
    assert not (inputs["labels"] == image).any()
    assert not learnt[inputs["attention_mask"] == 0].any()


@pytest.mark.parametrize("name", CHAT)
def test_inputs_are_those_of_the_processor_itself(batch: Batch, name: str) -> None:
    processor = family(name).processor
    inputs = ChatCollator(processor)(batch)
    conversations = []
    for turns, images in zip(batch.conversations, batch.images, strict=True):
        pictures = iter(
            Image.fromarray(np.ascontiguousarray(image.permute(1, 2, 0).numpy()))
            for image in images
        )
        messages = messages_of(turns)
        for message in messages:
            for part in message["content"]:
                if part["type"] == "image":
                    part["image"] = next(pictures)
        conversations.append(messages)
    expected = processor.apply_chat_template(
        conversations,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
        processor_kwargs={"padding": True, "padding_side": "right"},
    )
    for key, value in expected.items():
        assert torch.equal(torch.as_tensor(inputs[key]), torch.as_tensor(value)), key
    assert set(inputs) == {*expected, "labels"}


def test_the_processor_works_in_a_dataloaders_workers(mixed: MadeStage, batch: Batch) -> None:
    collator: Any = ChatCollator(family("qwen2.5-vl").processor)
    loader = StageLoader(mixed.manifest, batch_size=5, shuffle=False)
    (found,) = DataLoader(loader, None, collate_fn=collator, num_workers=1)
    for key, value in collator(batch).items():
        assert torch.equal(found[key], value)


def test_too_long_a_page_is_cut_between_lines(batch: Batch) -> None:
    found = family("llava-onevision")
    whole = ChatCollator(found.processor)(batch)
    tokenizer = found.processor.tokenizer
    length = int(whole["attention_mask"][0].sum())
    for most in (length - 1, length - 3, length // 2 + 40):
        inputs = ChatCollator(found.processor, max_length=most)(batch)
        assert inputs["input_ids"].shape[1] <= most
        said = decoded(tokenizer, inputs["labels"][0]).rstrip("\n")
        assert PAGE.startswith(said + "\n")
        assert said.endswith("</bbox>")
        kept = inputs["input_ids"][0] == found.processor.image_token_id
        assert kept.sum() == (whole["input_ids"][0] == found.processor.image_token_id).sum()
        for key in ("pixel_values", "image_sizes"):
            assert torch.equal(inputs[key], whole[key])
        assert torch.isfinite(found.model(**inputs).loss)


def test_what_cannot_be_cut_is_told_or_left_out(batch: Batch) -> None:
    found = family("llava-onevision")
    with pytest.raises(GyogwaError, match=r"0-page: \d+ tokens, and it can't be cut to 60"):
        ChatCollator(found.processor, max_length=60)(batch)
    collator = ChatCollator(found.processor, max_length=60, too_long="skip")
    inputs = collator(batch)
    assert collator.skipped == 5 - len(inputs["input_ids"]) > 0
    tokenizer = found.processor.tokenizer
    assert "네, 안녕하세요.<|im_end|>" in [decoded(tokenizer, row) for row in inputs["labels"]]
    assert torch.isfinite(found.model(**inputs).loss)
    with pytest.raises(GyogwaError, match=r"0-page, 1-turns, .*: none of .* to 2 tokens"):
        ChatCollator(found.processor, max_length=2, too_long="skip")(batch)


def test_batches_that_no_processor_can_take(mixed: MadeStage, batch: Batch) -> None:
    collator = ChatCollator(family("llava-onevision").processor)
    tiled = next(iter(StageLoader(mixed.manifest, batch_size=5, tiles="anyres_max_4")))
    with pytest.raises(GyogwaError, match="take the loader without tiles="):
        collator(tiled)
    left = next(iter(StageLoader(mixed.manifest, batch_size=5, decode_on="gpu")))
    with pytest.raises(GyogwaError, match='without decode_on="gpu"'):
        collator(left)
    ranks = [
        StageLoader(mixed.manifest, batch_size=8, rank=r, world_size=8, drop_last=False)
        for r in range(8)
    ]
    empty = next(each for loader in ranks for each in loader if not len(each))
    assert collator(empty)["input_ids"].shape == (0, 0)


def test_what_is_no_processor_no_batch_and_no_option_is_told(batch: Batch) -> None:
    processor = family("qwen2.5-vl").processor
    for given in ("llava-hf/llava", type(processor), processor.tokenizer, None):
        with pytest.raises(GyogwaError, match="takes a model's processor, and this is"):
            ChatCollator(given)
    others: list[Any] = [[batch], ("stage", batch), {"images": []}]
    for other in others:
        with pytest.raises(GyogwaError, match=r"a loader's Batch, and this is .*batch_size=None"):
            ChatCollator(processor)(other)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"max_len": 9}, "no argument 'max_len'; did you mean 'max_length'"),
        ({"padding": True}, "sets padding itself"),
        ({"max_length": "9"}, "max_length is '9'; it must be a whole number"),
        ({"pad_to_multiple_of": 0}, "pad_to_multiple_of is 0; it must be"),
    ]
    for options, said in wrong:
        with pytest.raises(GyogwaError, match=said):
            ChatCollator(processor, **options)
    ChatCollator(processor, min_pixels=3136, max_pixels=50176)


def test_a_sample_that_the_processor_refuses_is_named(tmp_path: Path) -> None:
    strip = encoded("PNG", 3000, 1)
    fine = encoded("PNG", 40, 60)
    shards = [("single-png", [Made("fine", {"png": fine}), Made("strip", {"png": strip})])]
    stage = write_stage(tmp_path, shards)
    given = next(iter(StageLoader(stage.manifest, batch_size=2)))
    with pytest.raises(
        GyogwaError, match=r"^strip: .* refuses it .*aspect ratio.* 3000 x 1 pixels"
    ):
        ChatCollator(family("qwen2.5-vl").processor)(given)


def test_preference_data_is_another_collators(pairs: Batch) -> None:
    with pytest.raises(GyogwaError, match="0-pair: this is preference data: take PreferenceColl"):
        ChatCollator(family("qwen2.5-vl").processor)(pairs)


def test_templates_that_hide_or_change_answers_are_refused(batch: Batch) -> None:
    processor = family("llava-onevision").processor
    before = processor.chat_template
    try:
        for template, said in [
            (before.replace("content['text']", "content['text'] | upper"), "changes the text"),
            (before.replace("messages %}", "messages[:1] %}", 1), "leaves assistant turns out"),
            (None, "give the processor the model's chat_template"),
        ]:
            processor.chat_template = template
            with pytest.raises(GyogwaError, match=said):
                ChatCollator(processor)(batch)
    finally:
        processor.chat_template = before


def test_parts_keep_text_and_leave_line_breaks_around_images_to_the_template() -> None:
    image = {"type": "image"}
    assert parts_of("<image>\n<image>\n둘\n비교") == [
        image,
        image,
        {"type": "text", "text": "둘\n비교"},
    ]
    assert parts_of("앞 <image> 뒤") == [
        {"type": "text", "text": "앞 "},
        image,
        {"type": "text", "text": " 뒤"},
    ]
    assert parts_of("\n그대로\n") == [{"type": "text", "text": "\n그대로\n"}]
