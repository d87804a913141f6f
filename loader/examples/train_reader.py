"""Train a reader of lines on a run's shards: python -m gyogwa.loader.examples.train_reader STAGE

Proof that a run teaches: from pages and the boxes of their words alone, a small encoder and decoder
learns to read lines, words with where they stand. STAGE is a stage's folder; what it holds out is
read every `--read_every` steps, and the character error rate (edits a character) printed.

With `--overfit 50` it learns 50 lines by heart, on a CPU in some minutes (`--small`), and ends when
it reads all of them without an error. The checkpoint holds model, optimiser, step and the loader's
place; the same command goes on from it with the same lines and losses.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from gyogwa.loader import Batch, StageLoader
from gyogwa.loader.examples.reader_model import FULL, HEIGHT, PAD, SMALL, Reader, Word, tokens_of

WIDEST = 768
"""Pixels of a line 32 high; wider ones are squeezed."""


class Line(NamedTuple):
    """`pixels`: float [1, 32, W], 0 to 1."""

    pixels: Tensor
    words: list[Word]


def lines_of(batch: Batch) -> Iterator[Line]:
    """The lines of a batch's pages, cut out by their boxes."""
    for images, annotations in zip(batch.images, batch.annotations, strict=True):
        for image, page in zip(images, annotations or [], strict=False):
            for line in page.lines:
                words = page.words[line.first : line.last]
                height, width = image.shape[-2:]
                x0, y0, x1, y1 = line.box
                left, right = int(x0 * width), max(int(x0 * width) + 1, round(x1 * width))
                top, bottom = int(y0 * height), max(int(y0 * height) + 1, round(y1 * height))
                cut = image[:, top:bottom, left:right].float().mean(dim=0)[None, None] / 255
                if not cut.numel():
                    continue
                long = min(WIDEST, max(8, round(cut.shape[3] * HEIGHT / cut.shape[2])))
                pixels = functional.interpolate(cut, (HEIGHT, long), mode="area")[0]
                across = x1 - x0
                places = [
                    Word(w.text, (w.box[0] - x0) / across, (w.box[2] - x0) / across) for w in words
                ]
                yield Line(pixels, [_clipped(word) for word in places])


def _clipped(word: Word) -> Word:
    return Word(word.text, min(max(word.start, 0.0), 1.0), min(max(word.end, 0.0), 1.0))


def together(lines: Sequence[Line], device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Lines [B, 1, 32, W], white behind their ends, and tokens [B, T]."""
    wide = -(-max(line.pixels.shape[2] for line in lines) // 4) * 4
    pixels = [functional.pad(x.pixels, (0, wide - x.pixels.shape[2]), value=1.0) for x in lines]
    said = [torch.tensor(tokens_of(line.words)) for line in lines]
    tokens = torch.nn.utils.rnn.pad_sequence(said, batch_first=True, padding_value=PAD)
    return torch.stack(pixels).to(device), tokens.to(device)


def error_rate(model: Reader, lines: Sequence[Line], device: str = "cpu") -> tuple[float, float]:
    """Edits a character over all lines, and how far words' ends are off, fractions of a line, where
    a line's words are as many as they should be."""
    edits = characters = 0
    off: list[float] = []
    for start in range(0, len(lines), 64):
        part = lines[start : start + 64]
        pixels, tokens = together(part, device)
        # one that doesn't end is wrong after a few more tokens as well
        for line, said in zip(part, model.read(pixels, tokens.shape[1] + 8), strict=True):
            right = " ".join(word.text for word in line.words)
            edits += distance(right, " ".join(word.text for word in said))
            characters += len(right)
            if len(said) == len(line.words):
                for word, there in zip(said, line.words, strict=True):
                    off += [abs(word.start - there.start), abs(word.end - there.end)]
    return edits / max(1, characters), sum(off) / max(1, len(off))


def distance(one: str, other: str) -> int:
    """The fewest insertions, deletions and substitutions (Levenshtein, 1966).

    >>> distance("요금표", "요금 표시")
    2
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def main(argv: Sequence[str] | None = None) -> int:
    """Train, and print a line of JSON at every reading. 1 when lines weren't learnt by heart."""
    options = _options().parse_args(argv)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    model = Reader(SMALL if options.small else FULL).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=0.01)
    loader = StageLoader(
        options.stage, batch_size=options.pages, seed=options.seed, num_workers=options.num_workers
    )
    held = options.stage / "validation"
    if options.overfit:
        by_heart = list(islice((x for b in loader for x in lines_of(b)), options.overfit))
        judged = by_heart
    else:
        pages = StageLoader(held, batch_size=1, shuffle=False, drop_last=False)
        judged = list(islice((line for b in pages for line in lines_of(b)), options.judged))
    step = 0
    if options.checkpoint.exists():
        saved = torch.load(options.checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        loader.load_state_dict(saved["loader"])
        step = saved["step"]
    while step < options.steps:
        batches = iter([by_heart] if options.overfit else map(list, map(lines_of, loader)))
        for lines in batches:
            if not lines:
                continue
            step += 1
            warm = min(1.0, step / 50)
            for group in optimizer.param_groups:
                group["lr"] = options.learning_rate * warm
            loss = model(*together(lines, device))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if step % options.read_every == 0 or step == options.steps:
                rate, off = error_rate(model.eval(), judged, device)
                model.train()
                told = {"step": step, "loss": round(loss.item(), 5), "cer": round(rate, 4)}
                print(json.dumps(told | {"off": round(off, 4), "lines": len(judged)}), flush=True)
                _save(options.checkpoint, model, optimizer, loader, step)
                if options.overfit and rate == 0:
                    return 0
            if step >= options.steps:
                break
    return int(bool(options.overfit))


def _save(
    path: Path, model: Reader, optimizer: torch.optim.Optimizer, loader: StageLoader, step: int
) -> None:
    fresh = path.with_suffix(".new")
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(states | {"loader": loader.state_dict(), "step": step}, fresh)
    os.replace(fresh, path)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Train a reader of lines on a stage.")
    parser.add_argument("stage", type=Path, help="a stage's folder")
    parser.add_argument("--checkpoint", type=Path, default=Path("train_reader.pt"))
    parser.add_argument("--pages", type=int, default=4, help="a step, all of their lines")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--read_every", type=int, default=50, help="steps")
    parser.add_argument("--judged", type=int, default=500, help="lines of what is held out")
    parser.add_argument("--overfit", type=int, default=0, help="lines to learn by heart")
    parser.add_argument("--small", action="store_true", help="some 1.5 million parameters")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--num_workers", type=int, default=0)
    parser.add_argument("--learning_rate", type=float, default=5e-4)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
