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

from gyogwa.transforms.dedup.averages import STRIP, ink_at, ink_of, mean_of, with_halo
from gyogwa.transforms.dedup.refinement import Grey, eroded
from gyogwa.transforms.dedup.registration import Overlaid
from gyogwa.transforms.dedup.tone import Tone, joint_of, tone_between

_TILE = 48
_SQUARES = ((5, 0.6), (7, 1.0))
_FAINT = 0.1  # of the contrast: less is paper
_INKED = 0.15
_NOISE = 4.0  # grey levels squared
_USUAL = 20.0  # times the usual, which a copy reaches in its worst square
_BY_SHARE = 0.4  # how much the share counts against its being unusual
_ANY_SHARE = 2.5  # of the ink: pages that differ all over have nothing usual
_PLAINLY = 0.25
_MANY = 1_000_000  # pixels: of more, every fourth tells the tone
_HARDLY = 0.1  # what differs by less is no closer looked at
_FEW = 0.04  # of the pixels of a strip: so few squares are looked at one by one
COPY = 0.7
"""Copies seldom differ by more: then another tone, or another way to lay them, is tried."""
_BACK = 0.5  # a sharp image can't be made of a blurred one


@dataclass(frozen=True)
class Squares:
    """All squares of `side` pixels: the energy that is not explained, and the variance of the ink.
    `back`: the target was explained by the source, not the other way round."""

    side: int
    back: bool
    energy: Grey
    ink: Grey


def tone_of(laid: Overlaid) -> Tone:
    """The tone of one image as the other's, by each second pixel of large ones."""
    step = 2 if laid.target.size > _MANY else 1
    cut = (slice(None, None, step), slice(None, None, step))
    here, there = laid.smooth
    inside = laid.core[cut]
    return tone_between(joint_of(here[cut][inside], there[cut][inside]))


def squares_of(laid: Overlaid, tone: Tone, step: int = 1) -> list[Squares]:
    """The squares of each size, both ways, each `step`-th across and down; [] if none is inside.

    Where the images are plainly alike nothing is explained away: little could be.
    """
    inside = laid.core
    here, there = tone.brought(*laid.smooth)
    inks = [{side: ink_of(image, side, step) for side, _ in _SQUARES} for image in (here, there)]
    side = _SQUARES[0][0]
    energy = mean_of((here - there) ** 2, side, step)
    faint = np.float32((_FAINT * min(tone.contrasts)) ** 2)
    odd = _odd(energy, np.minimum(inks[0][side], inks[1][side]) + faint, 0)
    odd[~inside[::step, ::step]] = 0
    tiles = _tiled(odd, _TILE // step).max(axis=(2, 3)) ** _BY_SHARE > _PLAINLY
    wholes = {side: eroded(inside, side)[::step, ::step] for side, _ in _SQUARES}
    weight = inside.astype(np.float32)
    found = []
    for back, one, other in ((False, here, there), (True, there, here)):
        left = _left(one, other, weight, tiles) ** 2
        for side, whole in wholes.items():
            if not whole.any():
                return []
            ink = inks[0 if back else 1][side]
            found.append(Squares(side, back, mean_of(left, side, step)[whole], ink[whole]))
    return found


def plain_difference(laid: Overlaid, tone: Tone) -> float | None:
    """How much images differ at most that are plainly alike: by next to nothing before anything
    but tone is explained away; None for others, and where the two hardly meet.

    In strips of rows, which stay in the processor's cache. What stands there can only make less of
    a difference, so it is asked for where there is one without it.
    """
    if not laid.core.any():
        return None
    side = _SQUARES[0][0]
    faint = np.float32((_FAINT * min(tone.contrasts)) ** 2)
    hardly = _energy_of(_HARDLY, float(faint))
    most = 0.0
    for top in range(0, len(laid.target), STRIP):
        inside = laid.core[top : top + STRIP]
        if not inside.any():
            continue
        rows, inner = with_halo(top, STRIP, len(laid.target))
        here, there = tone.brought(*(image[rows] for image in laid.smooth))
        energy = mean_of((here - there) ** 2, side)[inner] * inside
        worst = _oddest(energy.max(), faint, 0)
        if worst >= _PLAINLY:
            rows_at, columns_at = np.nonzero(energy > hardly)
            at = (rows_at, columns_at)
            if len(rows_at) <= _FEW * energy.size:
                ink = ink_at(here, there, at, inner.start, side)
            else:
                ink = np.minimum(ink_of(here, side), ink_of(there, side))[inner][at]
            worst = max(_HARDLY, _oddest(energy[at], ink + faint, 0))
        if worst >= _PLAINLY:
            return None
        most = max(most, worst)
    return most


def _energy_of(difference: float, ink: float) -> float:
    """The energy of a square with this ink, nothing being usual, that differs by so much."""
    return float((difference ** (1 / _BY_SHARE) * ink * (2 * _NOISE * _USUAL) ** 1.5) ** 0.4)


def _oddest(energy: Grey, ink: Grey | np.float32, usual: float) -> float:
    most: float = float(_odd(energy, ink, usual).max()) ** _BY_SHARE
    return most


def _odd(energy: Grey, ink: Grey | np.float32, usual: float) -> Grey:
    """How far squares differ, to the power of 1 / `_BY_SHARE`: the share of the ink times 1.5
    powers of how far it exceeds what is usual of the ink, and noise."""
    unusual = energy / (_USUAL * (usual * ink + 2 * _NOISE))
    odd: Grey = energy / ink * unusual * np.sqrt(unusual)
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
        faint = np.float32((_FAINT * contrast) ** 2)
        inked = ink > (_INKED * contrast) ** 2
        ink = ink + faint
        share = energy[inked] / ink[inked]
        usual = float(np.quantile(share, 0.9)) if len(share) > 50 else 0.01
        weight = weights[side] * (_BACK if back else 1.0)
        worst = max(worst, weight * _oddest(energy, ink, usual))
        if weights[side] == 1 and not back:
            worst = max(worst, float((energy / ink).max()) / _ANY_SHARE)
    return worst


def _tiled(image: Grey, side: int = _TILE) -> Grey:
    """Tiles of an image, rows x columns x side x side, a view; zeros where it ends inside one."""
    height, width = image.shape
    rows, columns = -(-height // side), -(-width // side)
    padded = np.pad(image, ((0, rows * side - height), (0, columns * side - width)))
    return padded.reshape(rows, side, columns, side).swapaxes(1, 2)


def _left(here: Grey, there: Grey, weight: Grey, tiles: NDArray[np.bool_]) -> Grey:
    """What of `there` no smooth change of `here` gives, in these tiles; the mere difference in
    others. Tiles that hold little lean on the fit of all."""
    height, width = here.shape
    left = _tiled((there - here) * weight)
    if tiles.any():
        near = ndimage.binary_dilation(tiles, np.ones((3, 3), np.bool_))
        down, across = np.gradient(here)
        parts = [here - here.mean(), across, down, _laplacian(here)]
        weights = _of(weight, near)
        given = np.stack([weights, *(_of(part, near) * weights for part in parts)], axis=1)
        wanted = _of(there, near) * weights
        fit = _fitted(given, wanted, near)
        at = tiles[near]
        unexplained = wanted[at, None] - fit[tiles].swapaxes(1, 2) @ given[at]
        left[tiles] = unexplained.reshape(-1, _TILE, _TILE)
    rows, columns = tiles.shape
    whole: Grey = left.swapaxes(1, 2).reshape(rows * _TILE, columns * _TILE)
    return whole[:height, :width]


def _laplacian(image: Grey) -> Grey:
    """The Laplacian; at the border, which nothing asks for, as if nought were beyond."""
    found = -4 * image
    found[1:] += image[:-1]
    found[:-1] += image[1:]
    found[:, 1:] += image[:, :-1]
    found[:, :-1] += image[:, 1:]
    return found


def _of(image: Grey, tiles: NDArray[np.bool_]) -> Grey:
    return _tiled(image)[tiles].reshape(-1, _TILE * _TILE)


def _fitted(given: Grey, wanted: Grey, near: NDArray[np.bool_]) -> Grey:
    """Of each tile the factors of the parts `given`, tiles x parts x pixels, by least squares over
    it and its neighbours: rows x columns x parts x 1."""
    count = given.shape[1]
    moments = np.zeros((*near.shape, count, count))
    targets = np.zeros((*near.shape, count))
    moments[near] = given @ given.swapaxes(1, 2)
    targets[near] = (given @ wanted[..., None])[..., 0]
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
