"""A vision-language model small enough for a CPU, with the three modules that a stage may train.

A patch encoder turns each image, resized to a fixed square, into tokens; a projector moves them to
the width of the language model; a decoder over bytes reads the images' tokens and then the text.
About 0.7 million parameters. It learns that its data can be learnt from, and nothing of use.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

IMAGE_SIDE = 128
PATCH = 32
WIDTH = 128
VOCABULARY = 258
"""256 bytes, then the end of an answer, then padding."""
END, PADDING = 256, 257
LONGEST = 320
"""Tokens of a sequence at most, images included."""


class VisionEncoder(nn.Module):
    """uint8 images [N, 3, IMAGE_SIDE, IMAGE_SIDE] to tokens [N, (IMAGE_SIDE / PATCH) ** 2, 96]."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 96, PATCH, stride=PATCH)
        self.positions = nn.Parameter(torch.randn((IMAGE_SIDE // PATCH) ** 2, 96) * 0.02)
        self.block = _block(96)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        scaled = images.to(self.positions.dtype) / 127.5 - 1
        tokens: torch.Tensor = self.block(
            self.patches(scaled).flatten(2).transpose(1, 2) + self.positions
        )
        return tokens


class LanguageModel(nn.Module):
    """Embeddings [B, T, WIDTH] to scores of the next byte [B, T, VOCABULARY]."""

    def __init__(self, blocks: int = 2) -> None:
        super().__init__()
        self.bytes = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(torch.randn(LONGEST, WIDTH) * 0.02)
        self.blocks = nn.ModuleList(_block(WIDTH) for _ in range(blocks))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, embedded: torch.Tensor) -> torch.Tensor:
        length = embedded.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(length, device=embedded.device)
        hidden = embedded + self.positions[:length]
        for block in self.blocks:
            hidden = block(hidden, src_mask=mask, is_causal=True)
        scores: torch.Tensor = self.head(self.norm(hidden))
        return scores


class TinyModel(nn.Module):
    """The modules carry the names that a stage's `trains` uses."""

    def __init__(self) -> None:
        super().__init__()
        self.vision_encoder = VisionEncoder()
        self.projector = nn.Sequential(nn.Linear(96, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.language_model = LanguageModel()

    def train_only(self, modules: Sequence[str]) -> None:
        """Freeze every module that isn't named."""
        for name, module in self.named_children():
            module.requires_grad_(name in modules)

    def forward(
        self, images: list[list[torch.Tensor]], text: torch.Tensor, lengths: list[int]
    ) -> torch.Tensor:
        """Scores of the text's bytes, float32 [B, T, VOCABULARY]: at t those of `text[:, t]`.

        `images`: for each of B samples any number of uint8 [3, H, W]. `text`: int64 [B, T], padded;
        `lengths`: how many of the T are real. Each sample's images stand before its text.
        """
        seen = self._see([image for sample in images for image in sample])
        embedded = self.language_model.bytes(text)
        rows, starts = [], []
        for number, sample in enumerate(images):
            tokens = [seen.pop(0) for _ in sample]
            # One token of padding begins the text, so that its first byte is predicted too.
            begin = self.language_model.bytes(text.new_tensor([PADDING]))
            rows.append(torch.cat([*tokens, begin, embedded[number, : lengths[number]]]))
            starts.append(sum(len(part) for part in tokens))
        scores = self.language_model(nn.utils.rnn.pad_sequence(rows, batch_first=True))
        return nn.utils.rnn.pad_sequence(
            [scores[n, start : start + lengths[n]] for n, start in enumerate(starts)],
            batch_first=True,
        )

    def _see(self, images: list[torch.Tensor]) -> list[torch.Tensor]:
        """Tokens of each image, [tokens, WIDTH]."""
        if not images:
            return []
        device = self.language_model.positions.device
        side = (IMAGE_SIDE, IMAGE_SIDE)
        squares = [
            functional.interpolate(image[None].to(device).float(), side, mode="area")
            for image in images
        ]
        return list(self.projector(self.vision_encoder(torch.cat(squares))).unbind())


def _block(width: int) -> nn.TransformerEncoderLayer:
    # No dropout: a restored run shall give the same losses without saving random numbers.
    return nn.TransformerEncoderLayer(
        width, nhead=4, dim_feedforward=2 * width, dropout=0.0, batch_first=True, norm_first=True
    )
