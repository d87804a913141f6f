"""The page inside its picture: what lies within flat borders, as of a scanner's lid or a frame.

From each side, rows or columns are a border as long as they hold one tone that is far from the
ground: the dark edge of a scan, the grey around a page that was photographed or shown in a window.
One with anything written on it is none, so nothing that could be read is left out.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[int, int, int, int]

_SIDE = 256
_FAR = 40  # levels from the ground, the commonest grey of the middle
_ONE_TONE = 14  # levels around a line's median
_MOST_OF = 0.985  # of a line, for specks of dust and the corners of a page that lies askew
_LEAST = 0.5  # of each side that must be left
_SOFT = 1  # reduced pixels: where the border ends, its tone does so gradually


def window_of(grey: Image.Image) -> Box | None:
    """The box (left, top, right, bottom, in pixels) within the borders; None if there are none."""
    times = max(1, max(grey.size) // _SIDE)
    small = np.asarray(grey.reduce(times) if times > 1 else grey, np.int16)
    height, width = small.shape
    middle = small[height // 4 : height - height // 4, width // 4 : width - width // 4]
    counts = np.bincount(middle.ravel(), minlength=256)
    ground = int(np.convolve(counts, np.ones(9), "same").argmax())
    top, bottom = _borders(small, ground)
    left, right = _borders(small[top : height - bottom].T, ground)
    # The corners belong to whichever side was asked first; now that the others are gone, again.
    more = _borders(small[top : height - bottom, left : width - right], ground)
    top, bottom = top + more[0], bottom + more[1]
    if not (top or bottom or left or right):
        return None
    box = (left, top, width - right, height - bottom)
    if box[2] - box[0] < _LEAST * width or box[3] - box[1] < _LEAST * height:
        return None
    return (
        box[0] * times,
        box[1] * times,
        min(grey.width, box[2] * times),
        min(grey.height, box[3] * times),
    )


def _borders(rows: NDArray[np.int16], ground: int) -> tuple[int, int]:
    """How many rows at the top and at the bottom are a border."""
    tone = np.median(rows, axis=1)
    flat = np.mean(np.abs(rows - tone[:, None]) <= _ONE_TONE, axis=1) >= _MOST_OF
    border = flat & (np.abs(tone - ground) > _FAR)
    found = []
    for way, tones in ((border, tone), (border[::-1], tone[::-1])):
        count = len(way) if way.all() else int(np.argmin(way))
        after = tones[count + _SOFT : count + _SOFT + 1]
        # A bar across a slide goes on where its title begins: no border.
        ends = count and len(after) and abs(after[0] - ground) <= _FAR
        found.append(count + _SOFT if ends else 0)
    return found[0], found[1]
