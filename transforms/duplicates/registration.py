"""Lay one image over another: shift, scale and a small turn, found from the pixels alone.

First the shift at 256 pixels by correlation through the Fourier transform, at two scales: that of
the sizes (a resized copy) and one (a crop). Then tiles of the image are looked for near where they
should be, and a similarity (four numbers) is fitted to what they found, tiles that disagree
counting little: two rounds, the second with smaller tiles. What differs between two pages is small
beside what doesn't, or they aren't laid over one another at all.

Coordinates are pixels, x to the right, y down. A map is a 2 x 3 array that takes a point of the
target to one of the source, as Pillow's affine transform wants it. Cost: 60 ms for a page of
1,200 pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from transforms.duplicates.fingerprints import ground_of

Grey = NDArray[np.float32]
Map = NDArray[np.float64]

_COARSE_SIDE = 256
_LEAST_CORRELATION = 0.2
_LEAST_OVERLAP = 0.8
_LEAST_TILE_CORRELATION = 0.3
_FLAT_TILE = 4.0  # grey levels, standard deviation


@dataclass(frozen=True)
class Overlaid:
    """Two images pixel by pixel: `inside` marks where both have any."""

    target: Grey
    source: Grey
    inside: NDArray[np.bool_]
    map: Map


def overlay(first: Image.Image, second: Image.Image) -> Overlaid | None:
    """The larger laid over the smaller, both of mode L; None if they don't fit one another.

    Whichever was turned or shifted by a fraction of a pixel was blurred by it: of two images of one
    size, each is laid over the other, and the better of the two stays.
    """
    target, source = sorted((first, second), key=_order)
    start = _coarse(target, source)
    if start is None:
        return None
    across, down, shift = start
    pixels = np.asarray(target, np.float32)
    size = (round(source.width / across), round(source.height / down))
    resized = _resized(source, size)
    onto = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    longer = max(target.size)
    for tile, reach in ((max(64, longer // 8), max(6, longer // 100)), (64, 5), (48, 3)):
        onto = _refined(pixels, resized[0], onto, tile, reach)
    inside = _warped(Image.new("L", size, 255), onto, target.size, 0) > 127
    covered = float(np.count_nonzero(inside))
    if covered < _LEAST_OVERLAP * max(inside.size, size[0] * size[1]):
        return None
    laid = [
        _laid(target, image, way, inside if way is onto else None)
        for image in resized
        for way in _snapped(onto)
    ]
    if size == source.size and laid[-1].map is onto:
        back = np.linalg.inv(np.vstack([onto, [0, 0, 1]]))[:2]
        laid.append(_laid(source, target, back))
    return min(laid, key=_residue)


def _laid(
    target: Image.Image, source: Image.Image, onto: Map, inside: NDArray[np.bool_] | None = None
) -> Overlaid:
    laid = _warped(source, onto, target.size, _ground(source)).astype(np.float32)
    if inside is None:
        inside = _warped(Image.new("L", source.size, 255), onto, target.size, 0) > 127
    return Overlaid(np.asarray(target, np.float32), laid, inside, onto)


def _resized(source: Image.Image, size: tuple[int, int]) -> list[Image.Image]:
    """The image at another size in each way that a copy may have been made: the usual filters, and
    the bilinear one that skips pixels, as OpenCV's does."""
    if size == source.size:
        return [source]
    filters = (Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS)
    skipping = (source.width / size[0], 0, 0, 0, source.height / size[1], 0)
    return [
        *(source.resize(size, way) for way in filters),
        source.transform(size, Image.Transform.AFFINE, skipping, Image.Resampling.BILINEAR),
    ]


def _snapped(onto: Map) -> list[Map]:
    """The map, and the shift by whole pixels that it is nearly: such a copy wasn't blurred."""
    whole = np.array([[1.0, 0.0, round(onto[0, 2])], [0.0, 1.0, round(onto[1, 2])]])
    near = np.abs(onto - whole).max(axis=0) < (5e-4, 5e-4, 0.2)
    return [onto, whole] if near.all() else [onto]


def _residue(laid: Overlaid) -> float:
    """Less the more of one's variance the other explains."""
    here, there = laid.target[laid.inside], laid.source[laid.inside]
    return -abs(float(np.corrcoef(here, there)[0, 1])) if here.std() and there.std() else 0.0


def _order(image: Image.Image) -> tuple[int, int, bytes]:
    """By area, and such that it doesn't matter which of two images is named first."""
    return image.width * image.height, image.width, image.tobytes()


def _coarse(
    target: Image.Image, source: Image.Image
) -> tuple[float, float, tuple[float, float]] | None:
    """Source pixels a target pixel across and down, and the shift in target pixels."""
    factor = min(1.0, _COARSE_SIDE / max(target.size))
    ratio = (source.width / target.width, source.height / target.height)
    best: tuple[float, float, float, tuple[float, float]] | None = None
    here = _small(target, factor, factor)
    for across, down in dict.fromkeys([ratio, (1.0, 1.0)]):
        there = _small(source, factor / across, factor / down)
        found, x, y = _shift(here, there)
        if best is None or found > best[0]:
            best = (found, across, down, (x / factor, y / factor))
    if best is None or best[0] < _LEAST_CORRELATION:
        return None
    return best[1:]


def _small(image: Image.Image, across: float, down: float) -> Grey:
    size = (max(8, round(image.width * across)), max(8, round(image.height * down)))
    laid = image.resize(size, Image.Resampling.BOX)
    return np.asarray(laid, np.float32) - _ground(laid)


def _ground(image: Image.Image) -> int:
    return ground_of(np.asarray(image.histogram(), np.int64))


def _shift(here: Grey, there: Grey) -> tuple[float, int, int]:
    """The correlation, 0..1, at the best shift, and that shift of `there`."""
    height = next_fast_len(here.shape[0] + there.shape[0], real=True)
    width = next_fast_len(here.shape[1] + there.shape[1], real=True)
    shape = (height, width)
    found = irfft2(np.conj(rfft2(here, shape)) * rfft2(there, shape), shape)
    y, x = divmod(int(found.argmax()), width)
    norm = float(np.sqrt((here**2).sum() * (there**2).sum())) + 1e-9
    best = float(found[y, x]) / norm
    return best, x - width if x > width // 2 else x, y - height if y > height // 2 else y


def _warped(
    image: Image.Image, onto: Map, size: tuple[int, int], outside: int
) -> NDArray[np.uint8]:
    data = tuple(onto.ravel())
    moved = image.transform(
        size, Image.Transform.AFFINE, data, Image.Resampling.BICUBIC, fillcolor=outside
    )
    return np.asarray(moved)


def _refined(pixels: Grey, source: Image.Image, onto: Map, tile: int, reach: int) -> Map:
    """`onto` corrected by where the target's tiles are found."""
    size = (pixels.shape[1], pixels.shape[0])
    laid = _warped(source, onto, size, _ground(source)).astype(np.float32)
    slopes = np.gradient(pixels)
    places, moves, weights, edges = [], [], [], []
    for top in range(0, max(1, pixels.shape[0] - tile // 2), tile):
        for left in range(0, max(1, pixels.shape[1] - tile // 2), tile):
            cut = (slice(top, top + tile), slice(left, left + tile))
            here, there = pixels[cut], laid[cut]
            strength = float(min(here.std(), there.std()))
            if strength < _FLAT_TILE:
                continue
            found = _found(here - here.mean(), there - there.mean(), reach)
            if found is not None:
                places.append((left + here.shape[1] / 2, top + here.shape[0] / 2))
                moves.append(found[1:])
                weights.append(found[0] ** 2 * strength)
                edges.append(_edges(slopes[1][cut], slopes[0][cut]))
    if not places:
        return onto
    step = _similarity(np.array(places), np.array(moves), np.array(weights), np.array(edges))
    whole = np.vstack([onto, [0, 0, 1]]) @ np.vstack([step, [0, 0, 1]])
    return np.asarray(whole[:2], np.float64)


def _found(here: Grey, there: Grey, reach: int) -> tuple[float, float, float] | None:
    """The correlation of a tile with what is near it, and where that is: x, y to a fraction."""
    shape = tuple(next_fast_len(side + reach, real=True) for side in here.shape)
    whole = irfft2(np.conj(rfft2(here, shape)) * rfft2(there, shape), shape)
    near = np.roll(whole, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    y, x = divmod(int(near.argmax()), 2 * reach + 1)
    norm = float(np.sqrt((here**2).sum() * (there**2).sum()))
    correlation = float(near[y, x]) / norm
    if correlation < _LEAST_TILE_CORRELATION or not (0 < x < 2 * reach and 0 < y < 2 * reach):
        return None
    return (
        correlation,
        x - reach + _peak(near[y, x - 1 : x + 2]),
        y - reach + _peak(near[y - 1 : y + 2, x]),
    )


def _peak(values: NDArray[np.float32]) -> float:
    """Where between -1 and 1 the parabola through three values is highest."""
    before, top, after = (float(value) for value in values)
    bend = before - 2 * top + after
    return (before - after) / (2 * bend) if bend < 0 else 0.0


def _edges(across: Grey, down: Grey) -> Map:
    """The root of the structure tensor, trace 2: what of a move this tile can see. Along a single
    straight edge nothing is seen of it."""
    mixed = float((across * down).sum())
    tensor = np.array([[float((across**2).sum()), mixed], [mixed, float((down**2).sum())]])
    tensor = 2 * tensor / (np.trace(tensor) + 1e-9) + 0.02 * np.eye(2)
    return np.asarray(np.linalg.cholesky(tensor).T, np.float64)


def _similarity(places: Map, moves: Map, weights: Map, edges: Map) -> Map:
    """The similarity near the identity that best moves the places, by weighted least squares whose
    weights fall with the residual; a mere shift for fewer than four places.

    Begun from no turn and from what all tiles say together; the better end counts, since a few
    large shapes that look the same when turned may outweigh the text that doesn't.
    """
    middle = places.mean(axis=0)
    x, y = (places - middle).T
    ones, none = np.ones(len(x)), np.zeros(len(x))
    rows = np.stack([np.stack([x, -y, ones, none], 1), np.stack([y, x, none, ones], 1)], 1)
    seen = edges @ rows
    wanted = (edges @ moves[..., None])[..., 0]
    trust = weights / weights.max()
    # Turns and scales of more than a few per cent are not believed: worth 1 px in 100.
    stiff = np.diag([100.0**2 if len(x) > 3 else 1e12] * 2 + [1e-6] * 2) * trust.mean()

    def solved(weight: Map) -> Map:
        normal = np.einsum("n,nij,nik->jk", weight, seen, seen) + stiff
        return np.linalg.solve(normal, np.einsum("n,nij,ni->j", weight, seen, wanted))

    ends = []
    for fitted in (np.array([0.0, 0.0, *np.median(moves, axis=0)]), solved(trust)):
        for _ in range(10):
            error = np.linalg.norm(seen @ fitted - wanted, axis=1)
            scale = max(0.3, 1.5 * float(np.median(error)))
            fitted = solved(trust / (1 + (error / scale) ** 2) ** 2)
        error = np.linalg.norm(seen @ fitted - wanted, axis=1)
        ends.append((float((trust * np.log1p(error**2)).sum()), fitted))
    fitted = min(ends, key=lambda end: end[0])[1]
    grow, turn, right, down = fitted
    right -= grow * middle[0] - turn * middle[1]
    down -= turn * middle[0] + grow * middle[1]
    return np.array([[1 + grow, -turn, right], [turn, 1 + grow, down]])
