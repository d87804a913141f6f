"""Means and variances over small squares of an image, in strips of rows that stay in the cache.

Sums are made of sums of two and of four, which is several times faster than a running sum, whose
every step waits for the one before. Of a square that reaches beyond the image any number is given.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from gyogwa.transforms.dedup.refinement import Grey

STRIP = 64
"""Rows of a strip."""
_HALO = 3  # of squares


def with_halo(top: int, count: int, height: int) -> tuple[slice, slice]:
    """Rows with those that are averaged into them, and where they are among those."""
    first = max(0, top - _HALO)
    return slice(first, min(height, top + count + _HALO)), slice(top - first, top - first + count)


def ink_of(image: Grey, side: int, step: int = 1) -> Grey:
    """The variance in squares of this side."""
    # The difference of the two ends a little below zero on empty paper.
    ink: Grey = np.maximum(mean_of(image**2, side, step) - mean_of(image, side, step) ** 2, 0)
    return ink


def mean_of(image: Grey, side: int, step: int = 1) -> Grey:
    """The mean of the squares of 5 or 7 pixels about each `step`-th pixel across and down; of a
    square that reaches beyond the image any number."""
    half = side // 2
    parts = []
    for top in range(0, len(image), STRIP):
        rows, inner = with_halo(top, STRIP, len(image))
        part = np.zeros((rows.stop - rows.start + side - 1, image.shape[1] + side - 1), image.dtype)
        part[half:-half, half:-half] = image[rows]
        down = _sums(part, side)[inner][::step]
        parts.append(_sums(down.T, side).T[:, ::step])
    mean: Grey = np.concatenate(parts)
    mean *= np.float32(1 / side**2)
    return mean


def _sums(image: Grey, side: int) -> Grey:
    """Of 5 or 7 rows each, `side` - 1 fewer."""
    two = image[:-1] + image[1:]
    four = two[:-2] + two[2:]
    assert side in (5, 7)
    sums: Grey = four[:-1] + image[4:] if side == 5 else four[:-3] + two[4:-1] + image[6:]
    return sums


def ink_at(
    here: Grey, there: Grey, at: tuple[NDArray[np.intp], NDArray[np.intp]], top: int, side: int
) -> Grey:
    """The lesser variance of both images in the squares about some pixels, rows from `top` on; no
    such square reaches beyond the images."""
    rows, columns = at[0] + top - side // 2, at[1] - side // 2
    inks = [
        sliding_window_view(image, (side, side))[rows, columns].var(axis=(1, 2))
        for image in (here, there)
    ]
    less: Grey = np.minimum(*inks)
    return less
