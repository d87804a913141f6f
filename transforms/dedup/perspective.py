"""A page photographed a little from the side, laid flat upon another: four-point registration.

Where a shift, scale and turn don't lay two images on one another although they say the same, tiles
of the one are looked for in the other, and the projective map that takes most of them there is
fitted (eight numbers; R. Hartley and A. Zisserman, "Multiple View Geometry", 2004, section 4.1). It
is only taken where it is a mild keystone: opposite sides differ by `_LEAST` to `_MOST` of their
length. Whether the flattened page shows the same is for a look to say, as of any other pair.

Maps are 3 x 3 and take a pixel of the target to one of the source. Cost: .4 s a pair.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from gyogwa.transforms.dedup.picture import Picture
from gyogwa.transforms.dedup.refinement import ground
from gyogwa.transforms.dedup.registration import place

_Map = NDArray[np.float64]
_Points = NDArray[np.float64]

_SIDE = 1200
_ROUNDS = ((112, 16), (80, 6), (64, 3))
"""Pixels of a tile's side, and how far it is looked for."""
_FLAT_TILE = 4.0  # grey levels, standard deviation
_ALIKE = 0.5  # correlation of a tile with where it was found
_FEWEST = 10  # tiles, for eight numbers
_LEAST, _MOST = 0.003, 0.1
_TRUST = 1.0  # pixels that a tile may be off its place


def flattened(kept: Picture, other: Picture) -> Picture | None:
    """The other laid upon the image kept, in its size; None where no mild keystone does that."""
    times = max(1.0, max(kept.grey.size) / _SIDE)
    target = _reduced(kept.grey, times)
    source = _reduced(other.grey, max(1.0, max(other.grey.size) / _SIDE))
    found = _fitted(target, source)
    if found is None or not _LEAST <= _keystone(found, target.size) <= _MOST:
        return None
    here = _scaling(kept.grey.size, target.size)
    onto: _Map = _scaling(source.size, other.grey.size) @ found @ here
    return _laid(kept, other, onto)


def _fitted(target: Image.Image, source: Image.Image) -> _Map | None:
    placed = place(target, source)
    if placed is None:
        return None
    onto: _Map = _scaling(placed.size, source.size) @ np.vstack([placed.onto, [0, 0, 1]])
    pixels = np.asarray(target, np.float32)
    for side, reach in _ROUNDS:
        laid = np.asarray(_warped(source, onto, target.size), np.float32)
        points, moves = _moved(pixels, laid, side, reach)
        correction = _homography(points, points + moves)
        if correction is None:
            return None
        onto = onto @ correction
        onto = onto / onto[2, 2]
    return onto


def _reduced(image: Image.Image, times: float) -> Image.Image:
    size = (max(1, round(image.width / times)), max(1, round(image.height / times)))
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _scaling(one: tuple[int, int], other: tuple[int, int]) -> _Map:
    """From pixels of an image of one size to those of the same at the other."""
    return np.diag([other[0] / one[0], other[1] / one[1], 1.0])


def _warped(image: Image.Image, onto: _Map, size: tuple[int, int]) -> Image.Image:
    way = (Image.Transform.PERSPECTIVE, tuple((onto / onto[2, 2]).ravel()[:8]))
    fill = ground(image) if image.mode == "L" else 128
    return image.transform(size, *way, Image.Resampling.BICUBIC, fillcolor=fill)


def _moved(
    target: NDArray[np.float32], laid: NDArray[np.float32], side: int, reach: int
) -> tuple[_Points, _Points]:
    """The middles of tiles, and by how much what they show lies elsewhere in `laid`; n x 2."""
    points, moves = [], []
    height, width = target.shape
    for top in range(0, height - side + 1, side // 2):
        for left in range(0, width - side + 1, side // 2):
            here = target[top : top + side, left : left + side]
            y0, x0 = max(0, top - reach), max(0, left - reach)
            there = laid[y0 : top + side + reach, x0 : left + side + reach]
            if min(here.std(), there.std()) < _FLAT_TILE:
                continue
            found = _match(here, there)
            if found is not None:
                points.append((left + side / 2, top + side / 2))
                moves.append((x0 + found[0] - left, y0 + found[1] - top))
    return np.reshape(points, (-1, 2)).astype(float), np.reshape(moves, (-1, 2)).astype(float)


def _match(here: NDArray[np.float32], there: NDArray[np.float32]) -> tuple[float, float] | None:
    """Where a tile lies in a window, to a part of a pixel."""
    side = here.shape[0]
    shape = tuple(next_fast_len(n, real=True) for n in there.shape)
    own = here - here.mean()
    found = irfft2(np.conj(rfft2(own, shape)) * rfft2(there, shape), shape)
    found = found[: there.shape[0] - side + 1, : there.shape[1] - side + 1]
    y, x = divmod(int(found.argmax()), found.shape[1])
    part = there[y : y + side, x : x + side]
    norm = float(own.std() * part.std()) * own.size
    if norm <= 0 or float(found[y, x]) < _ALIKE * norm:
        return None
    return x + _peak(found[y], x), y + _peak(found[:, x], y)


def _peak(values: NDArray[np.float32], at: int) -> float:
    """How far the top of a parabola through a greatest value and its neighbours is from it."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, best, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * best + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _homography(points: _Points, there: _Points) -> _Map | None:
    """The projective map of points that most of them agree on."""
    if len(points) < _FEWEST:
        return None
    scale = max(float(np.abs(points).max()), 1.0)
    x, y = points.T / scale
    u, v = there.T / scale
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=1),
            np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    wanted = np.concatenate([u, v])
    weights = np.ones(len(x))
    for _ in range(6):
        double = np.sqrt(np.concatenate([weights, weights]))
        numbers = np.linalg.lstsq(rows * double[:, None], wanted * double, rcond=None)[0]
        depth = numbers[6] * x + numbers[7] * y + 1
        off = (rows @ numbers - wanted).reshape(2, -1) / depth * scale
        weights = 1 / (1 + (off**2).sum(axis=0) / _TRUST**2)
    if weights.sum() < _FEWEST:
        return None
    unit = np.diag([scale, scale, 1.0])
    found: _Map = unit @ np.append(numbers, 1.0).reshape(3, 3) @ np.linalg.inv(unit)
    return found


def _keystone(onto: _Map, size: tuple[int, int]) -> float:
    """By how much, at most, opposite sides of the target differ in the source."""
    width, height = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], float)
    laid = (onto @ corners.T).T
    laid = laid[:, :2] / laid[:, 2:]
    lengths = np.linalg.norm(laid - np.roll(laid, -1, axis=0), axis=1)
    pairs = (lengths[[0, 2]], lengths[[1, 3]])
    return max(float(np.ptp(pair) / max(pair.max(), 1.0)) for pair in pairs)


def _laid(kept: Picture, other: Picture, onto: _Map) -> Picture:
    """The other on the pixels of the image kept: greys, colours and, when asked, all pixels."""
    size = kept.grey.size
    chroma = None
    if other.chroma is not None:
        half = (max(1, size[0] // 2), max(1, size[1] // 2))
        own = (other.chroma.shape[1], other.chroma.shape[0])
        small = _scaling(other.grey.size, own) @ onto @ _scaling(half, size)
        layers = (Image.fromarray(np.ascontiguousarray(other.chroma[..., at])) for at in (0, 1))
        chroma = np.stack([np.asarray(_warped(layer, small, half)) for layer in layers], axis=-1)

    def all_() -> Image.Image:
        fine = other.fine
        whole = _scaling(other.grey.size, fine.size) @ onto @ _scaling(kept.fine.size, size)
        return _warped(fine, whole, kept.fine.size)

    factor = min(kept.factor, other.factor)
    return Picture(_warped(other.grey, onto, size), chroma, factor, all_)
