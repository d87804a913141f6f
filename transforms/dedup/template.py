"""The template of a crowd, and its sketches laid on it: shift, scale and turn taken away.

A scan lies otherwise than the page that it is of, a crop has lost its edges. What all images of a
crowd share says how each lies: the affine map, six numbers, that brings a sketch nearest to the
median of all, by Gauss-Newton steps whose matrix hangs on the template alone (S. Baker and
I. Matthews, "Lucas-Kanade 20 years on", 2004), first at half the size. Cells where the crowd varies
count little, the outermost not at all, and no cell for more than `_CLEARLY`, so that a bar that
another brightness dropped moves nothing: where no map brings the two nearer, the sketch stays as
it is.

Maps are n x 6: a point (x, y) of the template, from its middle and as a fraction of its side, lies
on the sketch at (x + a + bx + cy, y + d + ex + fy). Cost: some
milliseconds a sketch (3.5 with fewer starts).
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from gyogwa.schemas.row import Row
from gyogwa.transforms.ingest.sketch import SIDE

Cells = NDArray[np.float32]

_HALF = SIDE // 2
_BLURS = {_HALF: 1.0, SIDE: 0.7}
_STEPS = {_HALF: 5, SIDE: 5}
_BORDER = 0.025  # of the side: what a shift or a crop has put there says nothing
_NOISE, _OF_VARIATION = 4.0, 0.02
_CLEARLY = 4.0
"""A difference so many times what a cell may have says no more than one twice as large."""
_MOST = np.array([0.03, 0.05, 0.03, 0.03, 0.03, 0.05], np.float32)
"""That a map may move, scale or turn: more is another row of a list, not a copy."""
_ZOOMS = (0.04, -0.04)  # 2 % cropped off every side, or added
_SHIFT = 0.015
"""Down and across, each way: from there steps find shifts of 1 to 2 %, of which on lists of even
rows one in ten was lost from nowhere else (7 of 71 such copies among 6,400 screens)."""
_PAD = SIDE // 8


class Template(Row, frozen=True):
    """A crowd's template at half the size and at its own: cells and their weights, float32."""

    half: bytes
    whole: bytes


class _Level(NamedTuple):
    """`steps` @ (a sketch - `cells`) is the correction of its map."""

    side: int
    cells: Cells
    weights: Cells
    steps: Cells


class _Sketches:
    """Sketches of one side, n x side x side, and each `wide`: with the nearest cells around it."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        around = ((0, 0), (_PAD, _PAD), (_PAD, _PAD))
        self.wide = [Image.fromarray(wide) for wide in np.pad(cells, around, "edge")]

    def __len__(self) -> int:
        return len(self.cells)


def template_of(sample: Cells) -> Template:
    """The template of a crowd, from some of its sketches, n x side x side."""
    half = _level(_told(_smooth(sample, _HALF)))
    whole = _told(_warped(_Sketches(_smooth(sample, SIDE)), _roughly(half, sample)))
    return Template(np.stack([half.cells, half.weights]).tobytes(), whole.tobytes())


def laid(template: Template, sketches: Cells) -> Cells:
    """Sketches laid on the template."""
    half, whole = _level(_read(template.half)), _level(_read(template.whole))
    smooth = _Sketches(_smooth(sketches, SIDE))
    found = _nearer(whole, smooth, [_roughly(half, sketches)])
    return _warped(_Sketches(sketches), found)


def _roughly(half: _Level, sketches: Cells) -> Cells:
    """Maps from half the size: from none, the best shift by one cell, four more, a crop and a
    margin."""
    small = _smooth(sketches, _HALF)
    none = np.zeros((len(small), 6), np.float32)
    shifted, least = none.copy(), np.full(len(small), np.inf)
    inner = slice(1, _HALF - 1)
    for across, down in product((-1, 0, 1), repeat=2):
        there = small[:, 1 + down : _HALF - 1 + down, 1 + across : _HALF - 1 + across]
        apart = _apart(there - half.cells[inner, inner], half.weights[inner, inner])
        shifted[apart < least, 0] = across / _HALF
        shifted[apart < least, 3] = down / _HALF
        least = np.minimum(apart, least)
    zoomed = [none + np.array([0, zoom, 0, 0, 0, zoom], np.float32) for zoom in _ZOOMS]
    aslant = [
        none + np.array([across, 0, 0, down, 0, 0], np.float32)
        for across, down in product((-_SHIFT, _SHIFT), repeat=2)
    ]
    return _nearer(half, _Sketches(small), [none, shifted, *aslant, *zoomed])


def _nearer(level: _Level, sketches: _Sketches, starts: list[Cells]) -> Cells:
    """The best of the maps that steps from these starts lead to, the starts and none."""
    found = [np.zeros_like(starts[0]), *starts]
    for start in starts:
        maps = start
        for _ in range(_STEPS[level.side]):
            left = (_warped(sketches, maps) - level.cells).reshape(len(sketches), -1)
            maps = np.clip(maps - left @ level.steps.T, -_MOST, _MOST)
        found.append(maps)
    costs = [_apart(_warped(sketches, maps) - level.cells, level.weights) for maps in found]
    best: Cells = np.stack(found)[np.argmin(costs, axis=0), np.arange(len(sketches))]
    return best


def _apart(left: Cells, weights: Cells) -> Cells:
    apart: Cells = np.minimum(weights * left**2, _CLEARLY).mean(axis=(1, 2))
    return apart


def _smooth(sketches: Cells, side: int) -> Cells:
    """Sketches at this side, less their finest grain."""
    times = SIDE // side
    small = sketches.reshape(len(sketches), side, times, side, times).mean(axis=(2, 4))
    smooth: Cells = ndimage.gaussian_filter(small, (0, _BLURS[side], _BLURS[side]))
    return smooth


def _told(sketches: Cells) -> Cells:
    """The template of sketches and the weight of each cell, 2 x side x side."""
    low, middle, high = np.percentile(sketches, [15, 50, 85], axis=0)
    varies = ((high - low) / 2) ** 2
    usual = _NOISE + _OF_VARIATION * varies.max()
    weights = usual / (varies + usual) ** 2
    border = round(_BORDER * len(middle))
    inside = np.zeros_like(weights)
    inside[border:-border, border:-border] = 1
    return np.stack([middle, weights * inside]).astype(np.float32)


def _read(data: bytes) -> Cells:
    cells = np.frombuffer(data, np.float32)
    side = int((len(cells) // 2) ** 0.5)
    return cells.reshape(2, side, side)


def _level(told: Cells) -> _Level:
    cells, weights = told
    side = len(cells)
    y, x = (np.mgrid[:side, :side] + 0.5) / side - 0.5
    down, across = np.gradient(cells * side)
    flat = (across, across * x, across * y, down, down * x, down * y, cells, np.ones_like(cells))
    # The last two, another tone, are no part of a map, but mustn't pass for one.
    given = np.stack(flat, axis=-1).reshape(side * side, -1)
    weighed = given * weights.reshape(-1, 1)
    moments = weighed.T @ given
    moments += 1e-6 * np.diag(np.diag(moments)) + 1e-9 * np.eye(len(moments))
    steps = np.linalg.solve(moments, weighed.T)[:6]
    return _Level(side, cells, weights, steps.astype(np.float32))


def _warped(sketches: _Sketches, maps: Cells) -> Cells:
    """Sketches as their maps lay them; what lies outside is as the nearest cell."""
    side = sketches.cells.shape[-1]
    half = side / 2
    found = np.empty_like(sketches.cells)
    for at, (right, a, b, down, c, d) in enumerate(maps.astype(np.float64).tolist()):
        if not (right or down or a or b or c or d):
            found[at] = sketches.cells[at]
            continue
        onto = (
            1 + a, b, side * right - half * (a + b) + _PAD,
            c, 1 + d, side * down - half * (c + d) + _PAD,
        )  # fmt: skip
        way = (Image.Transform.AFFINE, onto, Image.Resampling.BILINEAR)
        found[at] = np.asarray(sketches.wide[at].transform((side, side), *way))
    return found
