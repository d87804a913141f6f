"""The sketch of an image: how much ink lies where, on a grid of 40 x 40 cells over its ink.

A hash of signs tells templates apart, not what was filled in: the sketch keeps amounts, so that
within a crowd of like images those cells that vary can be compared (`dedup.variation`). The grid
is laid over the box around the ink, so that margins don't count. 1,600 bytes, 2,136 as text.
"""

import base64

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 40


def sketch_of(ink: NDArray[np.uint8], box: tuple[int, int, int, int]) -> str:
    """The mean ink of each cell, 0..255, row by row, as base64; `box`: left, top, right, bottom."""
    cells = Image.fromarray(ink).resize((SIDE, SIDE), Image.Resampling.BOX, box=box)
    return base64.b64encode(cells.tobytes()).decode()


def cells_of(sketches: list[bytes]) -> NDArray[np.float32]:
    """Sketches, no longer as text, as an array, n x 40 x 40."""
    cells = np.frombuffer(b"".join(sketches), np.uint8)
    return cells.reshape(-1, SIDE, SIDE).astype(np.float32)
