"""Where two images lie over one another, roughly: the start of their registration.

The shift at 256 pixels by correlation through the Fourier transform, at two scales: that of the
sizes (a resized copy) and one (a crop), at turns of a few degrees, and with light and dark
exchanged. Of a slide, whose bars weigh more than its print, both scales fit about as well: then
there are two starts, and the tiles tell which is right. Coordinates and maps are those of
`registration`.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from gyogwa.transforms.dedup.refinement import Grey, Map, ground

_SIDE = 256
_SHORTER = 64  # of a strip
_LEAST_CORRELATION = 0.2
_ANGLES = (0.0, -3.0, -1.5, 1.5, 3.0)
_AS_WELL = 0.9  # of the better scale's correlation: the other may be right
_ASKEW = 1.1  # so much better must a turn fit than none
_INVERTED = 1.5  # so much better must light and dark fit when they are exchanged


@dataclass(frozen=True)
class Start:
    """Source pixels a target pixel across and down, and the map between the two at that scale."""

    across: float
    down: float
    onto: Map
    inverted: bool
    resized: bool


def coarse(target: Image.Image, source: Image.Image, ratio: float) -> list[Start]:
    """Where two images of mode L lie, roughly, the likelier first; [] if they don't fit one
    another. `ratio`: see `registration.place`."""
    longer, shorter = max(target.size), min(target.size)
    factor = min(1.0, max(_SIDE / longer, _SHORTER / shorter))
    sizes = (source.width / target.width, source.height / target.height)
    here = _small(target, factor, factor)
    best: dict[tuple[float, float], tuple[float, Start]] = {}
    scales = list(dict.fromkeys([sizes, (ratio, ratio)]))
    for angle in _ANGLES:
        for scale in scales:
            there = _small(source, factor / scale[0], factor / scale[1])
            turn = _turn(angle, there.shape)
            if angle:
                there = _turned(there, turn)
            for inverted, (found, x, y) in enumerate(_shifts(here, there)):
                before = best[scale][0] if scale in best else _LEAST_CORRELATION
                if found > before * (_INVERTED if inverted else _ASKEW if angle else 1):
                    onto = turn.copy()
                    onto[:, 2] = (turn[:, :2] @ (x, y) + turn[:, 2]) / factor
                    start = Start(*scale, onto, bool(inverted), scale == sizes)
                    best[scale] = (found, start)
        if best:
            most = max(found for found, _ in best.values())
            best = {scale: one for scale, one in best.items() if one[0] >= _AS_WELL * most}
            scales = list(best)
            if most * _ASKEW > 1:  # no turn fits so much better
                break
    return [start for _, start in sorted(best.values(), key=lambda one: -one[0])]


def _turn(angle: float, shape: tuple[int, ...]) -> Map:
    """The map that turns an image of this shape (height, width) about its middle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    linear = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([shape[1] / 2, shape[0] / 2])
    return np.hstack([linear, (middle - linear @ middle)[:, None]])


def _turned(image: Grey, turn: Map) -> Grey:
    size = (image.shape[1], image.shape[0])
    way = (Image.Transform.AFFINE, tuple(turn.ravel()), Image.Resampling.BILINEAR)
    return np.asarray(Image.fromarray(image).transform(size, *way), np.float32)


def _small(image: Image.Image, across: float, down: float) -> Grey:
    size = (max(8, round(image.width * across)), max(8, round(image.height * down)))
    laid = image.resize(size, Image.Resampling.BOX)
    return np.asarray(laid, np.float32) - ground(laid)


def _shifts(here: Grey, there: Grey) -> list[tuple[float, int, int]]:
    """The correlation, 0..1, at the best shift, and that shift of `there`; then that of `there`
    with light and dark exchanged."""
    height = next_fast_len(here.shape[0] + there.shape[0], real=True)
    width = next_fast_len(here.shape[1] + there.shape[1], real=True)
    shape = (height, width)
    found = irfft2(np.conj(rfft2(here, shape)) * rfft2(there, shape), shape)
    norm = float(np.sqrt((here**2).sum() * (there**2).sum())) + 1e-9
    shifts = []
    for at, sign in ((found.argmax(), 1), (found.argmin(), -1)):
        y, x = divmod(int(at), width)
        best = sign * float(found[y, x]) / norm
        right, down = (x - width if x > width // 2 else x), (y - height if y > height // 2 else y)
        shifts.append((best, right, down))
    return shifts
