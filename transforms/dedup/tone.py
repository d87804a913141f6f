"""The tone of one image as the other's: what each grey of one has become in the other.

Scanners, codecs and faded paper change every grey alike; a curve says how. It is read off how often
a grey of one image lies over each grey of the other, whichever way loses less, and so are the
contrasts. Cost: one count of the pixels; all that follows works on 256 x 256 numbers.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from gyogwa.transforms.dedup.refinement import FINER, Fine, Grey

FLAT = 8.0
"""Grey levels: less contrast is paper."""
_FAR = 0.005  # of the pixels are farther from the middle grey than the contrast
_PIXELS = 200  # are farther than the strongest ink
_BETWEEN = 0.05  # of the ink: print has .28 at 150 dpi, .15 at 300, one bit none, as a JPEG too
_EMPTY = 0.25  # of the strongest: the contrast of a page that holds next to nothing

Joint = NDArray[np.int64]
"""How many pixels have each pair of greys: 256 of the target x 256 of the source."""


@dataclass(frozen=True)
class Tone:
    """The curve that brings the greys of one image to the other's: the source's where
    `of_source`, else the target's. `contrasts`: of the target and of the source, after it."""

    curve: NDArray[np.float64]
    of_source: bool
    contrasts: tuple[float, float]

    @cached_property
    def _curved(self) -> NDArray[np.float32]:
        at = np.arange(255 * FINER + 1, dtype=np.float64) / FINER
        return np.interp(at, np.arange(256), self.curve).astype(np.float32)

    def brought(self, here: Fine, there: Fine) -> tuple[Grey, Grey]:
        """Both images in one tone, 0..255."""
        if self.of_source:
            return _plain(here), self._curved[there]
        return self._curved[here], _plain(there)


def _plain(image: Fine) -> Grey:
    plain: Grey = image.astype(np.float32)
    plain *= np.float32(1 / FINER)
    return plain


def uncurved(tone: Tone) -> Tone:
    """The tone that leaves greys as they are: of one bit, or in uneven light, a grey has no one
    counterpart, and what fits each tile does better alone."""
    return replace(tone, curve=np.arange(256, dtype=np.float64))


def is_bilevel(joint: Joint) -> bool:
    """Whether one of two images has next to no greys between its ink and its paper."""
    return any(_few_between(joint.sum(axis=axis)) for axis in (0, 1))


def _few_between(counts: NDArray[np.int64]) -> bool:
    seen = np.flatnonzero(counts)
    if not len(seen):
        return False
    low, high = int(seen[0]), int(seen[-1])
    quarter = (high - low) // 4
    parts = [counts[: low + quarter], counts[high - quarter + 1 :]]
    between = counts.sum() - sum(part.sum() for part in parts)
    return bool(between < _BETWEEN * min(part.sum() for part in parts))


def joint_of(here: Fine, there: Fine) -> Joint:
    """The counts of pixels of the target and of those of the source that lie there."""
    half = FINER // 2
    both = ((here + half) // FINER).astype(np.intp) << 8 | (there + half) // FINER
    return np.bincount(both.ravel(), minlength=1 << 16).reshape(256, 256)


def tone_between(joint: Joint) -> Tone:
    """The tone of two images by how often their greys meet."""
    greys: NDArray[np.float64] = np.arange(256, dtype=np.float64)
    total = max(1, int(joint.sum()))
    ways = []
    for of_source, counts in ((False, joint), (True, joint.T)):
        others = counts.sum(axis=0)
        curve = _curve(counts)
        mean = float(others @ greys) / total
        spread = float(others @ (greys - mean) ** 2) / total
        lost = float((counts * (curve[:, None] - greys) ** 2).sum()) / total / max(1.0, spread)
        ways.append((lost, of_source, curve, counts))
    _, of_source, curve, counts = min(ways, key=lambda way: way[0])
    brought = _contrast(curve, counts.sum(axis=1))
    other = _contrast(greys, counts.sum(axis=0))
    return Tone(curve, of_source, (other, brought) if of_source else (brought, other))


def _curve(counts: Joint) -> NDArray[np.float64]:
    """Of each of 256 greys, one a row, the mean of what the other image has there."""
    weight = ndimage.gaussian_filter1d(counts.sum(axis=1).astype(float), 3) + 1e-9
    tone = ndimage.gaussian_filter1d(counts @ np.arange(256.0), 3) / weight
    seen = weight > 0.5
    if not seen.any():
        return np.arange(256, dtype=np.float64)
    curve: NDArray[np.float64] = np.interp(np.arange(256), np.flatnonzero(seen), tone[seen])
    return curve


def _contrast(greys: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """How far the strongest greys are from the middle one; `counts`: how many pixels have each."""
    order = np.argsort(greys, kind="stable")
    reached = counts[order].cumsum()
    middle = greys[order[min(255, int(np.searchsorted(reached, reached[-1] / 2)))]]
    away = np.abs(greys - middle)
    order = np.argsort(away, kind="stable")
    reached = counts[order].cumsum()
    usual, strongest = (
        float(away[order[min(255, int(np.searchsorted(reached, reached[-1] - beyond)))]])
        for beyond in (_FAR * reached[-1], min(_PIXELS, _FAR * reached[-1]))
    )
    return max(FLAT, usual if usual > _EMPTY * strongest else strongest)
