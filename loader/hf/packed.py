"""Several samples in one row of a model's inputs, none of which sees another.

Samples stay in their order, as the images' tensors do, each in the row of the one before it while
there is room (next fit: at most twice the fewest rows, Johnson 1973). `attention_mask` is then the
block mask, bool [R, 1, T, T], which models of `transformers` take as it is with eager attention and
SDPA, and `position_ids` count from 0 in every sample. FlashAttention takes no such mask: it goes by
the position ids when the mask is left out (`inputs.pop("attention_mask")`).

Models whose positions follow the images' grids, Qwen-VL's, make them of whole rows and are refused.
"""

from collections.abc import Sequence

import torch

from gyogwa.loader.hf.row import IGNORED, Row
from gyogwa.loader.packing import Packed
from gyogwa.schemas.errors import GyogwaError


def packed(
    rows: Sequence[Row],
    lengths: Sequence[int],
    pad: int,
    row_length: int,
    tensors: dict[str, torch.Tensor],
) -> dict[str, torch.Tensor]:
    """The first so many tokens of each sample in rows of `row_length`: int64 [R, T] `input_ids`,
    `labels`, `position_ids`, the mask, and the images' `tensors`. The first token of a sample isn't
    learnt, since what stands before it isn't its own.

    Raises GyogwaError for models that can't be packed.
    """
    if "image_grid_thw" in tensors or any(row.more for row in rows):
        raise GyogwaError(
            "row_length: this model's positions follow the grids of its images, or it tells tokens "
            "apart by type, so its samples can't share a row; leave row_length out"
        )
    placed = Packed(next_fit(lengths, row_length), list(lengths), row_length)
    count = len(placed.rows)
    ids = torch.full((count, row_length), pad)
    labels = torch.full((count, row_length), IGNORED)
    for number, members in enumerate(placed.rows):
        start = 0
        for member in members:
            end = start + lengths[member]
            ids[number, start:end] = torch.tensor(rows[member].ids[: lengths[member]])
            labels[number, start + 1 : end] = torch.tensor(rows[member].labels(lengths[member])[1:])
            start = end
    masks = [placed.block_mask(number) for number in range(count)]
    mask = torch.stack(masks) if masks else torch.zeros(0, row_length, row_length, dtype=torch.bool)
    # A position that sees nothing has no softmax: padding sees itself, and nothing sees it.
    mask |= torch.eye(row_length, dtype=torch.bool)
    return {
        "input_ids": ids,
        "attention_mask": mask[:, None],
        "position_ids": placed.position_ids,
        "labels": labels,
        **tensors,
    }


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
