"""What a stage's objective makes of a batch: next bytes of answers, or preference between two.

SFT: cross-entropy of the bytes that the assistant says, and of the end after each. DPO (Rafailov et
al., arXiv 2305.18290): -log sigmoid(BETA * margin), where the margin is by how much more than the
reference model the policy favours the chosen answer over the rejected one.
"""

from collections.abc import Sequence

import torch
from torch.nn import functional

from gyogwa.loader.batch import Batch
from gyogwa.loader.examples.tiny_model import END, PADDING, TinyModel

BETA = 0.1
LONGEST_PROMPT, LONGEST_ANSWER = 64, 96
"""In bytes. A longer prompt loses its beginning, a longer answer its end."""


def sft_loss(model: TinyModel, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy in nats a byte of the assistant's turns; 0 for an empty batch."""
    logarithms, answered = _logarithms(model, batch, [_pieces(turns) for turns in _turns(batch)])
    return -(logarithms * answered).sum() / answered.sum().clamp(min=1)


def dpo_loss(model: TinyModel, reference: TinyModel, batch: Batch) -> torch.Tensor:
    """Mean DPO loss in nats a pair; log 2 where the model still equals the reference."""
    with torch.no_grad():
        expected = _margins(reference, batch)
    return -functional.logsigmoid(BETA * (_margins(model, batch) - expected)).mean()


def _margins(model: TinyModel, batch: Batch) -> torch.Tensor:
    """log p(chosen) - log p(rejected), [B]."""
    chosen: list[tuple[list[int], list[bool]]] = []
    rejected: list[tuple[list[int], list[bool]]] = []
    for turns, good, bad in zip(_turns(batch), batch.chosen, batch.rejected, strict=True):
        # What both begin with cancels out, and would leave short windows without a difference.
        shared = _common(good or "", bad or "")
        prompt = [turn for turn in turns if turn["role"] != "assistant"]
        prompt.append({"role": "user", "content": shared})
        for texts, answer in ((chosen, good), (rejected, bad)):
            said = {"role": "assistant", "content": (answer or "")[len(shared) :]}
            texts.append(_pieces([*prompt, said]))
    scores = [_logarithms(model, batch, texts) for texts in (chosen, rejected)]
    favoured, other = ((logarithms * answered).sum(dim=1) for logarithms, answered in scores)
    return favoured - other


def _common(one: str, other: str) -> str:
    """What two texts begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))]


def _logarithms(
    model: TinyModel, batch: Batch, texts: Sequence[tuple[list[int], list[bool]]]
) -> tuple[torch.Tensor, torch.Tensor]:
    """log p of each token of the texts, and 1 where the assistant says it; both [B, T]."""
    device = model.language_model.positions.device
    longest = max((len(tokens) for tokens, _ in texts), default=0)
    text = torch.full((len(texts), longest), PADDING, device=device)
    answered = torch.zeros(len(texts), longest, device=device)
    for row, (tokens, said) in enumerate(texts):
        text[row, : len(tokens)] = torch.tensor(tokens, device=device)
        answered[row, : len(said)] = torch.tensor(said, dtype=answered.dtype, device=device)
    if not texts:
        return answered, answered
    scores = model(batch.images, text, [len(tokens) for tokens, _ in texts])
    logarithms = functional.log_softmax(scores.float(), dim=-1)
    return logarithms.gather(2, text[..., None])[..., 0], answered


def _turns(batch: Batch) -> list[list[dict[str, str]]]:
    """The conversations without the marks of images, whose tokens stand in front."""
    return [
        [turn | {"content": turn["content"].replace("<image>", "")} for turn in turns]
        for turns in batch.conversations
    ]


def _pieces(turns: Sequence[dict[str, str]]) -> tuple[list[int], list[bool]]:
    """Tokens of the last question and its answer, and which of them the assistant says."""
    place = max((n for n, turn in enumerate(turns) if turn["role"] == "assistant"), default=0)
    asked = " ".join(turn["content"] for turn in turns[:place]).encode()[-LONGEST_PROMPT:]
    said = turns[place]["content"].encode()[:LONGEST_ANSWER]
    tokens = [*asked, END, *said, END]
    return tokens, [number > len(asked) for number in range(len(tokens))]
