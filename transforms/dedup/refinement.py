"""Correct a map between two images by where the tiles of one are found in the other.

Each tile is looked for near where it should be, by correlation through the Fourier transform, and
a similarity (four numbers) is fitted to what the tiles found, those that disagree counting little.
Coordinates and maps are those of `registration`. Cost: .3 ms a tile of 64 pixels.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from gyogwa.transforms.ingest.hashes import ground_of

Grey = NDArray[np.float32]
Map = NDArray[np.float64]

_LEAST_TILE_CORRELATION = 0.3
_FLAT_TILE = 4.0  # grey levels, standard deviation


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
    x, y = np.arange(size[0]) + 0.5, np.arange(size[1])[:, None] + 0.5
    inside = np.ones((size[1], size[0]), np.bool_)
    for row, side in zip(onto.astype(np.float32), image, strict=True):
        at = (row[0] * x + row[2]).astype(np.float32) + (row[1] * y).astype(np.float32)
        inside &= (at >= 0) & (at <= side)
    return inside


def refined(pixels: Grey, source: Image.Image, onto: Map, tile: int, reach: int) -> Map:
    """`onto` corrected by where the target's tiles are found."""
    size = (pixels.shape[1], pixels.shape[0])
    laid = warped(source, onto, size, ground(source)).astype(np.float32)
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
