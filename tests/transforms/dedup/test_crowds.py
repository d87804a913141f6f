"""Crowds take images out of the search by hash without losing a pair that it would have found."""

import itertools

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.dedup.by_hash import near_hashes, without_crowds
from gyogwa.transforms.dedup.crowds import CORE, CROWD, Crowds, centres_of, distances
from gyogwa.transforms.dedup.hash_index import Words, as_words
from gyogwa.transforms.ingest.phash import distance


def turned(rng: np.random.Generator, base: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    mask = np.zeros(256, np.uint8)
    mask[rng.choice(256, bits, replace=False)] = 1
    return np.bitwise_xor(base, np.packbits(mask))


def hashes(spread: int, count: int = 300, seed: int = 1) -> NDArray[np.uint8]:
    """Half of them around one hash, at most `spread` bits from it, the others anywhere."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, 32, np.uint8)
    near = [turned(rng, base, int(rng.integers(0, spread + 1))) for _ in range(count // 2)]
    return np.array([*near, *rng.integers(0, 256, (count - len(near), 32), np.uint8)])


def words(rows: NDArray[np.uint8]) -> Words:
    return as_words(rows.copy())


def test_a_crowd_has_a_centre_and_others_none() -> None:
    rows = hashes(20)
    found = centres_of(words(rows))
    assert len(found) == 1
    assert np.count_nonzero(distances(words(rows), found[0]) <= CORE) == 150
    assert len(centres_of(words(rows[150:]))) == 0
    assert len(centres_of(words(rows[: CROWD // 2]))) == 0


def test_the_order_of_hashes_does_not_matter() -> None:
    rows = hashes(24)
    shuffled = np.random.default_rng(2).permutation(rows)
    assert centres_of(words(rows)).tolist() == centres_of(words(shuffled)).tolist()


def test_no_pair_falls_between_the_two_searches() -> None:
    """A pair within the radius shares a crowd, or both take part in the search by hash."""
    rows = hashes(60, 600)
    crowds, core = Crowds.of(centres_of(words(rows))).placed(words(rows))
    assert core.any()
    listed = [row.tobytes().hex() for row in rows]
    for a, b in itertools.combinations(range(len(rows)), 2):
        if distance(listed[a], listed[b]) <= 40 and (core[a] or core[b]):
            assert set(crowds[a]) & set(crowds[b])
    assert not any(core[at] and not crowds[at] for at in range(len(rows)))


def test_without_crowds_everybody_is_searched_for_by_hash() -> None:
    rows = hashes(20)[150:]
    crowds, core = Crowds.of(centres_of(words(rows))).placed(words(rows))
    assert not core.any()
    assert not any(crowds)
    assert list(near_hashes([0], [("a", rows[0].tobytes())], 40)) == []


def test_centres_near_one_another_are_one_crowd() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(0, 256, 32, np.uint8)
    other = rng.integers(0, 256, 32, np.uint8)
    centres = words(np.array([base, turned(rng, base, 80), other]))
    assert Crowds.of(centres).names.tolist() == [0, 0, 2]


def test_pairs_of_one_crowd_are_left_to_it() -> None:
    crowds = {"a": frozenset({"boxed-0"}), "b": frozenset({"boxed-0", "whole-1"})}
    pairs = [("a", "b", 3), ("a", "c", 4), ("b", "c", 5), ("c", "d", 6)]
    assert list(without_crowds(pairs, crowds)) == pairs[1:]
