"""Packing: several short sequences in one row, so that fewer positions are padding.

First-fit decreasing (Johnson, "Near-optimal bin packing algorithms", 1973): longest first, each
into the first row with room. It takes at most 11/9 of the fewest rows possible, and one more. The
boundaries keep sequences from seeing each other: `cu_seqlens` as FlashAttention's variable-length
functions take them, `position_ids` counted from 0 in every sequence, or a block mask.

Cost: n log n to sort, and a search for the first row with room in log n steps each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gyogwa.schemas.errors import GyogwaError


@dataclass(frozen=True)
class Packed:
    """Rows of at most `row_length` tokens; `rows[r]` are the numbers of the sequences in row r, in
    the order they stand, ascending; `lengths` are those of all sequences."""

    rows: list[list[int]]
    lengths: list[int]
    row_length: int

    def row_lengths(self, row: int) -> list[int]:
        """The lengths of the sequences in a row; the rest of it is padding."""
        return [self.lengths[number] for number in self.rows[row]]

    @property
    def filled(self) -> float:
        """The share of positions that aren't padding; 1 without rows."""
        places = len(self.rows) * self.row_length
        return sum(self.lengths) / places if places else 1.0

    def cu_seqlens(self, row: int) -> torch.Tensor:
        """Where each sequence of a row begins, and where the last one ends: int32 [sequences + 1].
        Padding isn't in it."""
        return torch.tensor([0, *np.cumsum(self.row_lengths(row))], dtype=torch.int32)

    @property
    def position_ids(self) -> torch.Tensor:
        """int64 [rows, row_length]: each sequence counts from 0, and so does the padding."""
        result = torch.zeros(len(self.rows), self.row_length, dtype=torch.int64)
        for row in range(len(self.rows)):
            lengths = self.row_lengths(row)
            runs = [*lengths, self.row_length - sum(lengths)]
            result[row] = torch.cat([torch.arange(length) for length in runs])
        return result

    @property
    def sequence_ids(self) -> torch.Tensor:
        """int64 [rows, row_length]: the number in its row, from 0, of each position's sequence, and
        -1 for padding."""
        result = torch.full((len(self.rows), self.row_length), -1, dtype=torch.int64)
        for row in range(len(self.rows)):
            lengths = torch.tensor(self.row_lengths(row))
            ids = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
            result[row, : len(ids)] = ids
        return result

    def block_mask(self, row: int) -> torch.Tensor:
        """bool [row_length, row_length]: whether query i may see key j: in the same sequence and
        not after it. Padding sees and is seen by nothing."""
        ids = self.sequence_ids[row]
        same = (ids[:, None] == ids[None, :]) & (ids[:, None] >= 0)
        return same.tril()


def pack(lengths: Sequence[int], row_length: int) -> Packed:
    """Put sequences of `lengths` tokens in as few rows of `row_length` as first-fit decreasing
    finds. Raises GyogwaError for a sequence longer than a row or without tokens."""
    rows: list[list[int]] = []
    # A heap-shaped tree over rows to come: each node knows the most room below it.
    leaves = 1 << max(0, len(lengths) - 1).bit_length()
    room = [row_length] * (2 * leaves)
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        length = lengths[number]
        if not 1 <= length <= row_length:
            raise GyogwaError(
                f"sequence {number} has {length} tokens; 1 to {row_length} fit in a row: truncate "
                "it, or choose longer rows"
            )
        node = 1
        while node < leaves:
            node = 2 * node + (room[2 * node] < length)
        row = node - leaves
        if row == len(rows):
            rows.append([])
        rows[row].append(number)
        room[node] -= length
        while node > 1:
            node //= 2
            room[node] = max(room[2 * node], room[2 * node + 1])
    return Packed([sorted(row) for row in rows], list(lengths), row_length)
