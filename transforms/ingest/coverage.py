"""How words lie on the ink of their image: a page that was read well has nearly all of its strokes
in the boxes of its words, whatever the confidence of who read it.

Strokes are steps between neighbouring pixels, without long straight ones: rules, frames and the
edges of bars and pictures are no text. Of figures and photographs there remain some, so that pages
with these have less. Cost: about 0.1 s a page of a million pixels.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Coverage
from gyogwa.transforms.ingest.labels.ink import edges_of

_NEAR = 2
"""Pixels around a box that count as in it: edges lie beside the ink, and boxes are rounded."""
_LEAST = 50
"""Fewer strokes than this are dust."""
_MOST_PIXELS = 4_000_000
"""Of larger images every second, third, ... pixel is looked at."""


def coverage_of(
    grey: NDArray[np.uint8], boxes: Sequence[Box], pictures: Sequence[Box] = ()
) -> Coverage:
    """Of an image [height, width] and the boxes of its words, fractions. `pictures`: regions that
    are known to be pictures, whose strokes count for nothing but where words stand in them."""
    step = 1
    while grey.size // (step * step) > _MOST_PIXELS:
        step += 1
    grey = grey[::step, ::step]
    edges = edges_of(grey)
    height, width = grey.shape
    inside = np.zeros(grey.shape, bool)
    counted = np.ones(grey.shape, bool)
    for x0, y0, x1, y1 in pictures:
        left, right = max(int(x0 * width) - _NEAR, 0), int(np.ceil(x1 * width)) + _NEAR
        top, bottom = max(int(y0 * height) - _NEAR, 0), int(np.ceil(y1 * height)) + _NEAR
        counted[top:bottom, left:right] = False
    bare = 0
    for x0, y0, x1, y1 in boxes:
        left, right = max(int(x0 * width) - _NEAR, 0), int(np.ceil(x1 * width)) + _NEAR
        top, bottom = max(int(y0 * height) - _NEAR, 0), int(np.ceil(y1 * height)) + _NEAR
        right, bottom = min(right, width), min(bottom, height)
        there = edges[bottom, right] - edges[top, right] - edges[bottom, left] + edges[top, left]
        bare += int(there) == 0
        inside[top:bottom, left:right] = True
    marks = np.diff(np.diff(edges, axis=0), axis=1)
    total = float(marks[counted | inside].sum()) if pictures else float(edges[-1, -1])
    if total < _LEAST:
        return Coverage(1.0, bare)
    return Coverage(round(float(marks[inside].sum()) / total, 4), bare)
