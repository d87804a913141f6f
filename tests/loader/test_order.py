"""The order is a permutation, found at any position; it keeps the mixture and keeps reads near."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.loader.order import Order, ShardRows, permute


def shard_rows(sizes: list[tuple[str, int]]) -> list[ShardRows]:
    firsts = np.cumsum([0, *(size for _, size in sizes)]).tolist()
    return [
        ShardRows(series, first, size) for (series, size), first in zip(sizes, firsts, strict=False)
    ]


SHARDS = st.lists(
    st.tuples(st.sampled_from(["jpg", "pair", "text"]), st.integers(1, 30)), min_size=1, max_size=12
).map(shard_rows)
SEEDS = st.integers(0, 2**64)


def whole(order: Order) -> list[int]:
    rows: list[int] = order.rows(np.arange(order.samples)).tolist()
    return rows


@given(size=st.integers(1, 3000), key=st.integers(0, 2**64 - 1))
def test_a_permutation_takes_every_place_once(size: int, key: int) -> None:
    places = permute(
        np.arange(size), np.full(size, size), np.full(size, key, dtype=np.uint64)
    ).tolist()
    assert sorted(places) == list(range(size))


@given(size=st.integers(2**40, 2**50), key=st.integers(0, 2**64 - 1))
def test_a_permutation_needs_no_memory_for_its_size(size: int, key: int) -> None:
    ranks = np.arange(size - 100, size)
    places = permute(ranks, np.full(100, size), np.full(100, key, dtype=np.uint64))
    assert len(set(places.tolist())) == 100
    assert places.min() >= 0
    assert places.max() < size


def test_all_permutations_of_four_are_about_as_likely() -> None:
    keys = np.random.default_rng(0).integers(0, 2**63, size=24_000, dtype=np.uint64)
    columns = [
        permute(np.full(24_000, rank), np.full(24_000, 4), keys).tolist() for rank in range(4)
    ]
    counts = Counter(zip(*columns, strict=True))
    assert len(counts) == 24
    # 1,000 expected of each; five standard deviations are 155.
    assert min(counts.values()) > 845
    assert max(counts.values()) < 1155


@given(shards=SHARDS, seed=SEEDS, epoch=st.integers(0, 5), window=st.integers(1, 20))
def test_an_epoch_is_every_row_once(
    shards: list[ShardRows], seed: int, epoch: int, window: int
) -> None:
    order = Order(shards, seed=seed, epoch=epoch, window=window, shuffle=True)
    assert sorted(whole(order)) == list(range(order.samples))


@given(shards=SHARDS, seed=SEEDS, window=st.integers(1, 6), data=st.data())
def test_any_position_is_found_alone(
    shards: list[ShardRows], seed: int, window: int, data: st.DataObject
) -> None:
    order = Order(shards, seed=seed, epoch=1, window=window, shuffle=True)
    position = data.draw(st.integers(0, order.samples - 1))
    assert order.rows(np.array([position])).tolist() == [whole(order)[position]]


@given(shards=SHARDS)
def test_without_shuffling_rows_stand_as_in_the_manifest(shards: list[ShardRows]) -> None:
    order = Order(shards[::-1], seed=1, epoch=2, window=1, shuffle=False)
    expected = [row for s in shards[::-1] for row in range(s.first, s.first + s.samples)]
    assert whole(order) == expected


@pytest.mark.parametrize("change", [{"seed": 8}, {"epoch": 1}])
def test_seed_and_epoch_change_the_order(change: dict[str, int]) -> None:
    shards = shard_rows([("jpg", 20)] * 10)
    order = Order(shards, shuffle=True, **({"seed": 7, "epoch": 0, "window": 4} | change))
    assert whole(order) != whole(Order(shards, seed=7, epoch=0, window=4, shuffle=True))


def test_the_order_never_changes_between_releases() -> None:
    """If this fails, earlier states would go on elsewhere: raise ORDER_VERSION."""
    order = Order(
        shard_rows([("jpg", 6), ("text", 7), ("jpg", 5)]), seed=7, epoch=3, window=1, shuffle=True
    )
    assert whole(order) == PINNED


PINNED = [10, 16, 14, 15, 12, 17, 5, 9, 13, 7, 6, 0, 11, 3, 4, 8, 2, 1]


@settings(max_examples=30)
@given(seed=SEEDS, epoch=st.integers(0, 3))
def test_segments_hold_the_mixture_and_open_few_shards(seed: int, epoch: int) -> None:
    sizes = [("jpg", 50)] * 40 + [("text", 500)] * 4 + [("pair", 7)]
    shards = shard_rows(sizes)
    shard_of = np.repeat(np.arange(len(sizes)), [size for _, size in sizes])
    series_of = np.array([series for series, _ in sizes])
    order = Order(shards, seed=seed, epoch=epoch, window=8, shuffle=True)
    for segment in np.array_split(np.array(whole(order)), order.segments):
        opened = shard_of[segment]
        # Cutting evenly may be off by a sample a series from where the segments really end.
        assert abs((series_of[opened] == "jpg").mean() - 2000 / 4007) < 0.01
        assert len(set(opened.tolist())) <= 8 + 2 * 3 + 3


def test_neighbours_are_scattered() -> None:
    order = np.array(
        whole(Order(shard_rows([("jpg", 4000)]), seed=0, epoch=0, window=8, shuffle=True))
    )
    assert abs(np.corrcoef(np.arange(4000), order)[0, 1]) < 0.06
    assert abs(np.corrcoef(order[1:], order[:-1])[0, 1]) < 0.06
