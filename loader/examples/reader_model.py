"""A reader of lines: a convolutional and transformer encoder, and a decoder that writes bytes.

A line is a grey picture 32 pixels high; what it says is UTF-8 bytes, each word followed by two
tokens with where it begins and ends across the line, in 64ths. Strides of 32 down and 4 across
leave one vector every 4 pixels.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

HEIGHT = 32
BINS = 64
START, END, PAD, FIRST_BIN = 256, 257, 258, 259
TOKENS = FIRST_BIN + BINS


class Word(NamedTuple):
    """A word and where it stands across its line, fractions of the line's width."""

    text: str
    start: float
    end: float


class Size(NamedTuple):
    """`SMALL` overfits on a CPU; `FULL` has some 45 million parameters."""

    width: int
    encoder: int
    decoder: int


SMALL, FULL = Size(128, 1, 2), Size(512, 6, 6)


def tokens_of(words: Sequence[Word]) -> list[int]:
    """What a line says, between START and END."""
    found = [START]
    for word in words:
        found += word.text.encode()
        found += [FIRST_BIN + min(BINS - 1, int(at * BINS)) for at in (word.start, word.end)]
    return [*found, END]


def words_of(tokens: Sequence[int]) -> list[Word]:
    """What tokens say, as far as they are words with both ends."""
    words, text, ends = [], bytearray(), list[float]()
    for token in tokens:
        if token == END:
            break
        if token < START:
            text.append(token)
        elif token >= FIRST_BIN:
            ends.append((token - FIRST_BIN + 0.5) / BINS)
        if len(ends) == 2:
            words.append(Word(text.decode(errors="replace"), *ends))
            text, ends = bytearray(), []
    return words


class Reader(nn.Module):
    """From lines [B, 1, 32, W], 0 to 1, to logits of what stands there."""

    def __init__(self, size: Size = SMALL) -> None:
        super().__init__()
        width = size.width
        channels = [1, width // 4, width // 2, width, width, width]
        strides = [(2, 2), (2, 2), (2, 1), (2, 1), (2, 1)]
        self.stem = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, 3, stride, padding=1),
                    nn.GroupNorm(8, after),
                    nn.GELU(),
                )
                for before, after, stride in zip(channels, channels[1:], strides, strict=False)
            )
        )
        heads, kept = max(4, width // 64), {"dropout": 0.0, "batch_first": True, "norm_first": True}
        encoder = nn.TransformerEncoderLayer(width, heads, 4 * width, **kept)  # type: ignore[arg-type]
        self.encoder = nn.TransformerEncoder(encoder, size.encoder, enable_nested_tensor=False)
        decoder = nn.TransformerDecoderLayer(width, heads, 4 * width, **kept)  # type: ignore[arg-type]
        self.decoder = nn.TransformerDecoder(decoder, size.decoder, nn.LayerNorm(width))
        self.embedding = nn.Embedding(TOKENS, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def encode(self, lines: Tensor) -> Tensor:
        """float [B, W / 4, width]."""
        seen = self.stem(lines).squeeze(2).transpose(1, 2)
        found: Tensor = self.encoder(seen + _positions(seen))
        return found

    def decode(self, seen: Tensor, tokens: Tensor) -> Tensor:
        """Logits [B, T, TOKENS] of the token after each of [B, T]."""
        said = self.embedding(tokens) * math.sqrt(seen.shape[-1])
        mask = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1], seen.device)
        found = self.decoder(said + _positions(said), seen, tgt_mask=mask, tgt_is_causal=True)
        logits: Tensor = found @ self.embedding.weight.T
        return logits

    def forward(self, lines: Tensor, tokens: Tensor) -> Tensor:
        """The mean loss in nats a token of [B, T], PAD left out."""
        logits = self.decode(self.encode(lines), tokens[:, :-1])
        return nn.functional.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], ignore_index=PAD)

    @torch.no_grad()
    def read(self, lines: Tensor, most: int = 400) -> list[list[Word]]:
        """What stands on lines, the likeliest token each time."""
        seen = self.encode(lines)
        said = torch.full((len(lines), 1), START, device=lines.device)
        done = torch.zeros(len(lines), dtype=torch.bool, device=lines.device)
        while not done.all() and said.shape[1] < most:
            following = self.decode(seen, said)[:, -1].argmax(dim=-1)
            said = torch.cat([said, following[:, None]], dim=1)
            done |= following == END
        return [words_of(row[1:].tolist()) for row in said]


def _positions(of: Tensor) -> Tensor:
    """Sines and cosines [T, width] (Vaswani et al., arXiv 1706.03762)."""
    length, width = of.shape[1:]
    at = torch.arange(length, device=of.device)[:, None]
    rate = torch.exp(torch.arange(0, width, 2, device=of.device) * (-math.log(10000.0) / width))
    return torch.stack([torch.sin(at * rate), torch.cos(at * rate)], dim=2).flatten(1)
