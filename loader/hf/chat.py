"""Inputs of models that chat: LLaVA-OneVision, Qwen2.5-VL, Qwen3-VL, InternVL, Idefics3 and SmolVLM
are tested."""

from typing import Any, Literal

import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.hf.conversation import Rendered, rendered
from gyogwa.loader.hf.inputs import images_of, pad_token, padded, processed
from gyogwa.loader.hf.options import a_processor, options_of
from gyogwa.loader.hf.packed import grid_merge, packed
from gyogwa.loader.settings import one_of, whole
from gyogwa.schemas.errors import GyogwaError

TooLong = Literal["error", "skip"]


class ChatCollator:
    """From a `Batch` to what `model(**inputs)` takes, `labels` included.

    Conversations go through the processor's chat template with images as content parts, images
    through its image processor. Labels are the assistant's turns with the token that ends each;
    all else is -100. Samples with one image, several and none may be in one batch.

    `max_length`: most tokens of a sample. What is longer is cut between items, never through an
    image or a box (`loader.hf.row`); what can't be is an error, or with `too_long="skip"` left out
    and counted in `skipped`; a batch of which nothing is left is an error. `pad_to_multiple_of`:
    the batch's length. `row_length`: several samples stand in one row of so many tokens, apart (see
    `loader.hf.packed`). `options` go to the processor, such as `min_pixels`.

    Gives int64 [B, T] `input_ids`, `attention_mask` and `labels`, padded on the right, and the
    tensors that the processor makes of images; B is 0 for the empty batch that a rank may see at
    the end of an evaluation. Raises GyogwaError naming the sample.
    """

    def __init__(
        self,
        processor: Any,
        *,
        max_length: int | None = None,
        too_long: TooLong = "error",
        pad_to_multiple_of: int = 1,
        row_length: int | None = None,
        **options: Any,
    ) -> None:
        one_of("too_long", too_long, "error", "skip")
        self.processor = a_processor(self, processor)
        self.max_length = None if max_length is None else whole("max_length", max_length, 1)
        self.too_long = too_long
        self.skipped = 0
        self._multiple = whole("pad_to_multiple_of", pad_to_multiple_of, 1)
        self._row_length = None if row_length is None else whole("row_length", row_length, 1)
        if self._row_length is not None:
            self.max_length = min(self._row_length, self.max_length or self._row_length)
        self._options = options_of(self, options)

    def __call__(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The inputs for a batch."""
        images = images_of(batch)
        for key, turns, answer in zip(batch.keys, batch.conversations, batch.chosen, strict=True):
            if answer is not None:
                raise GyogwaError(f"{key}: this is preference data: take PreferenceCollator")
            if not any(turn["role"] == "assistant" for turn in turns):
                raise GyogwaError(f"{key}: no turn is the assistant's, so nothing is to be learnt")
        texts = [
            rendered(self.processor, turns, key)
            for turns, key in zip(batch.conversations, batch.keys, strict=True)
        ]
        return self._inputs(texts, images, batch.keys)

    def _inputs(
        self, texts: list[Rendered], images: list[list[torch.Tensor]], keys: list[str]
    ) -> dict[str, torch.Tensor]:
        rows, tensors = processed(self.processor, texts, images, keys, **self._options)
        lengths, kept = [], []
        for number, row in enumerate(rows):
            try:
                lengths.append(row.fitting(self.max_length))
                kept.append(number)
            except GyogwaError:
                if self.too_long == "error":
                    raise
                self.skipped += 1
        if rows and not kept:
            raise GyogwaError(
                f"{', '.join(keys[:3])}: none of the batch's samples can be cut to "
                f"{self.max_length} tokens, and a batch of none can't be trained on; raise "
                "max_length, or take larger batches"
            )
        if len(kept) < len(rows):
            # Rare, and which of the tensors' parts are whose differs from model to model.
            texts = [texts[number] for number in kept]
            images, keys = [images[number] for number in kept], [keys[number] for number in kept]
            rows, tensors = processed(self.processor, texts, images, keys, **self._options)
        pad = pad_token(self.processor.tokenizer)
        if self._row_length is not None:
            merge = grid_merge(self.processor)
            return packed(rows, lengths, pad, self._row_length, tensors, merge)
        return padded(rows, lengths, pad, self._multiple) | tensors
