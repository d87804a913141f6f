"""Ranks and workers share an epoch: nothing lost, nothing twice, the same batches at any split."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.loader.batching import EvenBatches
from gyogwa.loader.order import Order, ShardRows
from gyogwa.schemas.errors import GyogwaError


def run(order: Order, batch: int, world: int, workers: int, start: int, stop: int) -> list[int]:
    """Rows of up to `stop` global batches from `start`, as ranks with workers would give them."""
    given_by_rank = []
    for rank in range(world):
        plan = EvenBatches(order.samples, batch, rank, world, start=start)
        queues = [list(plan.dealt(worker, workers)) for worker in range(workers)]
        in_turn = [queues[k % workers][k // workers] for k in range(min(stop, len(plan)))]
        rows = [order.rows(np.array(plan.positions(k), dtype=np.int64)) for k in in_turn]
        given_by_rank.append(rows)
    return [
        int(row) for parts in zip(*given_by_rank, strict=True) for part in parts for row in part
    ]


@settings(max_examples=25)
@given(data=st.data())
def test_two_stops_with_other_ranks_and_workers_leave_the_order_as_it_was(
    data: st.DataObject,
) -> None:
    sizes = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))
    firsts = np.cumsum([0, *sizes]).tolist()
    shards = [ShardRows(f"{i % 3}", firsts[i], size) for i, size in enumerate(sizes)]
    order = Order(shards, seed=data.draw(st.integers(0, 99)), epoch=0, window=2, shuffle=True)
    batch = data.draw(st.integers(1, min(24, order.samples)))
    divisors = [n for n in range(1, batch + 1) if batch % n == 0]
    expected = order.rows(np.arange(order.samples // batch * batch)).tolist()

    rows: list[int] = []
    for _ in range(2):
        world, workers = data.draw(st.sampled_from(divisors)), data.draw(st.integers(1, 5))
        stop = data.draw(st.integers(0, 6))
        rows += run(order, batch, world, workers, len(rows), stop)
    world, workers = data.draw(st.sampled_from(divisors)), data.draw(st.integers(1, 5))
    rows += run(order, batch, world, workers, len(rows), order.samples)
    assert rows == expected


@given(
    samples=st.integers(1, 200),
    batch=st.integers(1, 40),
    world=st.integers(1, 9),
)
def test_evaluation_gives_every_position_once(samples: int, batch: int, world: int) -> None:
    plans = [EvenBatches(samples, batch, rank, world, drop_last=False) for rank in range(world)]
    assert len({len(plan) for plan in plans}) == 1
    given_out = [
        position for k in range(len(plans[0])) for plan in plans for position in plan.positions(k)
    ]
    assert given_out == list(range(samples))
    assert plans[0].end(len(plans[0]) - 1) == samples


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"batch_size": 10, "world_size": 4}, "world_size 4 doesn't divide it"),
        ({"batch_size": 0}, "at least 1"),
        ({"batch_size": 4, "rank": 2, "world_size": 2}, "rank 2 of world_size 2"),
        ({"batch_size": 101}, "fewer than one batch"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(plan: dict[str, Any], message: str) -> None:
    with pytest.raises(GyogwaError, match=message):
        EvenBatches(samples=100, **plan)
