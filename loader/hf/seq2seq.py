"""Inputs of models that encode image and question and decode the answer: Florence-2."""

from typing import Any

import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.hf.inputs import images_of, made_by
from gyogwa.loader.hf.options import a_processor, options_of
from gyogwa.loader.hf.prefix import asked_and_answered
from gyogwa.loader.hf.row import IGNORED
from gyogwa.loader.settings import whole
from gyogwa.schemas.errors import GyogwaError


class Seq2SeqCollator:
    """From a `Batch` of questions with one answer each about one image to what Florence-2 takes:
    question and image for the encoder, the answer's tokens as `labels`, -100 behind them.

    `max_length`: most tokens of an answer; what is longer is an error. `options` go to the
    processor. Raises GyogwaError naming the sample.
    """

    def __init__(self, processor: Any, *, max_length: int | None = None, **options: Any) -> None:
        self.processor = a_processor(self, processor)
        self.max_length = None if max_length is None else whole("max_length", max_length, 1)
        self._options = options_of(self, options)

    def __call__(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The inputs for a batch."""
        images = images_of(batch)
        asked, answered = asked_and_answered(batch, "Florence-2")
        for key, of in zip(batch.keys, images, strict=True):
            if len(of) != 1:
                raise GyogwaError(
                    f"{key}: {len(of)} images, and Florence-2 takes exactly one; give such tasks "
                    "weight 0 (Weights)"
                )
        inputs = dict(
            made_by(
                self.processor,
                batch.keys,
                images,
                text=asked,
                images=[of[0] for of in images],
                return_tensors="pt",
                padding="longest",
                input_data_format="channels_first",
                **self._options,
            )
        )
        inputs["labels"] = self._labels(answered, batch.keys)
        return inputs

    def _labels(self, answered: list[str], keys: list[str]) -> torch.Tensor:
        """int64 [B, T]: the answers' tokens with the one that ends each."""
        tokenizer = self.processor.tokenizer
        end = tokenizer.eos_token_id
        rows = []
        for key, answer in zip(keys, answered, strict=True):
            ids = list(tokenizer(answer)["input_ids"])
            ids += [end] if not ids or ids[-1] != end else []
            if self.max_length is not None and len(ids) > self.max_length:
                raise GyogwaError(
                    f"{key}: an answer of {len(ids)} tokens, more than max_length "
                    f"{self.max_length}; raise it, or leave long pages out by the curriculum"
                )
            rows.append(ids)
        width = max(map(len, rows), default=0)
        return torch.tensor([ids + [IGNORED] * (width - len(ids)) for ids in rows])
