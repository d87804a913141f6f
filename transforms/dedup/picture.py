"""An image as looks need it: its greys at the size of comparison, its colours, and all its pixels.

It is decoded once at the size of comparison, a JPEG by its own transform; all its pixels only when
a look comes down to them (`fine`), which of pairs that differ is seldom. Memory: 2 bytes a pixel
of the size of comparison, at most 8 MB, and 1 a pixel of the image once it was decoded in full.
"""

from collections.abc import Callable
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from gyogwa.transforms.files.decode import decode, decode_grey
from gyogwa.transforms.files.picture_formats import opened
from gyogwa.transforms.ingest.window import window_of

SIDE = 1200
"""Pixels of the longer side of a page at which images are compared, at most twice that: of other
shapes, as many pixels as such a page has."""

PAGE = sqrt(2.0)
"""The longer side of a page by its shorter."""
_NARROW = 256  # pixels: a strip is not made narrower
_COLOURLESS = 12  # levels: of grey scans coded in colour

Chroma = NDArray[np.uint8]
All = Callable[[], Image.Image] | None
"""What gives all pixels, mode L."""


class Picture:
    """`grey`: mode L, as it is displayed, by `factor` smaller than the image. `chroma`: Cb and Cr
    at half the size of `grey`, h x w x 2; None where nothing has a colour."""

    def __init__(
        self, grey: Image.Image, chroma: Chroma | None, factor: int = 1, all_: All = None
    ) -> None:
        self.grey, self.chroma, self.factor = grey, chroma, factor
        self._all = all_ if factor > 1 else None
        self._reduced = {1: grey}

    def reduced(self, times: int) -> Image.Image:
        """`grey` so many times smaller; kept for the next look."""
        if times not in self._reduced:
            size = (max(1, self.grey.width // times), max(1, self.grey.height // times))
            self._reduced[times] = self.grey.resize(size, Image.Resampling.BOX)
        return self._reduced[times]

    @cached_property
    def fine(self) -> Image.Image:
        """All pixels, mode L."""
        return self.grey if self._all is None else self._all()

    @cached_property
    def inner(self) -> "Picture":
        """The page within flat borders (`ingest.window`); this very picture if there are none."""
        box = window_of(self.grey)
        if box is None:
            return self
        all_, times = self._all, self.factor
        chroma = self.chroma
        if chroma is not None:
            left, top, right, bottom = (side // 2 for side in box)
            chroma = chroma[top:bottom, left:right]
        around = (box[0] * times, box[1] * times, box[2] * times, box[3] * times)
        return Picture(
            self.grey.crop(box), chroma, times, all_ and (lambda: self.fine.crop(around))
        )

    def turned(self, degrees: int) -> "Picture":
        """Turned counter-clockwise by 0, 90, 180 or 270 degrees."""
        if not degrees:
            return self
        way = _TURNS[degrees]
        chroma = None if self.chroma is None else np.rot90(self.chroma, degrees // 90)
        all_ = self._all and (lambda: self.fine.transpose(way))
        return Picture(self.grey.transpose(way), chroma, self.factor, all_)


_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def load(data: bytes) -> Picture:
    """An encoded image. Raises BadImage where it can't be decoded."""
    image = opened(data)
    factor = _factor(image.size)
    # Where the colours are asked for, Pillow gives the luma of a JPEG as it is coded.
    if image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
        mode = "L" if image.mode == "L" else "YCbCr"
        image.draft(mode, (image.width // factor, image.height // factor))
        shown = ImageOps.exif_transpose(image)
    else:
        shown = decode(data).pixels
        factor = _factor(shown.size)
        if factor > 1:
            shown = shown.reduce(factor)
    return pictured(shown, factor, lambda: decode_grey(data).pixels)


def pictured(image: Image.Image, factor: int = 1, all_: All = None) -> Picture:
    """The picture of decoded pixels, as they are."""
    if image.mode == "L":
        return Picture(image, None, factor, all_)
    grey, *colours = image.convert("YCbCr").split()
    small = [colour.reduce(2) if min(image.size) > 1 else colour for colour in colours]
    chroma = np.stack([np.asarray(colour) for colour in small], axis=-1)
    seen = np.ptp(chroma[::2, ::2].reshape(-1, 2), axis=0).max() > _COLOURLESS
    return Picture(grey, chroma if seen else None, factor, all_)


def _factor(size: tuple[int, int]) -> int:
    """The power of two by which an image is reduced."""
    longer = sqrt(PAGE * size[0] * size[1])
    most = min(longer / SIDE, max(1.0, min(size) / _NARROW))
    return int(1 << (int(most).bit_length() - 1)) if longer > 2 * SIDE else 1
