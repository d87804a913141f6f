"""What two images that lie over one another differ by, square by square.

A copy differs from its original everywhere a little: by blur, noise, tone, a fraction of a pixel.
Another number or another line differs in one place a lot. So everything that is spread out is
explained away, and the worst spot that is left is what the images differ by:

1. Tone: each grey of one image becomes the mean of what the other has there.
2. Blur, shift and light: in tiles of 48 pixels and their neighbours, the other image is fitted by
   least squares from this one, its two slopes and its Laplacian.
3. What remains is averaged over squares of 5 and 7 pixels, and divided by what stands there: the
   variance of the ink, plus, for empty paper, the square of a tenth of the contrast.
4. The same the other way round, since ink that only one image has is explained away when the other
   is to be explained by it: the worse of the two counts, this one by half, as what is sharp can't
   be made of what is blurred.
5. That share is weighed against how far it exceeds what is usual on the inked squares of these two
   images, because noise, too, is a large share of thin strokes, but it is so everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from gyogwa.transforms.dedup.refinement import Grey
from gyogwa.transforms.dedup.registration import Overlaid

_TILE = 48
_SQUARES = ((5, 0.6), (7, 1.0))
_BLUR = 0.7
_FAINT = 0.1  # of the contrast: less is paper
_INKED = 0.15
_NOISE = 4.0  # grey levels squared
_USUAL = 20.0  # times the usual, which a copy reaches in its worst square
_BY_SHARE = 0.4  # how much the share counts against its being unusual
_ANY_SHARE = 2.5  # of the ink: pages that differ all over have nothing usual
FLAT = 8.0
"""Grey levels: less contrast is paper."""
_PLAINLY = 0.25
_MANY = 1_000_000  # pixels: of more, every fourth tells the tone
_BACK = 0.5  # a sharp image can't be made of a blurred one


@dataclass(frozen=True)
class Tone:
    """The curve that brings the greys of one image to the other's: the source's where
    `of_source`, else the target's. `contrasts`: of the target and of the source, after it."""

    curve: NDArray[np.float64]
    of_source: bool
    contrasts: tuple[float, float]


@dataclass(frozen=True)
class Squares:
    """All squares of `side` pixels: the energy that is not explained, and the variance of the ink.
    `back`: the target was explained by the source, not the other way round."""

    side: int
    back: bool
    energy: Grey
    ink: Grey


def tone_of(laid: Overlaid) -> Tone:
    """The tone of one image as the other's, whichever way loses less."""
    inside = _inside(laid)
    here, there = (ndimage.gaussian_filter(image, _BLUR) for image in (laid.target, laid.source))
    step = 2 if here.size > _MANY else 1
    cut = (slice(None, None, step), slice(None, None, step))
    return tone_between(here[cut][inside[cut]], there[cut][inside[cut]])


def tone_between(here: Grey, there: Grey) -> Tone:
    """The tone from pixels of the target and those of the source that lie there, flat."""
    ways = []
    for of_source, a, b in ((False, here, there), (True, there, here)):
        curve = _curve(a, b)
        brought = _toned(a, curve)
        lost = float(((brought - b) ** 2).mean() / max(1.0, b.var()))
        ways.append((lost, of_source, curve, brought, b))
    _, of_source, curve, brought, other = min(ways, key=lambda way: way[0])
    target, source = (other, brought) if of_source else (brought, other)
    return Tone(curve, of_source, (_contrast(target), _contrast(source)))


def squares_of(laid: Overlaid, tone: Tone, step: int = 1) -> list[Squares]:
    """The squares of each size, both ways, each `step`-th across and down; [] if none is inside.

    Where the images are plainly alike nothing is explained away: little could be.
    """
    inside = _inside(laid)
    here, there = _alike(laid, tone)
    unlike = _unlike(here, there, tone)
    unlike[~inside] = 0
    tiles = _tiled(unlike).max(axis=(2, 3)) > _PLAINLY
    cut = (slice(None, None, step), slice(None, None, step))
    found = []
    for back, one, other in ((False, here, there), (True, there, here)):
        left = _left(one, other, inside.astype(np.float32), tiles) ** 2
        for side, _ in _SQUARES:
            whole = ndimage.minimum_filter(inside, side, mode="constant")[cut]
            if not whole.any():
                return []
            # A running sum of floats ends a little below zero on empty paper.
            energy = np.maximum(ndimage.uniform_filter(left, side)[cut][whole], 0)
            found.append(Squares(side, back, energy, _ink(other, side)[cut][whole]))
    return found


def plain_difference(laid: Overlaid, tone: Tone) -> float | None:
    """How much images differ that are plainly alike: by next to nothing before anything but tone
    is explained away; None for others."""
    unlike = _unlike(*_alike(laid, tone), tone)[_inside(laid)]
    most = float(unlike.max(initial=0))
    return most if most < _PLAINLY else None


def _unlike(here: Grey, there: Grey, tone: Tone) -> Grey:
    """What each square differs by at most, whatever is usual on the page."""
    side = _SQUARES[0][0]
    energy = np.maximum(ndimage.uniform_filter((here - there) ** 2, side), 0)
    ink = np.minimum(_ink(here, side), _ink(there, side))
    share = energy / (ink + (_FAINT * min(tone.contrasts)) ** 2)
    unusual = energy / (2 * _NOISE * _USUAL)
    odd: Grey = share**_BY_SHARE * unusual ** (1 - _BY_SHARE)
    return odd


def worst_of(found: Iterable[Squares], tone: Tone) -> float:
    """How much the worst square differs, 0 for none; squares of one size and way are one page's."""
    parts: dict[tuple[int, bool], list[Squares]] = {}
    for squares in found:
        parts.setdefault((squares.side, squares.back), []).append(squares)
    weights = dict(_SQUARES)
    worst = 0.0
    for (side, back), listed in parts.items():
        energy = np.concatenate([squares.energy for squares in listed])
        ink = np.concatenate([squares.ink for squares in listed])
        contrast = tone.contrasts[0 if back else 1]
        faint = (_FAINT * contrast) ** 2
        share = energy / (ink + faint)
        inked = share[ink > (_INKED * contrast) ** 2]
        usual = float(np.quantile(inked, 0.9)) if len(inked) > 50 else 0.01
        unusual = energy / (usual * (ink + faint) + 2 * _NOISE)
        odd = share**_BY_SHARE * (unusual / _USUAL) ** (1 - _BY_SHARE)
        worst = max(worst, weights[side] * (_BACK if back else 1.0) * float(odd.max()))
        if weights[side] == 1 and not back:
            worst = max(worst, float(share.max()) / _ANY_SHARE)
    return worst


def _alike(laid: Overlaid, tone: Tone) -> tuple[Grey, Grey]:
    here, there = (ndimage.gaussian_filter(image, _BLUR) for image in (laid.target, laid.source))
    if tone.of_source:
        return here, _toned(there, tone.curve)
    return _toned(here, tone.curve), there


def _ink(image: Grey, side: int) -> Grey:
    ink = ndimage.uniform_filter(image**2, side) - ndimage.uniform_filter(image, side) ** 2
    found: Grey = np.maximum(ink, 0)
    return found


def _inside(laid: Overlaid) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = ndimage.minimum_filter(laid.inside, 7, mode="constant")
    return inside


def _contrast(there: Grey) -> float:
    some = there[:: max(1, there.size // 100_000)]
    return max(FLAT, float(np.percentile(np.abs(some - np.median(some)), 99.5)))


def _curve(greys: Grey, others: Grey) -> NDArray[np.float64]:
    """Of each of 256 greys the mean of what the other image has there."""
    bins = np.clip(greys, 0, 255).astype(np.intp)
    counts = np.bincount(bins, minlength=256)
    sums = np.bincount(bins, weights=others, minlength=256)
    weight = ndimage.gaussian_filter1d(counts.astype(float), 3) + 1e-9
    tone = ndimage.gaussian_filter1d(sums, 3) / weight
    seen = weight > 0.5
    curve: NDArray[np.float64] = np.interp(np.arange(256), np.flatnonzero(seen), tone[seen])
    return curve


def _toned(image: Grey, curve: NDArray[np.float64]) -> Grey:
    return np.interp(image, np.arange(256), curve).astype(np.float32)


def _tiled(image: Grey) -> Grey:
    """Tiles of an image, rows x columns x side x side, a view; zeros where it ends inside one."""
    height, width = image.shape
    rows, columns = -(-height // _TILE), -(-width // _TILE)
    padded = np.pad(image, ((0, rows * _TILE - height), (0, columns * _TILE - width)))
    return padded.reshape(rows, _TILE, columns, _TILE).swapaxes(1, 2)


def _left(here: Grey, there: Grey, weight: Grey, tiles: NDArray[np.bool_]) -> Grey:
    """What of `there` no smooth change of `here` gives, in these tiles; the mere difference in
    others. Tiles that hold little lean on the fit of all."""
    height, width = here.shape
    left = _tiled((there - here) * weight)
    if tiles.any():
        near = ndimage.binary_dilation(tiles, np.ones((3, 3), np.bool_))
        down, across = np.gradient(here)
        parts = [np.ones_like(here), here - here.mean(), across, down, ndimage.laplace(here)]
        given = np.stack([_of(part * weight, near) for part in parts], axis=-1)
        fit = _fitted(given, _of(there * weight, near), near)
        at = tiles[near]
        unexplained = _of(there * weight, near)[at, :, None] - given[at] @ fit[tiles]
        left[tiles] = unexplained[..., 0].reshape(-1, _TILE, _TILE)
    rows, columns = tiles.shape
    whole: Grey = left.swapaxes(1, 2).reshape(rows * _TILE, columns * _TILE)
    return whole[:height, :width]


def _of(image: Grey, tiles: NDArray[np.bool_]) -> Grey:
    return _tiled(image)[tiles].reshape(-1, _TILE * _TILE)


def _fitted(given: Grey, wanted: Grey, near: NDArray[np.bool_]) -> Grey:
    """Of each tile the factors of the parts `given`, by least squares over it and its neighbours:
    rows x columns x parts x 1."""
    count = given.shape[-1]
    moments = np.zeros((*near.shape, count, count))
    targets = np.zeros((*near.shape, count))
    moments[near] = given.swapaxes(1, 2) @ given
    targets[near] = (given.swapaxes(1, 2) @ wanted[..., None])[..., 0]
    moments = ndimage.uniform_filter(moments, (3, 3, 0, 0), mode="constant")
    targets = ndimage.uniform_filter(targets, (3, 3, 0), mode="constant")
    page = moments.sum(axis=(0, 1))
    ridge = 1e-3 * np.diag(np.diag(page)) + 1e-6 * np.eye(count)
    fit = np.linalg.solve(page + ridge, targets.sum(axis=(0, 1)))
    lean = 0.05 * _TILE**2 * page / max(page[0, 0], 1e-9)
    local: Grey = np.linalg.solve(
        moments + lean + 1e-3 * np.eye(count), (targets + lean @ fit)[..., None]
    ).astype(np.float32)
    return local
