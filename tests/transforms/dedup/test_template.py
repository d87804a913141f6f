"""Sketches of one template are laid on it, however they lay; what has changed moves nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from gyogwa.transforms.dedup.template import laid, template_of
from gyogwa.transforms.ingest.sketch import SIDE

Cells = NDArray[np.float32]


@pytest.fixture(scope="module")
def crowd() -> Cells:
    """Boxes that all share, and a spot of each one's own in one of them."""
    rng = np.random.default_rng(0)
    page = np.zeros((SIDE, SIDE), np.float32)
    page[8:70:12, 8:72] = page[8:69, (8, 30, 71)] = 160
    page[2:5, 20:50] = 220
    found = np.tile(ndimage.gaussian_filter(page, 1.2), (120, 1, 1))
    for cells in found:
        top, left = 10 + 12 * rng.integers(5), rng.integers(33, 60)
        cells[top : top + 6, left : left + 8] += rng.integers(20, 90)
    return found


def apart(cells: Cells, other: Cells) -> float:
    """The mean difference off the border, which a copy may have lost."""
    return float(np.abs(cells - other)[4:-4, 4:-4].mean())


MOVED = {
    "shifted": lambda cells: ndimage.shift(cells, (1.3, -1.6), order=1, mode="nearest"),
    "cropped": lambda cells: ndimage.affine_transform(
        cells, [0.96, 0.96], 0.02 * SIDE, order=1, mode="nearest"
    ),
    "turned": lambda cells: ndimage.rotate(cells, 1.5, reshape=False, order=1, mode="nearest"),
}


@pytest.mark.parametrize("kind", MOVED)
def test_what_lay_otherwise_lies_as_all_do(crowd: Cells, kind: str) -> None:
    moved = np.array([MOVED[kind](cells) for cells in crowd[:10]], np.float32)
    found = laid(template_of(crowd), moved)
    for own, before, after in zip(crowd, moved, found, strict=False):
        assert apart(after, own) < 0.5 * apart(before, own)


def test_a_bar_that_another_brightness_dropped_moves_nothing(crowd: Cells) -> None:
    pale = crowd[:10].copy()
    pale[:, 2:5] = 0
    assert max(map(apart, laid(template_of(crowd), pale), pale)) < 0.5


def test_empty_sketches_stay_where_they_are() -> None:
    empty = np.zeros((20, SIDE, SIDE), np.float32)
    assert not laid(template_of(empty), empty).any()
