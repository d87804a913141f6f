"""Tiles as Hugging Face's LLaVA-OneVision processor cuts them, which VARCO-VISION-2.0 uses.

The rules are those of transformers' `image_processing_llava_onevision` (5.24), its own arithmetic
included, and the tests compare values with it. They differ from `loader.tiling`, LLaVA's, in three
ways: grids have up to six tiles along either side (an A4 page takes 12, where `anyres_max_9` gives
9; the model shrinks their features to those of nine); the overview comes from the image as it is;
and of a sample's several images none is cut, each is padded to a square in the colour that the
encoder takes for nothing, and resized to one tile.

Cost: JPEGs are decoded in their full size, as the processor gets them.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch

from gyogwa.loader.decode import Encoded, LongSide, decode_sized, resize, scratch_room
from gyogwa.loader.geometry import Geometry
from gyogwa.loader.memory import Room, plain_room
from gyogwa.loader.tiling import Grid, best_of
from gyogwa.loader.view import View

NAME = "llava-onevision"
MOST = 6
"""Tiles along a side at most: `image_grid_pinpoints` of the published checkpoints."""
COLOUR = (122, 116, 104)
"""RGB: OpenAI CLIP's mean in bytes, cut off."""


@dataclass(frozen=True)
class OnevisionTiles:
    """A sample's only image: the overview, then tiles of `side` pixels row by row."""

    side: int

    def grid(self, width: int, height: int) -> Grid:
        """Columns and rows for an image of width x height pixels."""
        return _best(self.side, width, height)

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of the image in its grid, before it is padded."""
        columns, rows = self.grid(width, height)
        whole_width, whole_height = columns * self.side, rows * self.side
        across, down = whole_width / width, whole_height / height
        if across < down:
            return whole_width, min(math.ceil(height * across), whole_height)
        return min(math.ceil(width * down), whole_width), whole_height

    def __call__(self, data: Encoded, room: Room = plain_room) -> View:
        image, (width, height) = decode_sized(data, LongSide(None), scratch_room)
        side, (columns, rows) = self.side, self.grid(width, height)
        fitted = resize(image, *self.fitted(width, height))
        shape = (1 + columns * rows, side, side, 3)
        pixels = room(math.prod(shape)).view(shape)
        pixels[0] = resize(image, side, side).permute(1, 2, 0)
        whole = (columns * side, rows * side)
        left, top = (whole[0] - fitted.shape[2]) // 2, (whole[1] - fitted.shape[1]) // 2
        canvas = torch.zeros(whole[1], whole[0], 3, dtype=torch.uint8)
        canvas[top : top + fitted.shape[1], left : left + fitted.shape[2]] = fitted.permute(1, 2, 0)
        cut = canvas.view(rows, side, columns, side, 3).transpose(1, 2)
        pixels[1:].view(rows, columns, side, side, 3).copy_(cut)
        geometry = Geometry.of(width, height).resized(fitted.shape[2], fitted.shape[1])
        padded = geometry.padded(left, top, *whole)
        return View(pixels.permute(0, 3, 1, 2), padded, (columns, rows))


@dataclass(frozen=True)
class OnevisionSquare:
    """One of a sample's several images: uint8 [3, side, side]."""

    side: int

    def __call__(self, data: Encoded, room: Room = plain_room) -> View:
        image, (width, height) = decode_sized(data, LongSide(None), scratch_room)
        longer = max(width, height)
        left, top = (longer - width) // 2, (longer - height) // 2
        canvas = torch.tensor(COLOUR, dtype=torch.uint8).expand(longer, longer, 3).contiguous()
        canvas[top : top + height, left : left + width] = image.permute(1, 2, 0)
        small = resize(canvas.permute(2, 0, 1), self.side, self.side).permute(1, 2, 0)
        pixels = room(small.numel()).view(small.shape)
        pixels.copy_(small)
        geometry = Geometry.of(width, height).padded(left, top, longer, longer)
        return View(pixels.permute(2, 0, 1), geometry.resized(self.side, self.side))


@lru_cache(maxsize=4096)
def _best(side: int, width: int, height: int) -> Grid:
    """As `select_best_resolution`, whose grids go row by row."""
    sides = range(1, MOST + 1)
    return best_of(((columns, rows) for rows in sides for columns in sides), side, width, height)
