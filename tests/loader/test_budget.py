"""Batches by budget: within it, the same at any split, exact after any stop."""

from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gyogwa.loader import StageLoader
from gyogwa.loader.budget import Budget, BudgetBatching
from gyogwa.loader.order import Order, ShardRows
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    least = draw(st.integers(1, 4))
    most = draw(st.integers(least, 12))
    return Budget(
        draw(st.integers(1, 400)), least=least, most=most, segment=draw(st.integers(least, 40))
    )


LENGTHS = st.lists(st.integers(0, 60), max_size=80).map(lambda n: np.array(n, dtype=np.int64))


@given(budget=budgets(), lengths=LENGTHS)
def test_a_cut_keeps_to_the_budget(budget: Budget, lengths: Any) -> None:
    batches = budget.cut(lengths)
    assert sorted(int(place) for batch in batches for place in batch) == list(range(len(lengths)))
    longest_first = [int(length) for batch in batches for length in lengths[batch]]
    assert longest_first == sorted(longest_first, reverse=True)
    for batch in batches:
        assert len(batch) >= min(budget.least, len(lengths))
        padded = len(batch) * max(1, int(lengths[batch].max()))
        # Above it only where no batch of `least` would keep to it, and then not two such.
        assert padded <= budget.limit or len(batch) < 2 * budget.least
        assert len(batch) <= max(budget.most, 2 * budget.least - 1)


def order_of(samples: int, shuffle: bool = True) -> Order:
    sizes = [samples // 2, samples - samples // 2]
    shards = [ShardRows("a", 0, sizes[0]), ShardRows("b", sizes[0], sizes[1])]
    return Order(shards, seed=5, epoch=2, window=1, shuffle=shuffle)


def given_out(
    plans: list[BudgetBatching], order: Order, start: int, stop: int, workers: int
) -> Any:
    """Global batches as sets of positions, up to `stop` from `start`, and the position after."""
    parts = []
    for plan in plans:
        rest = plan.rest(order, start, 5, 2)
        queues = [iter(list(rest.dealt(worker, workers))) for worker in range(workers)]
        numbers = list(range(min(stop, len(rest))))
        assert numbers == [next(queues[k % workers]) for k in numbers]
        # Asked for in any order, as workers do.
        taken = {k: rest.positions(k).tolist() for k in reversed(numbers)}
        parts.append([taken[k] for k in numbers])
        end = rest.end(numbers[-1]) if numbers else start
    batches = [sorted(chain.from_iterable(batch)) for batch in zip(*parts, strict=True)]
    shares = [len(part) for batch in zip(*parts, strict=True) for part in batch]
    return batches, end, shares


@settings(max_examples=20, deadline=None)
@given(data=st.data(), budget=budgets(), drop_last=st.booleans())
def test_stops_and_other_ranks_leave_the_batches_as_they_were(
    data: st.DataObject, budget: Budget, drop_last: bool
) -> None:
    samples = data.draw(st.integers(2, 120))
    lengths = np.array(data.draw(st.lists(st.integers(0, 60), min_size=samples, max_size=samples)))
    order = order_of(samples)

    def plans(world: int) -> list[BudgetBatching]:
        ranks = range(world)
        return [BudgetBatching(budget, lengths, None, rank, world, drop_last) for rank in ranks]

    expected, _, _ = given_out(plans(1), order, 0, 999, 1)
    covered = sorted(position for batch in expected for position in batch)
    left_out = samples % budget.segment if drop_last else 0
    assert covered == list(range(samples - (left_out if left_out < budget.least else 0)))
    found, start = [], 0
    for stop in [data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5)), 999]:
        world, workers = data.draw(st.integers(1, budget.least)), data.draw(st.integers(1, 4))
        batches, start, shares = given_out(plans(world), order, start, stop, workers)
        found += batches
        if drop_last:
            assert min(shares, default=1) >= 1
    assert found == expected


def test_batches_of_a_segment_come_in_another_order_each_epoch() -> None:
    plan = BudgetBatching(Budget(50, segment=200), np.arange(200) % 40)
    orders = []
    for epoch in (0, 1):
        rest = plan.rest(order_of(200, shuffle=False), 0, 0, epoch)
        orders.append([rest.positions(k).tolist() for k in range(len(rest))])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_repeats_have_the_length_of_their_row() -> None:
    ends = np.array([3, 4])
    plan = BudgetBatching(Budget(20, segment=4), np.array([10, 20]), ends)
    rest = plan.rest(order_of(4, shuffle=False), 0, 0, 0)
    assert sorted(len(rest.positions(k)) for k in range(len(rest))) == [1, 1, 2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Budget(0), "limit is 0; it must be a whole number of at least 1"),
        (lambda: Budget(9, least=9, segment=8), "least must not be above most or segment"),
        (lambda: Budget(9, "words"), 'choose "tokens" or "pixels"'),  # type: ignore[arg-type]
        (lambda: BudgetBatching(Budget(9), np.ones(3, int), rank=1, world_size=2), "as few as 1"),
        (lambda: BudgetBatching(Budget(9), np.ones(3, int), rank=1), "rank 1 of world_size 1"),
        (
            lambda: BudgetBatching(Budget(2, segment=4), np.ones(8, int)).rest(
                order_of(8), 5, 0, 0
            ),
            "no batch starts at sample 5",
        ),
    ],
)
def test_budgets_that_make_no_sense_are_refused(make: Any, message: str) -> None:
    with pytest.raises(GyogwaError, match=message):
        make()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.integers(0, 5), second=st.integers(0, 5))
def test_a_loader_goes_on_within_a_segment_on_other_ranks(
    stage: MadeStage, first: int, second: int
) -> None:
    budget = Budget(5, least=3, segment=16)

    def loaders(world: int) -> list[StageLoader]:
        return [
            StageLoader(stage.manifest, batch_size=budget, rank=rank, world_size=world)
            for rank in range(world)
        ]

    (alone,) = loaders(1)
    expected = [sorted(batch.keys) for batch in alone]
    found: list[list[str]] = []
    state = None
    for stop, world in [(first, 1), (second, 3), (99, 2)]:
        ranks, parts = loaders(world), []
        for loader in ranks:
            if state is not None:
                loader.load_state_dict(state)
            parts.append([batch.keys for _, batch in zip(range(stop), loader, strict=False)])
        state = ranks[0].state_dict()
        found += [sorted(chain.from_iterable(batch)) for batch in zip(*parts, strict=True)]
    assert found == expected


def test_a_state_of_another_budget_is_refused(stage: MadeStage) -> None:
    state = StageLoader(stage.manifest, batch_size=Budget(5)).state_dict()
    for batch_size in (4, Budget(6)):
        with pytest.raises(GyogwaError, match="taken with batches='5 tokens, 1-1024 of 1024'"):
            StageLoader(stage.manifest, batch_size=batch_size).load_state_dict(state)


def test_pixels_are_counted_over_all_images(own_stage: MadeStage) -> None:
    own_stage.change_index(lambda row: replace(row, width=24, height=16))
    budget = Budget(24 * 16 * 4, "pixels", segment=47)
    sizes = [
        (len(batch), batch.image_shapes[0])
        for batch in StageLoader(own_stage.manifest, batch_size=budget)
    ]
    assert {count for count, shapes in sizes if len(shapes) == 2} == {2}
    assert max(count for count, shapes in sizes if len(shapes) == 1) == 4
