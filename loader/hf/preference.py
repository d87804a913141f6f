"""Pairs for direct preference optimisation (Rafailov et al., arXiv 2305.18290)."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional

from gyogwa.loader.batch import Batch
from gyogwa.loader.hf.chat import ChatCollator
from gyogwa.loader.hf.conversation import Rendered, rendered
from gyogwa.loader.hf.inputs import images_of
from gyogwa.loader.hf.row import IGNORED
from gyogwa.schemas.errors import GyogwaError


class PreferenceCollator(ChatCollator):
    """From a `Batch` of preference data to the inputs of 2 B rows: each sample with its chosen
    answer, then each with the rejected one, as `ChatCollator` makes them, labels for these answers
    only. With `completion_mask=True` these are told as TRL's DPOTrainer has them, int64 [2 B, T]
    `completion_mask`, 1 for tokens of an answer, in place of `labels`.

    Images are decoded once, by the loader; the processor resizes them for either half. Raises
    GyogwaError for a sample without the two answers, and for what can't be cut to `max_length`.
    """

    def __init__(self, processor: Any, *, completion_mask: bool = False, **options: Any) -> None:
        if options.get("too_long", "error") != "error":
            raise GyogwaError('pairs can\'t lose a half: leave too_long at "error"')
        super().__init__(processor, **options)
        self._completion_mask = completion_mask

    def __call__(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The inputs for a batch, chosen first."""
        images = images_of(batch)
        texts = self._answered(batch, "chosen", batch.chosen)
        texts += self._answered(batch, "rejected", batch.rejected)
        inputs = self._inputs(texts, images + images, batch.keys + batch.keys)
        if self._completion_mask:
            inputs["completion_mask"] = (inputs.pop("labels") != IGNORED).long()
        return inputs

    def _answered(self, batch: Batch, name: str, answers: list[str | None]) -> list[Rendered]:
        texts = []
        for key, turns, answer in zip(batch.keys, batch.conversations, answers, strict=True):
            if answer is None:
                raise GyogwaError(
                    f"{key}: nothing is {name}; this is no preference data: take ChatCollator"
                )
            # A conversation may end with an answer of its own, whose place these take.
            asked = turns[:-1] if turns and turns[-1]["role"] == "assistant" else turns
            told = rendered(self.processor, [*asked, {"role": "assistant", "content": answer}], key)
            texts.append(told._replace(answers=told.answers[-1:], contents=told.contents[-1:]))
        return texts


def answer_log_probs(model: Any, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """float [rows]: log p of each row's labelled tokens, in nats, summed."""
    labels = inputs["labels"][:, 1:]
    given = {name: value for name, value in inputs.items() if name != "labels"}
    logits = model(**given).logits[:, -inputs["labels"].shape[1] : -1]
    nats = functional.cross_entropy(
        logits.transpose(1, 2).float(), labels, ignore_index=IGNORED, reduction="none"
    )
    return -nats.sum(dim=1)


def dpo_loss(
    model: Any, reference: Any, inputs: Mapping[str, torch.Tensor], beta: float = 0.1
) -> torch.Tensor:
    """The loss of equation 7 over a `PreferenceCollator`'s inputs: nats a pair, log 2 for a model
    that is its reference."""
    chosen, rejected = answer_log_probs(model, inputs).chunk(2)
    with torch.no_grad():
        chosen_before, rejected_before = answer_log_probs(reference, inputs).chunk(2)
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -functional.logsigmoid(beta * margin).mean()
