"""How good the pixels of an image are, before anything is read: sharpness, contrast, ink.

All three come from two histograms of the grey image, so they cost a few milliseconds a page and
don't depend on what is written on it. Sharpness is the steepest step between neighbours as a share
of the contrast: about 0.5 to 1 for printed text, 0.2 when its edges are smeared over five pixels.
(The usual variance of the Laplacian grows with the amount of text as well.)
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from schemas.records import Signals

_TAIL = 0.0001  # of the pixels: the darkest and lightest, which specks of dust may be
_STEEPEST = 0.0005  # of the neighbours: a page with one word has hardly more edges
_FLAT = 16 / 255
"""Less contrast than this is paper grain and compression, not ink."""


def signals_of(pixels: Image.Image) -> Signals:
    """The signals of an image of mode L or RGB."""
    grey = pixels.convert("L")
    counts = np.asarray(grey.histogram(), dtype=np.int64)
    dark, light = _quantile(counts, _TAIL), _quantile(counts, 1 - _TAIL)
    contrast = (light - dark) / 255
    if contrast < _FLAT:
        return Signals(0.0, round(contrast, 4), 0.0)
    steps = _quantile(_steps(grey), 1 - _STEEPEST)
    return Signals(
        sharpness=round(min(steps / (light - dark), 1.0), 4),
        contrast=round(contrast, 4),
        ink=round(_ink(counts, (dark + light) / 2), 6),
    )


def _steps(grey: Image.Image) -> NDArray[np.int64]:
    """How often neighbours, across and down, differ by 0 to 255."""
    width, height = grey.size
    total = np.zeros(256, dtype=np.int64)
    for right, down in ((1, 0), (0, 1)):
        here = grey.crop((0, 0, width - right, height - down))
        there = grey.crop((right, down, width, height))
        if here.width and here.height:
            total += ImageChops.difference(here, there).histogram()
    return total


def _quantile(counts: NDArray[np.int64], share: float) -> int:
    """The grey value that `share` of the pixels don't exceed; 0 without any."""
    total = int(counts.sum())
    return int(np.searchsorted(counts.cumsum(), share * total)) if total else 0


def _ink(counts: NDArray[np.int64], middle: float) -> float:
    """The share on the rarer side of the middle: white text on black counts as ink too."""
    dark = counts[: int(middle) + 1].sum() / counts.sum()
    return float(min(dark, 1 - dark))
