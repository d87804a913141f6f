"""How well boxes lie on what is printed: the way to tell one reading of them from another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.boxes import Box

_STEP = 32
"""Grey levels between neighbouring pixels that count as the edge of something printed."""
FAINT = 12
"""The same of print that is hardly there, such as a thermal receipt's."""
_RULE = 65
"""Pixels of an edge that is a rule and no stroke of a letter; odd, to grow back in place."""
_MOST = 80
"""Boxes of a page that are looked at."""
_NEAR = 0.15
"""Distance of the ring around a box in which words leave the paper bare, as a share of its shorter
side; 1 to 4 pixels."""


def edges_of(grey: NDArray[np.uint8], step: int = _STEP) -> NDArray[np.float64]:
    """Sums of edge pixels above and to the left of every point, of shape (height + 1, width + 1),
    so that those in a rectangle are told from its corners. `step`: grey levels of an edge."""
    levels = grey.astype(np.int16)
    edges = np.zeros(levels.shape, bool)
    edges[:, 1:] |= np.abs(np.diff(levels, axis=1)) > step
    edges[1:, :] |= np.abs(np.diff(levels, axis=0)) > step
    for axis in (0, 1):
        edges &= ~_ruled(edges, axis)
    sums = np.zeros((levels.shape[0] + 1, levels.shape[1] + 1))
    sums[1:, 1:] = edges.cumsum(0).cumsum(1)
    return sums


def _ruled(edges: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """The edges of straight lines along an axis that are longer than strokes of letters: rules of
    tables and frames, which boxes of cells may lie on."""
    whole = _around(edges, axis) == _RULE
    ruled: NDArray[np.bool_] = _around(whole, axis) > 0
    return ruled


def _around(marks: NDArray[np.bool_], axis: int) -> NDArray[np.int32]:
    """How many of the `_RULE` pixels along an axis, of which each is the middle, are marked."""
    half = _RULE // 2
    beside = [(half + 1, half) if each == axis else (0, 0) for each in range(2)]
    sums = np.moveaxis(np.pad(marks, beside).cumsum(axis, dtype=np.int32), axis, 0)
    return np.moveaxis(sums[_RULE:] - sums[:-_RULE], 0, axis)


def fit(edges: NDArray[np.float64], boxes: Sequence[Box]) -> float:
    """From 1, where every box holds print and is bare just around it, to 0, where boxes cut through
    print as they come; -1 for one that holds none or leaves the image. `boxes` are fractions,
    `edges` as `edges_of` gives them. 0 without boxes."""
    chosen = boxes[:: max(1, -(-len(boxes) // _MOST))]
    scores = [_fit(edges, box) for box in chosen]
    return sum(scores) / len(scores) if scores else 0.0


def _fit(edges: NDArray[np.float64], box: Box) -> float:
    height, width = edges.shape[0] - 1, edges.shape[1] - 1
    x0, x1 = round(box[0] * width), round(box[2] * width)
    y0, y1 = round(box[1] * height), round(box[3] * height)
    if x0 < -2 or y0 < -2 or x1 > width + 2 or y1 > height + 2 or x1 <= x0 or y1 <= y0:
        return -1.0
    near = min(max(round(_NEAR * min(x1 - x0, y1 - y0)), 1), 4)
    inside, area = _count(edges, x0, y0, x1, y1)
    if not inside:
        return -1.0
    around, outer = _count(edges, x0 - near, y0 - near, x1 + near, y1 + near)
    ring = outer - area
    bare = (around - inside) / ring if ring else 0.0
    full = inside / area
    return (full - bare) / (full + bare)


def _count(edges: NDArray[np.float64], x0: int, y0: int, x1: int, y1: int) -> tuple[float, float]:
    """Edge pixels in a rectangle and its area, as far as it lies on the image."""
    height, width = edges.shape[0] - 1, edges.shape[1] - 1
    x0, x1 = min(max(x0, 0), width), min(max(x1, 0), width)
    y0, y1 = min(max(y0, 0), height), min(max(y1, 0), height)
    count = edges[y1, x1] - edges[y0, x1] - edges[y1, x0] + edges[y0, x0]
    return float(count), float((x1 - x0) * (y1 - y0))
