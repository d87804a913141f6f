"""Leaders: rows of dots between an entry and its page number, which are no text.

A network that is given them reads letters into them, and loses the entry and the number beside. A
leader is five dots or more of one size on one baseline, at one distance. They are told by their
components and taken out of the mask and of the page before it is read.
Cost: one pass over the small components, a few milliseconds a page.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.annotate.engines.tesseract.foreground import Foreground, usual_height

_LEAST = 5  # dots
_DOT = 0.34  # of the usual height: the sides of a dot at most
_LEVEL = 0.12  # of the usual height: how far dots of a row lie off each other
_EVEN = 0.3  # of the distance, or a pixel and a half: how far a dot may lie off its place
_FAR = 2.2  # usual heights between dots at most
_AROUND = 1  # pixels

Boxes = NDArray[np.int64]


def without_leaders(page: Image.Image, writing: Foreground) -> tuple[Image.Image, Foreground]:
    """The page (grey) and its writing without the dots of leaders; as they are without any."""
    dots = leaders_of(writing.boxes)
    if not dots.any():
        return page, writing
    mask, grey = writing.mask.copy(), np.array(page)
    for x0, y0, x1, y1 in writing.boxes[dots]:
        rows = slice(max(y0 - _AROUND, 0), y1 + _AROUND)
        columns = slice(max(x0 - _AROUND, 0), x1 + _AROUND)
        mask[y0:y1, x0:x1] = False
        around = grey[max(y0 - 3, 0) : y1 + 3, max(x0 - 3, 0) : x1 + 3]
        ground = np.median(around) if around.size else 255
        grey[rows, columns] = ground
    return Image.fromarray(grey), Foreground(mask, writing.boxes[~dots])


def leaders_of(boxes: Boxes) -> NDArray[np.bool_]:
    """Which components are dots of leaders."""
    found = np.zeros(len(boxes), bool)
    if len(boxes) < _LEAST:
        return found
    usual = usual_height(boxes)
    sides = boxes[:, 2:] - boxes[:, :2]
    small = np.flatnonzero(sides.max(axis=1) <= max(_DOT * usual, 2))
    middles = boxes[small, 1:4:2].sum(axis=1) / 2
    level = max(_LEVEL * usual, 1.0)
    order = small[np.lexsort((boxes[small, 0], np.round(middles / level)))]
    row: list[int] = []
    for place in [*order.tolist(), None]:
        if place is not None and row and _level(boxes[row[-1]], boxes[place], level):
            row.append(place)
            continue
        # rounding may have put one row into two; a row that is short by that has dots enough left
        for run in _even_runs([boxes[i] for i in row], row, usual):
            found[run] = True
        row = [] if place is None else [place]
    return found


def _level(first: Boxes, second: Boxes, level: float) -> bool:
    apart = abs(int(first[1] + first[3]) - int(second[1] + second[3])) / 2
    return apart <= level and bool(second[0] >= first[0])


def _even_runs(dots: list[Boxes], places: list[int], usual: float) -> list[list[int]]:
    """Runs of dots at one distance, at least `_LEAST` long."""
    if len(dots) < _LEAST:
        return []
    middles = [int(dot[0] + dot[2]) / 2 for dot in dots]
    steps = [right - left for left, right in pairwise(middles)]
    runs: list[list[int]] = []
    run = [places[0]]
    last: float | None = None
    for place, step in zip(places[1:], steps, strict=True):
        even = last is None or abs(step - last) <= max(_EVEN * last, 1.5)
        if step <= _FAR * usual and even:
            run.append(place)
            last = step
        else:
            runs.append(run)
            run, last = ([run[-1], place], step) if step <= _FAR * usual else ([place], None)
    runs.append(run)
    return [run for run in runs if len(run) >= _LEAST]
