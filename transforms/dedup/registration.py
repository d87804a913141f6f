"""Lay one image over another: shift, scale and a small turn, found from the pixels alone.

What `coarse` finds is corrected by tiles (`refinement`), in up to three rounds. What
differs between two pages is small beside what doesn't, or they aren't laid over one another at all.

Coordinates are pixels, x to the right, y down. A map is a 2 x 3 array that takes a point of the
target to one of the source, as Pillow's affine transform wants it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from gyogwa.transforms.dedup.coarse import coarse
from gyogwa.transforms.dedup.refinement import (
    Fine,
    Map,
    covered_by,
    eroded,
    ground,
    refined,
    smoothed,
    warped,
)

_LEAST_OVERLAP = 0.8
_BANDS, _BAND = 8, 16  # so many of so many rows of pixels tell which way is best
_AROUND = 3  # rows that interpolation may ask for around a band
_STILL = 0.05  # pixels: after a round that moves no corner so far, the next would move none

Rounds = Sequence[tuple[int, int]]
"""Side and reach of the tiles of each round, in pixels."""
AT_FULL_SIZE: Rounds = ((64, 6), (64, 3))


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


@dataclass(frozen=True)
class Resized:
    """An image at another size by a filter, or by the bilinear one that skips pixels (None); all of
    it or some rows, which are the same."""

    image: Image.Image
    size: tuple[int, int]
    way: Image.Resampling | None = Image.Resampling.BICUBIC

    @property
    def whole(self) -> Image.Image:
        return self.image if self.size == self.image.size else self.rows(0, self.size[1])

    def rows(self, top: int, bottom: int) -> Image.Image:
        """The rows from `top` to before `bottom`."""
        image, (width, height) = self.image, self.size
        if self.size == image.size:
            return image.crop((0, top, width, bottom))
        across, down = image.width / width, image.height / height
        size = (width, bottom - top)
        if self.way is None:
            onto = (across, 0, 0, 0, down, down * top)
            return image.transform(size, Image.Transform.AFFINE, onto, Image.Resampling.BILINEAR)
        return image.resize(size, self.way, (0, down * top, image.width, down * bottom))


def place(target: Image.Image, source: Image.Image, ratio: float = 1.0) -> Placement | None:
    """Where two images of mode L lie; None if they don't fit one another.

    `ratio`: pixels of the source for one of the target in a crop, which was not resized.
    """
    longer = max(target.size)
    rounds = [(max(64, longer // 8), max(6, longer // 100)), (64, 5), (48, 3)]
    found = []
    for start in coarse(target, source, ratio):
        size = (round(source.width / start.across), round(source.height / start.down))
        placed = Placement(size, start.onto, start.inverted, start.resized)
        found.append(corrected(target, source, placed, rounds))
    if len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda placed: _residue_at(target, source, placed))


def _residue_at(target: Image.Image, source: Image.Image, placed: Placement) -> float:
    laid = overlay(target, source, placed, True)
    return 0.0 if laid is None else residue(laid)


def enlarged(
    target: Image.Image, source: Image.Image, ratio: float, times: float, placed: Placement
) -> Placement:
    """The placement of the images at full size, from that of reduced ones, not corrected yet;
    `times`: pixels of the full target for one of the reduced."""
    cropped = (round(source.width / ratio), round(source.height / ratio))
    onto = placed.onto.copy()
    onto[:, 2] *= times
    return replace(placed, size=target.size if placed.resized else cropped, onto=onto)


def corrected(
    target: Image.Image, source: Image.Image, placed: Placement, rounds: Rounds
) -> Placement:
    """The placement after rounds of tiles, fewer once it stands still."""
    pixels = np.asarray(target)
    source = ImageOps.invert(source) if placed.inverted else source
    resized = Resized(source, placed.size).whole
    for tile, reach in rounds:
        before = placed
        placed = replace(placed, onto=refined(pixels, resized, placed.onto, tile, reach))
        if stands_still(target.size, before, placed):
            break
    return placed


def stands_still(size: tuple[int, int], before: Placement, after: Placement) -> bool:
    """Whether no corner of a target of this size has moved by what another round would move."""
    corners = np.array([[x, y, 1] for x in (0, size[0]) for y in (0, size[1])])
    return bool(np.abs(corners @ (after.onto - before.onto).T).max() < _STILL)


def overlay_whole(target: Image.Image, source: Image.Image, placed: Placement) -> Overlaid | None:
    """Images of one scale laid over one another by the shift of whole pixels that the placement
    nearly is; None where it is none."""
    whole = snapped(placed.onto)[1:]
    if not whole or placed.inverted or source.size != placed.size:
        return None
    return _laid(target, source, whole[0], ground(source))


def overlay(
    target: Image.Image, source: Image.Image, placed: Placement, reduced: bool
) -> Overlaid | None:
    """One image laid over the other; None if too little of them meets.

    Whichever was turned or shifted by a fraction of a pixel was blurred by it: of two images of one
    size, each is laid over the other, and the better of the two stays. `reduced`: both are, so
    that the ways to resize are nearly one.
    """
    size, onto = placed.size, placed.onto
    if placed.inverted:
        source = ImageOps.invert(source)
    inside = covered_by(size, onto, target.size)
    covered = float(np.count_nonzero(inside))
    if covered < _LEAST_OVERLAP * max(inside.size, size[0] * size[1]):
        return None
    outside = ground(source)
    resized = _resized(source, size, all_=not reduced)
    if len(resized) > 1:  # whichever map, the better way to resize is better
        resized = [
            min(resized, key=lambda way: _residue_of_bands(target, way, snapped(onto)[-1], outside))
        ]
    ways = [(target, resized[0], way) for way in snapped(onto)]
    if size == source.size and ways[-1][2] is onto:
        back = np.linalg.inv(np.vstack([onto, [0, 0, 1]]))[:2]
        ways.append((source, Resized(target, target.size), back))
    best = ways[0]
    if len(ways) > 1:
        best = min(ways, key=lambda way: _residue_of_bands(way[0], way[1], way[2], outside))
    target, chosen, onto = best
    return _laid(target, chosen.whole, onto, outside)


def _residue_of_bands(target: Image.Image, source: Resized, onto: Map, outside: int) -> float:
    """The residue on some rows of the target, which tells the ways of laying it apart."""
    step = target.height // _BANDS
    if step < 2 * _BAND:
        return residue(_laid(target, source.whole, onto, outside))
    parts = []
    for top in range(0, target.height, step):
        band = (0, top, target.width, min(target.height, top + _BAND))
        corners = np.array([[x, y, 1] for x in band[::2] for y in band[1::2]]) @ onto.T
        low = max(0, int(corners[:, 1].min()) - _AROUND)
        high = min(source.size[1], int(corners[:, 1].max()) + 1 + _AROUND)
        if high <= low:
            continue
        shifted = onto.copy()
        shifted[:, 2] += onto[:, 1] * top
        shifted[1, 2] -= low
        parts.append(_laid(target.crop(band), source.rows(low, high), shifted, outside))
    here, there, inside = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("target", "source", "inside")
    )
    return residue(Overlaid(here, there, inside, onto))


def _laid(target: Image.Image, source: Image.Image, onto: Map, outside: int) -> Overlaid:
    laid = warped(source, onto, target.size, outside)
    inside = covered_by(source.size, onto, target.size)
    return Overlaid(np.asarray(target), laid, inside, onto)


def _resized(source: Image.Image, size: tuple[int, int], all_: bool) -> list[Resized]:
    """The image at another size in each way that a copy may have been made: the usual filters, and
    the bilinear one that skips pixels, as OpenCV's does; the first of them alone unless `all_`."""
    if size == source.size or not all_:
        return [Resized(source, size)]
    ways = (Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS, None)
    return [Resized(source, size, way) for way in ways]


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
