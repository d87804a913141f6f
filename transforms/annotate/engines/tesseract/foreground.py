"""The writing of a page as a mask: dark on light or light on dark, without rules and pictures.

The ground is a median over some three lines of text, which keeps the edges of coloured areas; what
differs from it is ink, in either direction; components far larger than letters, or long and thin,
are rules, borders, bars or pictures, and specks are noise.
Cost: a median filter of a sampled page and one labelling, 40 to 80 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

_SAMPLES = 280  # along the page's longer side, for the ground
_WINDOW = 13  # of them: about three lines of text
_DIFFERENCE = 0.3  # of the page's contrast
_FAINTEST = 16  # grey levels
_TALLEST = 3.5  # times the usual height of a component
_LONGEST = 12.0
_THIN = 0.12  # height / width, or width / height, of a rule


@dataclass(frozen=True)
class Foreground:
    """`mask`: rows x columns. `boxes`: n x 4 (x0, y0, x1, y1), pixels, of its components."""

    mask: NDArray[np.bool_]
    boxes: NDArray[np.int64]


def foreground_of(page: Image.Image) -> Foreground:
    """The writing on `page` (grey)."""
    difference = _difference(page)
    written = difference[difference > _FAINTEST]
    contrast = float(np.percentile(written, 75)) if len(written) else 0.0
    mask = difference > max(_DIFFERENCE * contrast, _FAINTEST)
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return Foreground(mask, np.empty((0, 4), np.int64))
    slices = ndimage.find_objects(labels)
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in slices], np.int64)
    keep = _letters(boxes)
    mask = np.concatenate([[False], keep])[labels]
    return Foreground(mask, boxes[keep])


def _difference(page: Image.Image) -> NDArray[np.int16]:
    """How far each pixel is from the ground; beside an edge of the ground, from either side of it.

    The ground is known from every so many pixels (an average would mix in the ink), so where it
    changes, a few pixels would else pass for ink.
    """
    step = max(round(max(page.size) / _SAMPLES), 1)
    sampled = Image.fromarray(np.asarray(page)[step // 2 :: step, step // 2 :: step])
    ground = sampled.filter(ImageFilter.MedianFilter(_WINDOW))
    grey = np.asarray(page, np.int16)
    sides = [ground.filter(ImageFilter.MinFilter(3)), ground.filter(ImageFilter.MaxFilter(3))]
    differences = [np.abs(grey - _enlarged(side, step, page.size)) for side in sides]
    least: NDArray[np.int16] = np.minimum(*differences)
    return least


def _enlarged(ground: Image.Image, step: int, size: tuple[int, int]) -> NDArray[np.int16]:
    wide = ground.resize((ground.width * step, ground.height * step), Image.Resampling.NEAREST)
    missing = max(size[1] - wide.height, 0), max(size[0] - wide.width, 0)
    full = np.pad(np.asarray(wide, np.int16), ((0, missing[0]), (0, missing[1])), mode="edge")
    return full[: size[1], : size[0]]


def _letters(boxes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which components may be letters or parts of them, by size and shape."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    size = np.maximum(width, height)
    usual = usual_height(boxes)
    large = (height > _TALLEST * usual) & (width > 1.5 * usual) | (width > _LONGEST * usual)
    large |= height > 2 * _TALLEST * usual
    thin = (np.minimum(width, height) < _THIN * size) & (size > 1.6 * usual)
    speck = size < max(0.08 * usual, 1.5)
    keep: NDArray[np.bool_] = ~(large | thin | speck)
    return keep


def usual_height(boxes: NDArray[np.int64]) -> float:
    """The height of a full letter or syllable, of components that are often only parts of one."""
    height = boxes[:, 3] - boxes[:, 1]
    body = height[height >= 5]
    return float(np.percentile(body, 75)) if len(body) else 8.0
