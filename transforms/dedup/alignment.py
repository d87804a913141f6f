"""Where a place of a copy lies on the image that is kept instead: labels move with their boxes.

A map is six numbers, row by row, that take a point of the copy to one of the image kept, both as
fractions of their image's width and height, origin at the top left. It comes from laying the two
over one another at `_SIDE` pixels, the copy turned upright by quarters and flat borders around
either left out, as looks do. A copy that is the image at another size has exactly `SAME`. Boxes
stay boxes under enlarging, cropping and quarter turns; where the copy lies more askew than
`_ASKEW`, they don't, and there is no map. Cost: 10 ms a pair of `SAME`, 130 ms
another.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.dedup.picture import Picture
from gyogwa.transforms.dedup.refinement import covered_by, ground, warped
from gyogwa.transforms.dedup.registration import Overlaid, Placement, place, residue
from gyogwa.transforms.ingest.window import window_of

Alignment = list[float]
SAME: Alignment = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
_SIDE, _GLANCE = 640, 320
_FITS = -0.7
"""Residue of images that lie on one another."""
_AT_ONCE = 0.9
"""Correlation of those that do so at the same size, as they are: nothing is searched for."""
_ASKEW = 0.004  # of the image's side, from one end to the other: half a line of a page
_NEAR = 0.003  # of the image's side: what a registration can't tell from nothing
_OUTSIDE = 0.005  # of the image's side: a box that ends so far outside was cut off

_Matrix = NDArray[np.float64]


def alignment(kept: Picture, copy: Picture, turn: int = 0) -> Alignment:
    """The map from a copy to the image kept, [] where none holds.

    `turn`: the copy stands as the image kept does if it is turned counter-clockwise by so many
    degrees, or so it is thought.
    """
    if not turn and _same(kept.grey, copy.grey):
        return SAME
    for degrees in dict.fromkeys((turn, 0)):
        turned = copy.turned(degrees).grey
        for inside in (False, True):
            found = _found(kept.grey, turned, inside)
            if found is not None:
                return _told(found @ _turned(degrees))
    return []


def quarters(by: Alignment) -> int:
    """By how many degrees the image kept is the copy turned counter-clockwise, in quarters."""
    if by[0]:
        return 0 if by[0] > 0 else 180
    return 90 if by[1] > 0 else 270


def inverse(by: Alignment) -> Alignment:
    """The map from the image kept to the copy."""
    if by in ([], SAME):
        return by
    back = np.linalg.inv(np.vstack([np.reshape(by, (2, 3)), [0, 0, 1]]))[:2]
    return [round(float(value), 6) + 0.0 for value in back.ravel()]


def carried(box: Box, by: Alignment) -> Box | None:
    """A box of the copy on the image kept; None where it was cut off there."""
    if by == SAME:
        return box
    a, b, right, c, d, down = by
    x = [a * box[at] + b * box[up] + right for at in (0, 2) for up in (1, 3)]
    y = [c * box[at] + d * box[up] + down for at in (0, 2) for up in (1, 3)]
    found = [min(x), min(y), max(x), max(y)]
    if min(found) < -_OUTSIDE or max(found) > 1 + _OUTSIDE:
        return None
    return [round(min(max(value, 0.0), 1.0), 6) for value in found]


def carried_point(x: float, y: float, by: Alignment) -> tuple[float, float]:
    """A point of the copy on the image kept."""
    a, b, right, c, d, down = by
    at = (a * x + b * y + right, c * x + d * y + down)
    return round(min(max(at[0], 0.0), 1.0), 6), round(min(max(at[1], 0.0), 1.0), 6)


def _same(kept: Image.Image, copy: Image.Image) -> bool:
    """Whether the copy is the image at another size: a pixel to any side it fits less well."""
    size = _small(kept.size, max(kept.size) / _GLANCE)
    other = _small(copy.size, max(copy.size) / _GLANCE)
    if any(abs(a - b) > 1 for a, b in zip(size, other, strict=True)):
        return False
    here, there = (
        np.asarray(image.resize(size, Image.Resampling.BOX), np.float32) for image in (kept, copy)
    )

    def fits(right: int, down: int) -> float:
        moved = np.roll(there, (down, right), (0, 1))
        return float(np.corrcoef(here[::2].ravel(), moved[::2].ravel())[0, 1])

    found = fits(0, 0)
    if not found >= _AT_ONCE:
        return False
    return all(fits(*step) < found for step in ((1, 0), (-1, 0), (0, 1), (0, -1)))


def _found(kept: Image.Image, copy: Image.Image, inside: bool) -> _Matrix | None:
    """The map of fractions, laid whole or without flat borders."""
    windows = [window_of(image) if inside else None for image in (kept, copy)]
    if inside and windows == [None, None]:
        return None
    boxes = [
        window or (0, 0, *image.size) for window, image in zip(windows, (kept, copy), strict=True)
    ]
    here, there = (image.crop(box) for image, box in zip((kept, copy), boxes, strict=True))
    larger = here.width * here.height > there.width * there.height
    target, source = (there, here) if larger else (here, there)
    times = max(1.0, max(target.size) / _SIDE)
    target, source = (_reduced(image, times) for image in (target, source))
    placed = place(target, source)
    if placed is None or not _lie_together(target, source, placed):
        return None
    onto = _as_fractions(placed, target.size)
    found = onto if larger else np.linalg.inv(onto)  # either way from the copy to the one kept
    of_kept, of_copy = _box_map(boxes[0], kept.size), _box_map(boxes[1], copy.size)
    return of_kept @ found @ np.linalg.inv(of_copy)


def _reduced(image: Image.Image, times: float) -> Image.Image:
    size = _small(image.size, times)
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _small(size: tuple[int, int], times: float) -> tuple[int, int]:
    return max(8, round(size[0] / times)), max(8, round(size[1] / times))


def _lie_together(target: Image.Image, source: Image.Image, placed: Placement) -> bool:
    source = ImageOps.invert(source) if placed.inverted else source
    resized = source.resize(placed.size, Image.Resampling.BOX)
    laid = warped(resized, placed.onto, target.size, ground(resized)).astype(np.float32)
    inside = covered_by(resized.size, placed.onto, target.size)
    here = np.asarray(target, np.float32)
    return residue(Overlaid(here, laid, inside, placed.onto)) <= _FITS


def _as_fractions(placed: Placement, size: tuple[int, int]) -> _Matrix:
    whole = np.vstack([placed.onto, [0, 0, 1]]) * [*size, 1]
    found: _Matrix = whole / np.array([[placed.size[0]], [placed.size[1]], [1]])
    return found


def _box_map(box: tuple[int, int, int, int], size: tuple[int, int]) -> _Matrix:
    """Fractions of a box to fractions of its image."""
    left, top, right, bottom = box
    return np.array(
        [
            [(right - left) / size[0], 0, left / size[0]],
            [0, (bottom - top) / size[1], top / size[1]],
            [0, 0, 1],
        ]
    )


_QUARTER = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])


def _turned(degrees: int) -> _Matrix:
    """Where a point lies on the image turned counter-clockwise."""
    return np.linalg.matrix_power(_QUARTER, degrees // 90)


def _told(found: _Matrix) -> Alignment:
    """The six numbers of a map under which boxes stay boxes."""
    linear, shift = found[:2, :2], found[:2, 2]
    straight = np.eye(2, dtype=np.bool_)
    if abs(linear[0, 0]) < abs(linear[0, 1]):
        straight = ~straight
    if np.abs(linear[~straight]).max() > _ASKEW:
        return []
    boxed = np.where(straight, linear, 0.0)
    middle = np.array([0.5, 0.5])
    values = np.column_stack([boxed, shift + (linear - boxed) @ middle]).ravel()
    for quarter in range(4):
        whole = _turned(90 * quarter)[:2].ravel()
        if np.abs(values - whole).max() < _NEAR:
            return [float(value) for value in whole]
    return [round(float(value), 6) for value in values]
