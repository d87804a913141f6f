"""What a crowd's images differ by: the template taken away, and what a copy changes of it.

A sketch, laid on the template (`template`), becomes a vector of unit length whose distance tells
fillings from copies: the cells where the crowd varies, after the template's median. What is left of
a shift, a turn, another tone or blur of the template itself (its slopes, itself, its Laplacian) is
projected out, since two images must not be alike or unlike by how they were scanned. Then the
strongest `AXES` directions of the crowd's own variation, weighed down. Cost: 3 s for the view of a
crowd, of a sample of 512 sketches, 5 ms a sketch.
"""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import ndimage

from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.template import Template, laid, template_of
from gyogwa.transforms.ingest.sketch import SIDE

Vectors = NDArray[np.float32]

SAMPLE = 512
AXES = 128
_FEWEST = 8
_NOISE = 4.0  # of 255, of one cell
_VARIES = 0.3  # of the most varying cells
_BLUR = 0.5  # cells
_WEIGHED = 0.5
_NEARER = 0.1  # the power of how many there are by which the nearest comes nearer
_CHUNK = 256


class View(Row, frozen=True):
    """How a crowd's sketches are looked at: (blurred cells, laid on `template`, - `middle`) @
    `axes`, of those cells that `kept` marks, a bit each. `middle` is float32, `axes` float16, n
    cells x `width`. `floor` is the length of what noise adds. `apart`: how far the nearest of
    `SAMPLE` others is in the middle."""

    template: Template
    kept: bytes
    width: int
    floor: float
    middle: bytes
    axes: bytes
    apart: float = 0.0


def view_of(sample: Vectors) -> View:
    """The view of a crowd, from some of its sketches, n x side x side."""
    template = template_of(sample)
    cells = _blurred(laid(template, sample))
    middle = np.median(cells, axis=0)
    low, high = np.percentile(cells, [15, 85], axis=0)
    most = float(np.percentile(high - low, 95))
    keep = high - low > _VARIES * most
    if np.count_nonzero(keep) < _FEWEST:
        keep[:] = True
    worn = np.linalg.qr(_worn(middle)[keep])[0]
    left = (cells - middle)[:, keep]
    left -= (left @ worn) @ worn.T
    mean = left.mean(axis=0)
    strength, directions = np.linalg.svd(left - mean, full_matrices=False)[1:]
    told = min(AXES, int(np.count_nonzero(strength > max(1e-3 * strength[0], 1e-3))))
    weights = np.maximum(strength[:told], 1e-6) ** -_WEIGHED
    # One matrix does it all: the projection, the directions, the weights.
    axes = (directions[:told].T - worn @ (worn.T @ directions[:told].T)) * weights
    # Directions of a sample are those of its noise, too: along them it is so much longer.
    noise = _NOISE * (1 + (int(np.count_nonzero(keep)) / len(sample)) ** 0.5)
    floor = noise * float(np.linalg.norm(weights))
    scale = 1 / max(float(np.abs(axes).max(initial=0)), 1e-9)  # float16 has no smaller numbers
    view = View(
        template,
        np.packbits(keep).tobytes(),
        told,
        scale * floor if told else 1.0,
        (middle[keep] + mean).astype(np.float32).tobytes(),
        (scale * axes).astype(np.float16).tobytes(),
    )
    return replace(view, apart=_nearest_other(_vectors(view, cells)))


def _nearest_other(vectors: Vectors) -> float:
    if len(vectors) < 2:
        return 0.0
    apart = 1 - vectors @ vectors.T
    np.fill_diagonal(apart, np.inf)
    here = float(np.median(apart.min(axis=1)))
    return here * float((len(vectors) / SAMPLE) ** _NEARER)


def seen(view: View, sketches: Vectors) -> Vectors:
    """Sketches as vectors of unit length, n x (width + 1).

    The last number is the view's floor, the same for all before it is scaled: where the others are
    as small as noise, as in a crowd of copies of one page, all vectors are near one another.
    """
    return np.concatenate([np.empty((0, view.width + 1), np.float32), *_parts(view, sketches)])


def _parts(view: View, sketches: Vectors) -> Iterator[Vectors]:
    for low in range(0, len(sketches), _CHUNK):
        yield _vectors(view, _blurred(laid(view.template, sketches[low : low + _CHUNK])))


def _vectors(view: View, cells: Vectors) -> Vectors:
    """Of sketches that were laid and blurred, n x cells."""
    keep = np.unpackbits(np.frombuffer(view.kept, np.uint8), count=SIDE * SIDE).astype(np.bool_)
    middle = np.frombuffer(view.middle, np.float32)
    axes = np.frombuffer(view.axes, np.float16).reshape(len(middle), view.width).astype(np.float32)
    vectors = np.pad((cells[:, keep] - middle) @ axes, ((0, 0), (0, 1)), constant_values=view.floor)
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def _blurred(sketches: Vectors) -> Vectors:
    cells: Vectors = ndimage.gaussian_filter(sketches, (0, _BLUR, _BLUR))
    return cells.reshape(len(sketches), -1)


def _worn(middle: Vectors) -> Vectors:
    """What small changes of the whole image change of the template, cells x 9."""
    template = middle.reshape(SIDE, SIDE)
    down, across = np.gradient(template)
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
    changes = [
        across, across * x, across * y, down, down * x, down * y,
        template, np.ones_like(template), ndimage.laplace(template),
    ]  # fmt: skip
    return np.stack(changes, axis=-1).reshape(SIDE * SIDE, -1).astype(np.float32)
