"""The sketch of an image: how much ink lies where, on a grid of 80 x 80 cells over the page.

A hash of signs tells templates apart, not what was filled in: the sketch keeps amounts, so that
within a crowd of like images those cells that vary can be compared (`dedup.variation`). The grid
is laid over the whole page within flat borders (`window`), not over its ink: what a copy has lost
at its edges, or another brightness has paled, mustn't move the rest. A cell takes part of its
neighbours' ink, so that where a thin rule lies between two cells can be told from them; of boxes it
couldn't, and sketches of forms couldn't be laid on one another. 16 levels, two cells a byte,
deflated: 500 to 600 bytes a page, at most 3.2 kB.
"""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 80
_STEP = 17
"""Of 255 in a level of 16."""


def sketch_of(ink: NDArray[np.uint8]) -> str:
    """The ink of each cell, row by row, as base64 of what `packed` gives."""
    cells = Image.fromarray(ink).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return base64.b64encode(packed(np.asarray(cells))).decode()


def packed(cells: NDArray[Any]) -> bytes:
    """Cells of 0..255, 80 x 80, as they are kept."""
    levels = np.rint(np.clip(cells, 0, 255) / _STEP).astype(np.uint8)
    return zlib.compress((levels[:, ::2] << 4 | levels[:, 1::2]).tobytes())


def cells_of(sketches: list[bytes]) -> NDArray[np.float32]:
    """Sketches, no longer as text, as an array of 0..255, n x 80 x 80."""
    pairs = np.frombuffer(b"".join(map(zlib.decompress, sketches)), np.uint8)
    levels = np.stack([pairs >> 4, pairs & 15], axis=-1).reshape(-1, SIDE, SIDE)
    return levels.astype(np.float32) * _STEP
