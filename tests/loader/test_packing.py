"""Packed rows hold every sequence once, waste little, and keep sequences apart."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.loader.packing import pack
from gyogwa.schemas.errors import GyogwaError

LENGTHS = st.lists(st.integers(1, 30), max_size=40)


def first_fit(lengths: list[int], row_length: int) -> int:
    """How many rows first-fit decreasing takes, the slow way."""
    room: list[int] = []
    for length in sorted(lengths, reverse=True):
        row = next((row for row, left in enumerate(room) if left >= length), len(room))
        if row == len(room):
            room.append(row_length)
        room[row] -= length
    return len(room)


@given(lengths=LENGTHS, row_length=st.integers(30, 60))
def test_every_sequence_is_in_one_row_that_it_fits_in(lengths: list[int], row_length: int) -> None:
    packed = pack(lengths, row_length)
    assert sorted(n for row in packed.rows for n in row) == list(range(len(lengths)))
    assert all(sum(packed.row_lengths(row)) <= row_length for row in range(len(packed.rows)))
    assert len(packed.rows) == first_fit(lengths, row_length)
    if len(packed.rows) > 1:
        assert packed.filled > 0.5


@settings(max_examples=20, deadline=None)
@given(lengths=LENGTHS, row_length=st.integers(30, 60))
def test_boundaries_say_where_sequences_stand(lengths: list[int], row_length: int) -> None:
    packed = pack(lengths, row_length)
    for row, numbers in enumerate(packed.rows):
        ends = packed.cu_seqlens(row).tolist()
        mask = packed.block_mask(row)
        assert packed.cu_seqlens(row).dtype == torch.int32
        for place, number in enumerate(numbers):
            part = slice(ends[place], ends[place + 1])
            size = lengths[number]
            assert packed.position_ids[row, part].tolist() == list(range(size))
            assert packed.sequence_ids[row, part].tolist() == [place] * size
            assert torch.equal(mask[part, part], torch.ones(size, size).tril().bool())
        assert (packed.sequence_ids[row, ends[-1] :] == -1).all()
        assert mask.sum() == sum(lengths[n] * (lengths[n] + 1) // 2 for n in numbers)


@pytest.mark.parametrize("length", [0, 9])
def test_a_sequence_that_fits_no_row_is_refused(length: int) -> None:
    with pytest.raises(GyogwaError, match=f"sequence 1 has {length} tokens; 1 to 8 fit"):
        pack([8, length], 8)
