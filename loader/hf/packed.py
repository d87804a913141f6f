"""Several samples in one row of a model's inputs, none of which sees another.

Samples stay in their order, as the images' tensors do, each in the row of the one before it while
there is room (next fit: at most twice the fewest rows, Johnson 1973). `attention_mask` is then the
block mask, bool [R, 1, T, T], which models of `transformers` take as it is with eager attention and
SDPA, and `position_ids` count from 0 in every sample. FlashAttention takes no such mask: it goes by
the position ids when the mask is left out (`inputs.pop("attention_mask")`).

Positions of Qwen2.5-VL and Qwen3-VL follow the grids of images (M-RoPE, Wang et al., arXiv
2409.12191, 2.1): their models make them of whole rows, so here they are made sample by sample.
Other models that tell tokens apart by type are refused.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import torch

from gyogwa.loader.hf.row import IGNORED, Row
from gyogwa.loader.packing import Packed
from gyogwa.schemas.errors import GyogwaError

_BY_GRID = ("Qwen2_5_VLProcessor", "Qwen3VLProcessor")
_KINDS = "mm_token_type_ids"


def grid_merge(processor: Any) -> int | None:
    """How many patches each way are one token, for models whose positions follow grids that are
    known here; None for others."""
    known = any(kind.__name__ in _BY_GRID for kind in type(processor).__mro__)
    return int(processor.image_processor.merge_size) if known else None


def packed(
    rows: Sequence[Row],
    lengths: Sequence[int],
    pad: int,
    row_length: int,
    tensors: dict[str, torch.Tensor],
    merge: int | None = None,
) -> dict[str, torch.Tensor]:
    """The first so many tokens of each sample in rows of `row_length`: int64 [R, T] `input_ids`,
    `labels`, `position_ids`, the mask, and the images' `tensors`. The first token of a sample isn't
    learnt, since what stands before it isn't its own.

    With `merge`, of `grid_merge`, `position_ids` are [4, R, T]: within the sample, and by time, row
    and column. Raises GyogwaError for models that can't be packed.
    """
    if merge is None and ("image_grid_thw" in tensors or any(row.more for row in rows)):
        raise GyogwaError(
            "row_length: this model's positions follow the grids of its images, or it tells tokens "
            "apart by type, so its samples can't share a row; leave row_length out"
        )
    placed = Packed(next_fit(lengths, row_length), list(lengths), row_length)
    count = len(placed.rows)
    ids = torch.full((count, row_length), pad)
    labels = torch.full((count, row_length), IGNORED)
    positions = placed.position_ids
    if merge is not None:
        positions = positions.repeat(4, 1, 1)
    grids = iter(tensors.get("image_grid_thw", torch.zeros(0, 3)).tolist())
    for number, members in enumerate(placed.rows):
        start = 0
        for member in members:
            end = start + lengths[member]
            ids[number, start:end] = torch.tensor(rows[member].ids[: lengths[member]])
            labels[number, start + 1 : end] = torch.tensor(rows[member].labels(lengths[member])[1:])
            if merge is not None:
                kinds = rows[member].more[_KINDS][: lengths[member]]
                positions[1:, number, start:end] = by_grid(kinds, grids, merge)
            start = end
    masks = [placed.block_mask(number) for number in range(count)]
    mask = torch.stack(masks) if masks else torch.zeros(0, row_length, row_length, dtype=torch.bool)
    # A position that sees nothing has no softmax: padding sees itself, and nothing sees it.
    mask |= torch.eye(row_length, dtype=torch.bool)
    return {
        "input_ids": ids,
        "attention_mask": mask[:, None],
        "position_ids": positions,
        "labels": labels,
        **tensors,
    }


def by_grid(kinds: Sequence[int], grids: Iterator[list[int]], merge: int) -> torch.Tensor:
    """Positions int64 [3, T] by time, row and column of one sample's tokens. `kinds`: 1 for those
    of images, whose `grids`, in patches, come in turn. Text goes on behind an image's longer side.

    >>> by_grid([0, 1, 1, 0], iter([[1, 2, 4]]), 2).tolist()
    [[0, 1, 1, 3], [0, 1, 1, 3], [0, 1, 2, 3]]
    """
    parts, at = [], 0
    for kind, run in groupby(kinds):
        if kind == 0:
            length = len(list(run))
            parts.append(torch.arange(at, at + length).expand(3, -1))
            at += length
        else:
            time, high, wide = next(grids)
            sides = [torch.arange(time), torch.arange(high // merge), torch.arange(wide // merge)]
            parts.append(torch.cartesian_prod(*sides).T + at)
            at += max(high, wide) // merge
    return torch.cat(parts, dim=1)


def next_fit(lengths: Sequence[int], row_length: int) -> list[list[int]]:
    """The numbers of the sequences in each row, in their order.

    >>> next_fit([3, 3, 5, 1, 2], 6)
    [[0, 1], [2, 3], [4]]
    """
    rows: list[list[int]] = []
    room = 0
    for number, length in enumerate(lengths):
        if length > room:
            rows.append([])
            room = row_length
        rows[-1].append(number)
        room -= length
    return rows
