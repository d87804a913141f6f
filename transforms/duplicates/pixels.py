"""Do two images show the same? Wherever they differ in content, they do so in one spot.

A copy differs from its original everywhere a little: by blur, noise, tone, a fraction of a pixel.
Another number or another line differs in one place a lot. So the images are laid over one another
(`registration`), everything that is spread out is explained away, and the worst spot that is left
is what they differ by:

1. Tone: each grey of one image becomes the mean of what the other has there.
2. Blur, shift and light: in tiles of 48 pixels and their neighbours, the other image is fitted by
   least squares from this one, its two slopes and its Laplacian.
3. What remains is averaged over squares of 5 and 7 pixels, and divided by what stands there: the
   variance of the ink, plus, for empty paper, the square of a tenth of the contrast.
4. That share is weighed against how far it exceeds what is usual on the inked squares of these two
   images, because noise, too, is a large share of thin strokes, but it is so everywhere.

On copies by JPEG at quality 30, resizing to 50 %, brightness, crops and turns the difference is at
most 0.32 for 99 in 100; one digit or line changed makes it 0.74 to 20. What it can't tell is one
digit in print that a resized copy has left 5 pixels high: 0.36 was seen.

Cost: 230 ms a pair of pages of 1,200 pixels, decoding included.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy import ndimage

from transforms.decode import decode_grey
from transforms.duplicates.registration import Grey, overlay

SIDE = 1200
"""Pixels of the longer side at which images are compared, at most twice that."""

_TILE = 48
_SQUARES = ((5, 0.6), (7, 1.0))
_BLUR = 0.7
_FAINT = 0.1  # of the contrast: less is paper
_INKED = 0.15
_NOISE = 4.0  # grey levels squared
_USUAL = 20.0  # times the usual, which a copy reaches in its worst square
_BY_SHARE = 0.4  # how much the share counts against its being unusual
_ANY_SHARE = 2.5  # of the ink: pages that differ all over have nothing usual
_FLAT = 8.0


def load(data: bytes) -> Image.Image:
    """The image in grey, as it is displayed; a large JPEG is decoded at a fraction of its size."""
    image = Image.open(io.BytesIO(data))
    if image.format == "JPEG":
        image.draft("L", (SIDE, SIDE))
        grey = ImageOps.exif_transpose(image).convert("L")
    else:
        grey = decode_grey(data).pixels
    longer = max(grey.size)
    if longer > 2 * SIDE:
        grey = grey.reduce(longer // SIDE)
    return grey


@dataclass(frozen=True)
class Spot:
    """What a square of `side` pixels differs by: the share of its ink, and how unusual that is."""

    side: int
    share: Grey
    unusual: Grey


def difference(first: Image.Image, second: Image.Image) -> float:
    """How much the worst spot differs, 0 for none; infinite if they can't be laid together."""
    blank = [float(np.ptp(np.asarray(image))) < 2 * _FLAT for image in (first, second)]
    if any(blank):
        return 0.0 if all(blank) else float("inf")
    found = spots(first, second)
    if not found:
        return float("inf")
    weights = dict(_SQUARES)
    worst = 0.0
    for spot in found:
        odd = spot.share**_BY_SHARE * (spot.unusual / _USUAL) ** (1 - _BY_SHARE)
        worst = max(worst, weights[spot.side] * float(odd.max()))
    return max(worst, float(found[-1].share.max()) / _ANY_SHARE)


def spots(first: Image.Image, second: Image.Image) -> list[Spot]:
    """The differences of all squares of each size; none if the images don't fit."""
    laid = overlay(first, second)
    if laid is None:
        return []
    inside = ndimage.minimum_filter(laid.inside, 7, mode="constant")
    here, there = (ndimage.gaussian_filter(image, _BLUR) for image in (laid.target, laid.source))
    here, there = _same_tone(here, there, inside)
    left = _unexplained(here, there, inside.astype(np.float32))
    middle = float(np.median(there[::4, ::4]))
    contrast = max(_FLAT, float(np.percentile(np.abs(there - middle)[::3, ::3], 99.5)))
    faint = (_FAINT * contrast) ** 2
    found = []
    for side, _ in _SQUARES:
        whole = ndimage.minimum_filter(inside, side, mode="constant")
        if not whole.any():
            return []
        # A running sum of floats ends a little below zero on empty paper.
        energy = np.maximum(ndimage.uniform_filter(left**2, side)[whole], 0)
        ink = ndimage.uniform_filter(there**2, side) - ndimage.uniform_filter(there, side) ** 2
        ink = np.maximum(ink[whole], 0)
        share = energy / (ink + faint)
        inked = share[ink > (_INKED * contrast) ** 2]
        usual = float(np.quantile(inked, 0.9)) if len(inked) > 50 else 0.01
        found.append(Spot(side, share, energy / (usual * (ink + faint) + 2 * _NOISE)))
    return found


def _same_tone(here: Grey, there: Grey, inside: NDArray[np.bool_]) -> tuple[Grey, Grey]:
    """The images with the tone of one brought to the other's, whichever way loses less."""
    ways = []
    for a, b in ((here, there), (there, here)):
        bins = np.clip(a, 0, 255).astype(np.intp)
        flat, other = bins[inside], b[inside]
        counts = np.bincount(flat, minlength=256)
        sums = np.bincount(flat, weights=other, minlength=256)
        weight = ndimage.gaussian_filter1d(counts.astype(float), 3) + 1e-9
        tone = ndimage.gaussian_filter1d(sums, 3) / weight
        seen = weight > 0.5
        tone = np.interp(np.arange(256), np.flatnonzero(seen), tone[seen])
        brought = np.interp(a, np.arange(256), tone).astype(np.float32)
        ways.append((float(((brought - b)[inside] ** 2).mean() / b[inside].var()), brought, b))
    return min(ways, key=lambda way: way[0])[1:]


def _unexplained(here: Grey, there: Grey, weight: Grey) -> Grey:
    """What of `there` no smooth change of `here` gives. Tiles that hold little lean on the fit of
    the whole page."""
    height, width = here.shape
    rows, columns = -(-height // _TILE), -(-width // _TILE)
    padding = ((0, rows * _TILE - height), (0, columns * _TILE - width))
    down, across = np.gradient(here)
    parts = [np.ones_like(here), here - here.mean(), across, down, ndimage.laplace(here)]

    def tiled(image: Grey) -> Grey:
        cut = np.pad(image * weight, padding).reshape(rows, _TILE, columns, _TILE)
        return cut.transpose(0, 2, 1, 3).reshape(rows, columns, _TILE * _TILE)

    given = np.stack([tiled(part) for part in parts], axis=-1)
    wanted = tiled(there)
    moments = (given.swapaxes(2, 3) @ given).astype(np.float64)
    targets = (given.swapaxes(2, 3) @ wanted[..., None])[..., 0].astype(np.float64)
    moments = ndimage.uniform_filter(moments, (3, 3, 0, 0), mode="constant")
    targets = ndimage.uniform_filter(targets, (3, 3, 0), mode="constant")
    page = moments.sum(axis=(0, 1))
    ridge = 1e-3 * np.diag(np.diag(page)) + 1e-6 * np.eye(len(parts))
    fit = np.linalg.solve(page + ridge, targets.sum(axis=(0, 1)))
    lean = 0.05 * _TILE**2 * page / page[0, 0]
    local = np.linalg.solve(
        moments + lean + 1e-3 * np.eye(len(parts)), (targets + lean @ fit)[..., None]
    )
    left = (wanted[..., None] - given @ local)[..., 0].astype(np.float32)
    left = left.reshape(rows, columns, _TILE, _TILE).transpose(0, 2, 1, 3)
    return left.reshape(rows * _TILE, columns * _TILE)[:height, :width]
