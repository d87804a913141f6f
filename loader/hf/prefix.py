"""Inputs of models that see image and question as one prefix and go on after it: PaliGemma."""

from typing import Any

import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.hf.conversation import IMAGE
from gyogwa.loader.hf.inputs import images_of, made_by
from gyogwa.loader.hf.options import a_processor, options_of
from gyogwa.loader.hf.row import IGNORED
from gyogwa.loader.settings import whole
from gyogwa.schemas.errors import GyogwaError


def asked_and_answered(batch: Batch, name: str) -> tuple[list[str], list[str]]:
    """The question and the answer of each sample, without `<image>`. Raises GyogwaError for a
    conversation of another shape, which `name` doesn't take."""
    asked, answered = [], []
    for key, turns in zip(batch.keys, batch.conversations, strict=True):
        if [turn["role"] for turn in turns] != ["user", "assistant"]:
            raise GyogwaError(
                f"{key}: {len(turns)} turns, and {name} takes one question and one answer; "
                "build with the family's own dialect, or with `turns: {most: 1}` and without "
                "conversations, or take a model that chats"
            )
        asked.append(turns[0]["content"].replace(IMAGE, "").strip("\n"))
        answered.append(turns[1]["content"])
    return asked, answered


class PrefixCollator:
    """From a `Batch` of questions with one answer each to what PaliGemma takes, `labels` included:
    those of the answer and the token that ends it. Every sample needs an image, several are one
    after the other before the text. `max_length`: most tokens of a sample; what is longer is an
    error, as nothing says where this model's answers may be cut. `options` go to the processor.

    Raises GyogwaError naming the sample.
    """

    def __init__(self, processor: Any, *, max_length: int | None = None, **options: Any) -> None:
        self.processor = a_processor(self, processor)
        self.max_length = None if max_length is None else whole("max_length", max_length, 1)
        self._options = options_of(self, options)

    def __call__(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The inputs for a batch."""
        images = images_of(batch)
        asked, answered = asked_and_answered(batch, "PaliGemma")
        for key, of in zip(batch.keys, images, strict=True):
            if not of:
                raise GyogwaError(
                    f"{key}: no image, and PaliGemma takes none without; give text-only tasks "
                    "weight 0 (Weights)"
                )
        found = made_by(
            self.processor,
            batch.keys,
            images,
            text=[IMAGE * len(of) + question for of, question in zip(images, asked, strict=True)],
            images=images,
            suffix=answered,
            return_tensors="pt",
            padding="longest",
            input_data_format="channels_first",
            **self._options,
        )
        inputs = dict(found)
        labels = inputs["labels"]
        # What the processor marks is the suffix and the padding behind or before it.
        inputs["labels"] = labels.masked_fill(inputs["attention_mask"] == 0, IGNORED)
        lengths = inputs["attention_mask"].sum(dim=1).tolist()
        for key, length in zip(batch.keys, lengths, strict=True):
            if self.max_length is not None and length > self.max_length:
                raise GyogwaError(
                    f"{key}: {length} tokens, more than max_length {self.max_length}; raise it, "
                    "or leave long pages out by the curriculum's filters"
                )
        return inputs
