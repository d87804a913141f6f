"""The index finds every pair within its exact radius, whatever the hashes and their order."""

import itertools
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.transforms.dedup.by_hash import TOGETHER, near_hashes, same_hash
from gyogwa.transforms.dedup.hash_index import BANDS, CROWD, EXACT, as_words, pairs_within
from gyogwa.transforms.dedup.settle import kept_instead
from gyogwa.transforms.ingest.phash import distance

BASES = st.integers(0, 2**256 - 1)
FLIPS = st.lists(st.integers(0, 255), max_size=EXACT + 5)
GROUPS = st.lists(st.tuples(BASES, st.lists(FLIPS, max_size=4)), max_size=4)


def hashes_of(groups: list[tuple[int, list[list[int]]]]) -> list[tuple[str, str]]:
    values = []
    for base, copies in groups:
        values.append(base)
        values += [base ^ sum(1 << bit for bit in set(flips)) for flips in copies]
    return [(f"{index:04d}", f"{value:064x}") for index, value in enumerate(values)]


@settings(max_examples=25, deadline=None)
@given(GROUPS, st.integers(0, EXACT), st.randoms())
def test_every_pair_within_the_radius(
    groups: list[tuple[int, list[list[int]]]], radius: int, rng: random.Random
) -> None:
    hashes = hashes_of(groups)
    expected = {
        (a, b, distance(x, y))
        for (a, x), (b, y) in itertools.combinations(hashes, 2)
        if distance(x, y) <= radius
    }
    rng.shuffle(hashes)
    packed = [(name, bytes.fromhex(value)) for name, value in hashes]
    found = set(near_hashes(range(BANDS), packed, radius))
    for value in {value for _, value in hashes}:
        found |= set(same_hash(i for i, other in hashes if other == value))
    assert found == expected


def test_a_crowd_is_thinned_and_counted() -> None:
    """Hashes that meet in every band's places: all but a few bits are those of a blank page."""
    count = 3 * CROWD
    rows = np.zeros((count, 32), np.uint8)
    rows[:, 30] = np.arange(count) >> 8
    rows[:, 31] = np.arange(count) & 255
    found = pairs_within(as_words(rows), 16)
    assert found.skipped > 0
    assert len(found.first) < count * (count - 1) // 2
    assert set(found.first.tolist()) | set(found.second.tolist()) == set(range(count))


def test_equal_hashes_are_tied_to_a_few() -> None:
    ids = [f"{index:05d}" for index in range(1000)]
    pairs = list(same_hash(reversed(ids)))
    assert len(pairs) <= TOGETHER * len(ids)
    assert {second for _, second, _ in pairs} == set(ids[1:])


def test_of_a_crowd_of_blank_pages_one_is_kept() -> None:
    """Two hashes near one another with thousands of images each, of which any may rank first."""
    ranks = [f"{(7919 * index) % 10_007:05d}" for index in range(10_000)]
    hashes = [(rank, f"{index % 2:064x}") for index, rank in enumerate(ranks)]
    packed = [(rank, bytes.fromhex(value)) for rank, value in hashes]
    pairs = set(near_hashes([0], packed, 8))
    for value in {value for _, value in hashes}:
        pairs |= set(same_hash(rank for rank, other in hashes if other == value))
    assert len(pairs) < 20 * len(hashes)
    dropped = kept_instead(pair[:2] for pair in pairs)
    assert set(ranks) - set(dropped) == {min(ranks)}


def test_more_hashes_than_a_step_takes() -> None:
    """Pairs at the exact radius all over the order of a band, more of it than one step holds."""
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 256, (150_000, 32), np.uint8)
    copied = np.arange(0, 75_000, 25)
    turned = np.zeros((len(copied), 256), np.uint8)
    for row in turned:
        row[rng.choice(256, EXACT, replace=False)] = 1
    rows[copied + 75_000] = rows[copied] ^ np.packbits(turned, axis=1)
    found = pairs_within(as_words(rows), EXACT)
    assert found.first.tolist() == copied.tolist()
    assert found.second.tolist() == (copied + 75_000).tolist()
    assert set(found.distance.tolist()) == {EXACT}
    assert found.skipped == 0
