"""Correct a map between two images by where the tiles of one are found in the other.

Each tile is looked for near where it should be, by correlation through the Fourier transform, and
a similarity (four numbers) is fitted to what the tiles found, those that disagree counting little.
Coordinates and maps are those of `registration`. Cost: .3 ms a tile of 64 pixels.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from gyogwa.transforms.ingest.hashes import ground_of

Grey = NDArray[np.float32]
Map = NDArray[np.float64]
Fine = NDArray[np.uint16]
"""Greys in steps of 1 / `FINER`."""

FINER = 16
_LEAST_TILE_CORRELATION = 0.3
_FLAT_TILE = 4.0  # grey levels, standard deviation
_MOST_TILES = 48
_UPRIGHT = 1e-12  # of a pixel across by a pixel: no side of the image is crossed along a row
_SETTLED = 1e-3  # pixels that a step of the fit moves no tile by: the next would move it less


def ground(image: Image.Image) -> int:
    """The commonest grey of an image of mode L."""
    return ground_of(np.asarray(image.histogram(), np.int64))


def warped(image: Image.Image, onto: Map, size: tuple[int, int], outside: int) -> NDArray[np.uint8]:
    """An image of mode L as the map lays it on `size` pixels; `outside` where it has none."""
    whole = np.round(onto[:, 2])
    if np.array_equal(onto, np.hstack([np.eye(2), whole[:, None]])):
        laid = Image.new("L", size, outside)
        laid.paste(image, (int(-whole[0]), int(-whole[1])))
        return np.asarray(laid)
    way = (Image.Transform.AFFINE, tuple(onto.ravel()), Image.Resampling.BICUBIC)
    return np.asarray(image.transform(size, *way, fillcolor=outside))


def covered_by(image: tuple[int, int], onto: Map, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which of `size` pixels lie within an image of that size, (width, height)."""
    middles = [np.arange(side) + 0.5 for side in size]
    corners = np.array([[x, y, 1.0] for x in middles[0][[0, -1]] for y in middles[1][[0, -1]]])
    corners = corners @ onto.T
    if (corners >= 0).all() and (corners <= image).all():
        return np.ones((size[1], size[0]), np.bool_)
    # Of each row of pixels what lies within is an interval, cut by each side of the image.
    y = middles[1][:, None]
    low, high = np.zeros_like(y), np.full_like(y, size[0])
    for (across, down, shift), side in zip(onto, image, strict=True):
        ends = np.array([-shift, side - shift])[:, None, None] - down * y
        if abs(across) < _UPRIGHT:
            high = np.where((ends[0] <= 0) & (ends[1] >= 0), high, -1.0)
            continue
        ends = np.sort(ends / across, axis=0)
        low, high = np.maximum(low, ends[0]), np.minimum(high, ends[1])
    first = np.ceil(np.minimum(low, size[0]) - 0.5).astype(np.int32)
    last = np.floor(np.maximum(high, -1) - 0.5).astype(np.int32)
    x = np.arange(size[0], dtype=np.int32)
    inside: NDArray[np.bool_] = (x >= first) & (x <= last)
    return inside


def eroded(inside: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Where a square of `side` pixels, odd, lies wholly inside; what is beyond the image is not."""
    half = side // 2
    found = np.zeros_like(inside)
    if min(inside.shape) < side:
        return found
    part = inside
    for turned in (False, True):
        part = _all_of(part.T if turned else part, side)
    found[half:-half, half:-half] = part.T
    return found


def _all_of(rows: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Whether all of `side` rows are true, for each row that has so many after it."""
    span = 1
    while 2 * span <= side:
        rows = rows[:-span] & rows[span:]
        span *= 2
    return rows[: len(rows) - (side - span)] & rows[side - span :] if span < side else rows


def smoothed(image: NDArray[np.uint8]) -> Fine:
    """An image less its finest grain, by weights of 1, 2, 1 across and down."""
    wide = np.pad(image, 1, "edge").astype(np.uint16)
    rows = wide[:-2] + (wide[1:-1] << 1) + wide[2:]
    smooth: Fine = rows[:, :-2] + (rows[:, 1:-1] << 1) + rows[:, 2:]
    return smooth


def refined(
    pixels: NDArray[np.uint8], source: Image.Image, onto: Map, tile: int, reach: int
) -> Map:
    """`onto` corrected by where the target's tiles are found: at most `_MOST_TILES` of those that
    hold anything, from all over it."""
    height, width = pixels.shape
    shape = (min(tile, height), min(tile, width))
    corners = _corners(pixels, shape)
    if not len(corners):
        return onto
    here = np.stack([pixels[y : y + shape[0], x : x + shape[1]] for x, y in corners]).astype(
        np.float32
    )
    there = _there(source, onto, corners, shape)
    strength = np.minimum(here.std(axis=(1, 2)), there.std(axis=(1, 2)))
    correlation, moves = _found(_centred(here), _centred(there), reach)
    keep = (strength >= _FLAT_TILE) & (correlation >= _LEAST_TILE_CORRELATION)
    if not keep.any():
        return onto
    places = corners[keep] + (shape[1] / 2, shape[0] / 2)
    weights = correlation[keep].astype(np.float64) ** 2 * strength[keep]
    step = _similarity(places, moves[keep], weights, _edges(here[keep]))
    whole = np.vstack([onto, [0, 0, 1]]) @ np.vstack([step, [0, 0, 1]])
    return np.asarray(whole[:2], np.float64)


def _corners(pixels: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.int64]:
    """Left and top of tiles that hold anything; the last of a row or column ends where it does."""
    down, across = (
        np.array(sorted({min(at, side - of) for at in range(0, max(1, side - of // 2), of)}))
        for side, of in zip(pixels.shape, shape, strict=True)
    )
    small = pixels[::2, ::2]  # enough to tell ink by
    half = (max(1, shape[0] // 2), max(1, shape[1] // 2))
    tiles = sliding_window_view(small, half)[np.ix_(down // 2, across // 2)]
    y, x = np.nonzero(tiles.std(axis=(2, 3), dtype=np.float32) >= _FLAT_TILE)
    some = np.linspace(0, len(y) - 1, min(len(y), _MOST_TILES)).round().astype(int)
    return np.stack([across[x[some]], down[y[some]]], axis=1)


def _there(
    source: Image.Image, onto: Map, corners: NDArray[np.int64], shape: tuple[int, int]
) -> Grey:
    """What the source has where the tiles are, tiles x height x width."""
    outside = ground(source)
    found = np.empty((len(corners), *shape), np.float32)
    for at, corner in enumerate(corners):
        moved = np.hstack([onto[:, :2], (onto[:, :2] @ corner + onto[:, 2])[:, None]])
        way = (Image.Transform.AFFINE, tuple(moved.ravel()), Image.Resampling.BICUBIC)
        found[at] = np.asarray(source.transform(shape[::-1], *way, fillcolor=outside))
    return found


def _centred(tiles: Grey) -> Grey:
    centred: Grey = tiles - tiles.mean(axis=(1, 2), keepdims=True)
    return centred


def _found(here: Grey, there: Grey, reach: int) -> tuple[Grey, Map]:
    """The correlation of each tile with what is near it, 0 where that is at the end of the reach,
    and where it is: x, y to a fraction."""
    shape = tuple(next_fast_len(side + reach, real=True) for side in here.shape[1:])
    whole = irfft2(np.conj(rfft2(here, shape)) * rfft2(there, shape), shape)
    side = 2 * reach + 1
    near = np.roll(whole, (reach, reach), (1, 2))[:, :side, :side].reshape(len(here), -1)
    y, x = np.divmod(near.argmax(axis=1), side)
    inner = (x > 0) & (x < side - 1) & (y > 0) & (y < side - 1)
    at = np.arange(len(here))
    place = np.clip(y, 1, side - 2) * side + np.clip(x, 1, side - 2)
    norm = np.sqrt((here**2).sum(axis=(1, 2)) * (there**2).sum(axis=(1, 2))) + 1e-9
    correlation = np.where(inner, near[at, place] / norm, 0)
    moves = [
        middle - reach + _peak(near[at, place - by], near[at, place], near[at, place + by])
        for middle, by in ((x, 1), (y, side))
    ]
    return correlation, np.stack(moves, axis=1)


def _peak(before: Grey, top: Grey, after: Grey) -> Map:
    """Where between -1 and 1 the parabola through three values is highest."""
    slope = before.astype(np.float64) - after
    bend = before.astype(np.float64) - 2 * top.astype(np.float64) + after
    return np.where(bend < 0, slope / np.where(bend < 0, 2 * bend, 1), 0.0)


def _edges(tiles: Grey) -> Map:
    """The root of the structure tensor, trace 2: what of a move each tile can see. Along a single
    straight edge nothing is seen of it."""
    down, across = np.gradient(tiles, axis=(1, 2))
    mixed = (across * down).sum(axis=(1, 2))
    rows = [[(across**2).sum(axis=(1, 2)), mixed], [mixed, (down**2).sum(axis=(1, 2))]]
    tensor = np.moveaxis(np.array(rows, np.float64), -1, 0)
    trace = np.trace(tensor, axis1=1, axis2=2)[:, None, None]
    tensor = 2 * tensor / (trace + 1e-9) + 0.02 * np.eye(2)
    return np.asarray(np.linalg.cholesky(tensor).swapaxes(1, 2), np.float64)


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

    flat = seen.reshape(-1, 4)
    far = float(np.abs(places - middle).max())

    def solved(weight: Map) -> Map:
        weighed = flat * np.repeat(weight, 2)[:, None]
        return np.linalg.solve(weighed.T @ flat + stiff, weighed.T @ wanted.ravel())

    ends = []
    for fitted in (np.array([0.0, 0.0, *np.median(moves, axis=0)]), solved(trust)):
        for _ in range(10):
            error = np.linalg.norm(seen @ fitted - wanted, axis=1)
            scale = max(0.3, 1.5 * float(np.median(error)))
            before, fitted = fitted, solved(trust / (1 + (error / scale) ** 2) ** 2)
            if (np.abs(fitted - before) * (far, far, 1, 1)).sum() < _SETTLED:
                break
        error = np.linalg.norm(seen @ fitted - wanted, axis=1)
        ends.append((float((trust * np.log1p(error**2)).sum()), fitted))
    fitted = min(ends, key=lambda end: end[0])[1]
    grow, turn, right, down = fitted
    right -= grow * middle[0] - turn * middle[1]
    down -= turn * middle[0] + grow * middle[1]
    return np.array([[1 + grow, -turn, right], [turn, 1 + grow, down]])
