"""Lay one image over another: shift, scale and a small turn, found from the pixels alone.

First the shift at 256 pixels by correlation through the Fourier transform, at two scales: that of
the sizes (a resized copy) and one (a crop). Then it is corrected by tiles (`refinement`), in three
rounds of smaller ones. What differs between two pages is small beside what doesn't, or they aren't
laid over one another at all.

Coordinates are pixels, x to the right, y down. A map is a 2 x 3 array that takes a point of the
target to one of the source, as Pillow's affine transform wants it. Cost: 60 ms for a page of
1,200 pixels.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy.fft import irfft2, next_fast_len, rfft2

from gyogwa.transforms.dedup.refinement import (
    Fine,
    Grey,
    Map,
    covered_by,
    eroded,
    ground,
    refined,
    smoothed,
    warped,
)

_COARSE_SIDE = 256
_COARSE_SHORTER = 64  # of a strip
_LEAST_CORRELATION = 0.2
_LEAST_OVERLAP = 0.8
_ANGLES = (0.0, -3.0, -1.5, 1.5, 3.0)
_ASKEW = 1.1  # so much better must a turn fit than none
_BANDS, _BAND = 8, 16  # so many of so many rows of pixels tell which way is best
_LARGE = 600  # pixels: less were reduced for the comparison, by which all ways are nearly one
_INVERTED = 1.5  # so much better must light and dark fit when they are exchanged


Greys = NDArray[np.uint8]


@dataclass(frozen=True)
class Placement:
    """Where an image, the source, lies over one that is no larger, the target: `onto` takes a point
    of the target to one of the source at `size`. `inverted`: light and dark are exchanged.
    `resized`: the source was brought to the target's size, not cropped."""

    size: tuple[int, int]
    onto: Map
    inverted: bool = False
    resized: bool = True


@dataclass(frozen=True)
class Overlaid:
    """Two images pixel by pixel: `inside` marks where both have any."""

    target: Greys
    source: Greys
    inside: NDArray[np.bool_]
    map: Map

    @cached_property
    def core(self) -> NDArray[np.bool_]:
        """Where both have pixels for three around, so that no edge of either is near."""
        return eroded(self.inside, 7)

    @cached_property
    def smooth(self) -> tuple[Fine, Fine]:
        """Both, less their finest grain."""
        return smoothed(self.target), smoothed(self.source)


def place(target: Image.Image, source: Image.Image, ratio: float = 1.0) -> Placement | None:
    """Where two images of mode L lie; None if they don't fit one another.

    `ratio`: pixels of the source for one of the target in a crop, which was not resized.
    """
    start = _coarse(target, source, ratio)
    if start is None:
        return None
    longer = max(target.size)
    rounds = [(max(64, longer // 8), max(6, longer // 100)), (64, 5), (48, 3)]
    size = (round(source.width / start.across), round(source.height / start.down))
    placed = Placement(size, start.onto, start.inverted, start.resized)
    return _corrected(target, source, placed, rounds)


def enlarged(
    target: Image.Image, source: Image.Image, ratio: float, times: float, placed: Placement
) -> Placement:
    """The placement of the images at full size, from that of reduced ones, not corrected yet;
    `times`: pixels of the full target for one of the reduced."""
    cropped = (round(source.width / ratio), round(source.height / ratio))
    onto = placed.onto.copy()
    onto[:, 2] *= times
    return replace(placed, size=target.size if placed.resized else cropped, onto=onto)


def corrected(target: Image.Image, source: Image.Image, placed: Placement) -> Placement:
    """An enlarged placement after two rounds of tiles."""
    return _corrected(target, source, placed, [(64, 6), (64, 3)])


def overlay_whole(target: Image.Image, source: Image.Image, placed: Placement) -> Overlaid | None:
    """Images of one size laid over one another by the shift of whole pixels that the placement
    nearly is; None where it is none."""
    whole = snapped(placed.onto)[1:]
    if not whole or placed.inverted or not target.size == source.size == placed.size:
        return None
    return _laid(target, source, whole[0])


def _corrected(
    target: Image.Image, source: Image.Image, placed: Placement, rounds: list[tuple[int, int]]
) -> Placement:
    """The placement after rounds of tiles, (side, reach)."""
    pixels = np.asarray(target)
    source = ImageOps.invert(source) if placed.inverted else source
    resized = _resized(source, placed.size, all_=False)[0]
    onto = placed.onto
    for tile, reach in rounds:
        onto = refined(pixels, resized, onto, tile, reach)
    return replace(placed, onto=onto)


def overlay(target: Image.Image, source: Image.Image, placed: Placement) -> Overlaid | None:
    """One image laid over the other; None if too little of them meets.

    Whichever was turned or shifted by a fraction of a pixel was blurred by it: of two images of one
    size, each is laid over the other, and the better of the two stays.
    """
    size, onto = placed.size, placed.onto
    if placed.inverted:
        source = ImageOps.invert(source)
    inside = covered_by(size, onto, target.size)
    covered = float(np.count_nonzero(inside))
    if covered < _LEAST_OVERLAP * max(inside.size, size[0] * size[1]):
        return None
    resized = _resized(source, size, max(target.size) > _LARGE)
    ways = [(target, image, way) for image in resized for way in snapped(onto)]
    if size == source.size and ways[-1][2] is onto:
        back = np.linalg.inv(np.vstack([onto, [0, 0, 1]]))[:2]
        ways.append((source, target, back))
    best = ways[0] if len(ways) == 1 else min(ways, key=lambda way: _residue_of_bands(*way))
    return _laid(*best)


def _residue_of_bands(target: Image.Image, source: Image.Image, onto: Map) -> float:
    """The residue on some rows of the target, which tells the ways of laying it apart."""
    step = target.height // _BANDS
    if step < 2 * _BAND:
        return residue(_laid(target, source, onto))
    parts, outside = [], ground(source)
    for top in range(0, target.height, step):
        band = (0, top, target.width, min(target.height, top + _BAND))
        shifted = onto.copy()
        shifted[:, 2] += onto[:, 1] * top
        parts.append(_laid(target.crop(band), source, shifted, outside))
    here, there, inside = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("target", "source", "inside")
    )
    return residue(Overlaid(here, there, inside, onto))


def _laid(
    target: Image.Image, source: Image.Image, onto: Map, outside: int | None = None
) -> Overlaid:
    outside = ground(source) if outside is None else outside
    laid = warped(source, onto, target.size, outside)
    inside = covered_by(source.size, onto, target.size)
    return Overlaid(np.asarray(target), laid, inside, onto)


def _resized(source: Image.Image, size: tuple[int, int], all_: bool) -> list[Image.Image]:
    """The image at another size in each way that a copy may have been made: the usual filters, and
    the bilinear one that skips pixels, as OpenCV's does; the first of them alone unless `all_`."""
    if size == source.size:
        return [source]
    if not all_:
        return [source.resize(size, Image.Resampling.BICUBIC)]
    filters = (Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS)
    skipping = (source.width / size[0], 0, 0, 0, source.height / size[1], 0)
    return [
        *(source.resize(size, way) for way in filters),
        source.transform(size, Image.Transform.AFFINE, skipping, Image.Resampling.BILINEAR),
    ]


def snapped(onto: Map) -> list[Map]:
    """The map, and the shift by whole pixels that it is nearly: such a copy wasn't blurred."""
    whole = np.array([[1.0, 0.0, round(onto[0, 2])], [0.0, 1.0, round(onto[1, 2])]])
    near = np.abs(onto - whole).max(axis=0) < (5e-4, 5e-4, 0.2)
    return [onto, whole] if near.all() else [onto]


def residue(laid: Overlaid) -> float:
    """Less the more of one's variance the other explains."""
    inside = laid.inside[::2]
    here, there = (image[::2][inside].astype(np.float32) for image in (laid.target, laid.source))
    if not len(here):
        return 0.0
    here, there = here - here.mean(), there - there.mean()
    norm = float(here @ here) * float(there @ there)
    return -abs(float(here @ there)) / norm**0.5 if norm else 0.0


@dataclass(frozen=True)
class _Start:
    """Source pixels a target pixel across and down, and the map between the two at that scale."""

    across: float
    down: float
    onto: Map
    inverted: bool
    resized: bool


def _coarse(target: Image.Image, source: Image.Image, ratio: float) -> _Start | None:
    longer, shorter = max(target.size), min(target.size)
    factor = min(1.0, max(_COARSE_SIDE / longer, _COARSE_SHORTER / shorter))
    sizes = (source.width / target.width, source.height / target.height)
    best: tuple[float, _Start | None] = (_LEAST_CORRELATION, None)
    here = _small(target, factor, factor)
    scales = list(dict.fromkeys([sizes, (ratio, ratio)]))
    for angle in _ANGLES:
        for scale in scales:
            there = _small(source, factor / scale[0], factor / scale[1])
            turn = _turn(angle, there.shape)
            if angle:
                there = _turned(there, turn)
            for inverted, (found, x, y) in enumerate(_shifts(here, there)):
                if found > best[0] * (_INVERTED if inverted else _ASKEW if angle else 1):
                    onto = turn.copy()
                    onto[:, 2] = (turn[:, :2] @ (x, y) + turn[:, 2]) / factor
                    start = _Start(*scale, onto, bool(inverted), scale == sizes)
                    best = (found, start)
        if best[1] is not None:
            scales = [(best[1].across, best[1].down)]
    return best[1]


def _turn(angle: float, shape: tuple[int, ...]) -> Map:
    """The map that turns an image of this shape (height, width) about its middle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    linear = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([shape[1] / 2, shape[0] / 2])
    return np.hstack([linear, (middle - linear @ middle)[:, None]])


def _turned(image: Grey, turn: Map) -> Grey:
    size = (image.shape[1], image.shape[0])
    way = (Image.Transform.AFFINE, tuple(turn.ravel()), Image.Resampling.BILINEAR)
    return np.asarray(Image.fromarray(image).transform(size, *way), np.float32)


def _small(image: Image.Image, across: float, down: float) -> Grey:
    size = (max(8, round(image.width * across)), max(8, round(image.height * down)))
    laid = image.resize(size, Image.Resampling.BOX)
    return np.asarray(laid, np.float32) - ground(laid)


def _shifts(here: Grey, there: Grey) -> list[tuple[float, int, int]]:
    """The correlation, 0..1, at the best shift, and that shift of `there`; then that of `there`
    with light and dark exchanged."""
    height = next_fast_len(here.shape[0] + there.shape[0], real=True)
    width = next_fast_len(here.shape[1] + there.shape[1], real=True)
    shape = (height, width)
    found = irfft2(np.conj(rfft2(here, shape)) * rfft2(there, shape), shape)
    norm = float(np.sqrt((here**2).sum() * (there**2).sum())) + 1e-9
    shifts = []
    for at, sign in ((found.argmax(), 1), (found.argmin(), -1)):
        y, x = divmod(int(at), width)
        best = sign * float(found[y, x]) / norm
        right, down = (x - width if x > width // 2 else x), (y - height if y > height // 2 else y)
        shifts.append((best, right, down))
    return shifts
