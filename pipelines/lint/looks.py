"""How an image looks, compared with the perceptual hash that the catalog has of it.

The hash says which of the 16 x 16 lowest frequencies of the image at 64 x 64 pixels exceed their
median (see `transforms.ingest.hashes`). A frequency near the median falls on either side of it once
an image is shrunk or coded again, and half of them do where a page is symmetrical; so only those
count that are clearly on one side. NumPy alone does it here: an auditor needs no extra installed.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.files.decode import SUFFIXES, BadImage, decode

_SIDE, _LOWEST = 64, 16
_CLEAR = 0.05
"""How far a frequency is from the median, as a share of their root mean square without the mean
grey, to be clear."""
_FEW = 32
"""With fewer clear frequencies nothing can be said."""
_OTHER = 0.2
"""The share of clear frequencies on the other side that makes another picture. Shrinking, down to
64 pixels, and coding as JPEG moved .10 at most (36 synthetic pages; rulings, a grid, rings,
a ramp, a dot, noise); of 1,980 pairs of these images 99 % differ by more than .29."""
_REMEMBERED = 1 << 16


class Look(NamedTuple):
    """What decoding tells: `suffix` and `changes` as `decode` has them, the size, and of every
    frequency whether it exceeds the median and whether that is clear."""

    suffix: str
    changes: tuple[str, ...]
    size: tuple[int, int]
    above: NDArray[np.bool_]
    clear: NDArray[np.bool_]

    def is_of(self, hash_: bytes) -> bool:
        """Whether it can be the picture that has this hash of 256 bits."""
        bits = np.unpackbits(np.frombuffer(hash_, np.uint8)).astype(np.bool_)
        clear = int(self.clear.sum())
        return clear < _FEW or int((bits != self.above)[self.clear].sum()) <= _OTHER * clear


_looks: dict[str, Look | BadImage] = {}


def look_at(data: bytes, digest: str) -> Look | BadImage:
    """Decode an image. Many samples show one, so the latest are remembered by their SHA-256."""
    if digest not in _looks:
        if len(_looks) >= _REMEMBERED:
            del _looks[next(iter(_looks))]
        _looks[digest] = _look(data)
    return _looks[digest]


def _look(data: bytes) -> Look | BadImage:
    try:
        found = decode(data)
    except BadImage as error:
        return error
    grey = found.pixels.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    waves = _waves()
    spectrum = (waves @ np.asarray(grey, np.float64) @ waves.T).ravel()
    away = spectrum - np.median(spectrum)
    clear = np.abs(away) > _CLEAR * np.sqrt(np.mean(away[1:] ** 2))
    suffix = SUFFIXES.get(found.format, found.format)
    return Look(suffix, found.changes, found.pixels.size, away > 0, clear)


@cache
def _waves() -> NDArray[np.float64]:
    """The lowest waves of the discrete cosine transform, a row each."""
    places = 2 * np.arange(_SIDE) + 1
    return np.cos(np.pi * np.outer(np.arange(_LOWEST), places) / (2 * _SIDE))
