"""Noise of sensors and scanners: how strong it is, and a page calmed of it.

Between neighbouring pixels of plain paper there is nothing but noise, and most of a page is paper;
so the middle of all steps between neighbours, zero on what was rendered and 1 to 2 on JPEG and good
scans, tells it. A little blur takes most of it away: strokes are wider than it reaches, and what
reads lines enlarges them anyway. Cost: 10 ms a page of a million pixels.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_NOISY = 6.0
"""Grey levels of the middle step from which a page is calmed. Debian FAQ pages at 100 dpi: 0 as
rendered, 0 as JPEG of quality 30; with noise of a deviation of 8 levels 6 to 7, of 14 levels 10 to
12, and 2 to 3 once that is calmed."""
_BLUR = 0.8  # pixels: 100-dpi strokes are 1 to 2 wide


def noise_of(grey: NDArray[np.uint8]) -> float:
    """The middle step between neighbours along rows, in grey levels, of an image [height, width].

    White paper that is clipped at full white has steps of zero wherever two pixels are clipped;
    these are left out, but where nearly all are.
    """
    steps = np.abs(np.diff(grey.astype(np.int16), axis=1))
    moving = steps[steps > 0]
    if moving.size < 0.4 * steps.size:
        return 0.0
    return float(np.median(moving))


def calmed(image: Image.Image) -> Image.Image:
    """`image` (L or RGB) without its noise; itself where there is little."""
    if noise_of(np.asarray(image.convert("L"))) < _NOISY:
        return image
    return image.filter(ImageFilter.GaussianBlur(_BLUR))
