"""Inside a crowd copies meet, whatever template they share; work grows with images, not pairs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.duplicates_growth import proposed, synthetic
from gyogwa.transforms.dedup.likeness import LATER, Crowd, pairs_of
from gyogwa.transforms.dedup.neighbours import nearest
from gyogwa.transforms.dedup.variation import seen, view_of
from gyogwa.transforms.ingest.sketch import SIDE, cells_of, packed

Cells = NDArray[np.float32]


def fillings(count: int, seed: int = 0) -> Cells:
    """Sketches of one template: dark rules, and fields of some rows that each fills differently."""
    rng = np.random.default_rng(seed)
    template = np.zeros((SIDE, SIDE), np.float32)
    template[2:4] = template[4:-4:6, 6:-6] = template[4:-4, (6, 20, -6)] = 180
    found = np.tile(template, (count, 1, 1))
    for row in range(6, SIDE - 6, 6):
        for at in range(count):
            length = rng.integers(4, 46)
            found[at, row : row + 2, 24 : 24 + length] = rng.integers(20, 160, length)
    return found


def kept(sketches: Cells) -> Cells:
    """Sketches as they come back."""
    return cells_of([packed(cells) for cells in sketches])


def hashes(count: int, seed: int) -> NDArray[np.uint8]:
    """Hashes that say nothing: 128 bits from one another."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def pairs_in(sketches: Cells) -> dict[tuple[int, int], int]:
    """The pairs that sketches alone make, with the least distance."""
    view = view_of(sketches)
    vectors, count = seen(view, sketches), len(sketches)
    return least(Crowd(vectors, hashes(count, 1), hashes(count, 2), view.apart))


def least(crowd: Crowd) -> dict[tuple[int, int], int]:
    pairs: dict[tuple[int, int], int] = {}
    for first, second, distance in pairs_of(crowd):
        pairs[first, second] = min(distance, pairs.get((first, second), LATER))
    return pairs


def zoomed(cells: Cells) -> Cells:
    """2 % cropped off every side."""
    found: Cells = ndimage.affine_transform(
        cells, [0.96, 0.96], 0.02 * SIDE, order=1, mode="nearest"
    )
    return found


COPIES: dict[str, Callable[[Cells], Any]] = {
    "noise": lambda cells: cells + np.random.default_rng(1).normal(0, 4, cells.shape),
    "shifted": lambda cells: ndimage.shift(cells, (1.5, -1.2), order=1, mode="nearest"),
    "turned": lambda cells: ndimage.rotate(cells, 0.5, reshape=False, order=1, mode="nearest"),
    "lighter": lambda cells: 0.85 * cells,
    "blurred": lambda cells: ndimage.gaussian_filter(cells, 0.4),
    "cropped": zoomed,
    "a bar dropped": lambda cells: np.where(np.arange(SIDE)[:, None] < 4, 0, cells),
}


def test_a_copy_is_among_the_nearest() -> None:
    originals = fillings(200)
    some = range(0, 8 * len(COPIES), 8)
    copied = [
        copy(cells)
        for copy, at in zip(COPIES.values(), some, strict=True)
        for cells in originals[at : at + 8]
    ]
    sketches = kept(np.concatenate([originals, np.array(copied, np.float32)]))
    pairs = pairs_in(sketches)
    for kind, at in zip(COPIES, some, strict=True):
        assert all(pairs.get((n, 200 + n)) == 0 for n in range(at, at + 8)), kind
    at_once = sum(distance == 0 for distance in pairs.values())
    assert at_once <= len(sketches)


def test_of_many_copies_the_first_is_tied_to_all() -> None:
    originals = fillings(100)
    rng = np.random.default_rng(5)
    copies = originals[7] + rng.normal(0, 1, (60, SIDE, SIDE)).astype(np.float32)
    sketches = np.concatenate([originals, copies])
    pairs = pairs_in(sketches)
    assert {(7, 100 + at) for at in range(60)} <= set(pairs)
    asked = {place for pair, distance in pairs.items() if distance < LATER for place in pair}
    assert {7, *range(100, 160)} <= asked


def test_a_crowd_of_nothing_but_copies() -> None:
    """What they differ by is noise, which is no variation to tell them by."""
    one = fillings(1)
    rng = np.random.default_rng(6)
    copies = one + rng.normal(0, 1, (100, SIDE, SIDE)).astype(np.float32)
    for sketches in (kept(copies), np.repeat(one, 100, axis=0)):
        assert {(0, at) for at in range(1, 100)} <= set(pairs_in(sketches))


def test_a_crowd_goes_through_the_pipeline() -> None:
    """What steps hand one another is coded: each field of a view is what its row says."""
    pairs = proposed(synthetic(90))
    copied = [(f"{at:07d}-base", f"{at:07d}-copy") for at in range(0, 90, 10)]
    assert all(pairs.get(pair, LATER) < LATER for pair in copied)


def test_where_sketches_tell_little_hashes_help() -> None:
    """A copy whose sketch is another's is found by its hash, among many that are near it too."""
    rng = np.random.default_rng(3)
    template = np.zeros(256, np.uint8)
    bits = np.tile(template, (300, 1)) ^ (rng.random((300, 256)) < 0.12).astype(np.uint8)
    bits[270:] = bits[:30]
    bits[270:, rng.choice(256, 20, replace=False)] ^= 1
    whole = np.packbits(bits, axis=1)
    vectors = rng.standard_normal((300, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for apart in (0.1, 0.5):
        pairs = least(Crowd(vectors, whole, hashes(300, 2), apart))
        at_once = {pair for pair, distance in pairs.items() if distance == 0}
        assert {(at, 270 + at) for at in range(30)} <= at_once
        assert len(at_once) <= (10 if apart < 0.2 else 2) * 300


def test_nearly_all_nearest_are_found_in_a_forest() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((9000, 32)).astype(np.float32)
    vectors[6000:] = vectors[:3000] + 0.3 * rng.standard_normal((3000, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first, second, apart, order = nearest(vectors, 2, 0.8)
    found = set(zip(first.tolist(), second.tolist(), strict=True))
    assert sum((at, 6000 + at) in found for at in range(3000)) >= 2970
    assert len(found) <= 2 * len(vectors)
    assert (first < second).all()
    assert apart.max() <= 0.8
    assert set(order.tolist()) == {0, 1}


def test_two_alone_and_one() -> None:
    vectors = np.eye(2, 4, dtype=np.float32)
    assert len(nearest(vectors[:1], 8, 0.8)[0]) == 0
    assert len(nearest(np.repeat(vectors[:1], 2, axis=0), 8, 0.8)[0]) == 1
