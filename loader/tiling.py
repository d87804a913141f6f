"""Tiles of a large image and an overview of the whole, for encoders that see one size only.

"AnyRes" as LLaVA-OneVision has it (arXiv 2408.03326; `llava/mm_utils.py` of LLaVA-VL/LLaVA-NeXT:
`select_best_resolution`, `resize_and_pad_image`, `process_anyres_image`), which VARCO-VISION builds
on: of all grids of tiles choose the one that keeps most of the image's pixels, and of those the one
with the least padding; resize the image into it keeping its shape, centre it on black, cut. The
overview comes first: the whole image, without padding, squeezed to one tile. Here a grid has at
most as many tiles as the name says; LLaVA also offers larger ones and shrinks their features. What
Hugging Face's processor makes of the same idea is `loader.onevision`.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import torch

from gyogwa.loader.decode import resize
from gyogwa.loader.geometry import Geometry, Picture
from gyogwa.loader.memory import Room, plain_room
from gyogwa.schemas.errors import GyogwaError

Grid = tuple[int, int]
"""Columns and rows of tiles."""


@dataclass(frozen=True)
class Tiling:
    """Grids of at most `most` square tiles of `side` pixels."""

    most: int
    side: int = 384

    @classmethod
    def named(cls, name: str, side: int) -> "Tiling":
        """That of a stage manifest's `tiles` and `tile_side`. Raises GyogwaError.

        >>> Tiling.named("anyres_max_9", 384)
        Tiling(most=9, side=384)
        """
        found = re.fullmatch(r"anyres_max_([1-9][0-9]*)", str(name))
        if found is None or side < 1:
            raise GyogwaError(
                f'tiles is {name!r} of {side} pixels; give "anyres_max_N", N tiles at most, or '
                '"llava-onevision", and a side of at least 1'
            )
        return cls(int(found[1]), side)

    def grid(self, width: int, height: int) -> Grid:
        """The grid for an image of width x height pixels."""
        return _best_grid(self, width, height)

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of the image as it lies in its grid, before padding."""
        columns, rows = self.grid(width, height)
        canvas_width, canvas_height = columns * self.side, rows * self.side
        if canvas_width * height < canvas_height * width:
            return canvas_width, min(math.ceil(height * canvas_width / width), canvas_height)
        return min(math.ceil(width * canvas_height / height), canvas_width), canvas_height

    def padded(self, picture: Picture, grid: Grid) -> Picture:
        """A picture of `fitted` size in the middle of its grid."""
        width, height = grid[0] * self.side, grid[1] * self.side
        left, top = (width - picture.geometry.x.size) // 2, (height - picture.geometry.y.size) // 2
        return picture.padded(left, top, width, height)

    def tiles(
        self, picture: Picture, grid: Grid, room: Room = plain_room
    ) -> tuple[torch.Tensor, Geometry]:
        """From a picture of `fitted` size: the overview and the tiles row by row, uint8
        [1 + columns * rows, 3, side, side], and the geometry of the padded image."""
        padded, side = self.padded(picture, grid), self.side
        shape = (1 + grid[0] * grid[1], side, side, 3)
        pixels = room(math.prod(shape)).view(shape)
        pixels[0] = resize(picture.pixels, side, side).permute(1, 2, 0)
        cut = padded.pixels.permute(1, 2, 0).reshape(grid[1], side, grid[0], side, 3)
        pixels[1:] = cut.transpose(1, 2).reshape(-1, side, side, 3)
        return pixels.permute(0, 3, 1, 2), padded.geometry


@lru_cache(maxsize=4096)
def _best_grid(tiling: Tiling, width: int, height: int) -> Grid:
    sides = range(1, tiling.most + 1)
    grids = ((c, r) for c in sides for r in range(1, tiling.most // c + 1))
    return best_of(grids, tiling.side, width, height)


def best_of(grids: Iterable[Grid], side: int, width: int, height: int) -> Grid:
    """The grid of tiles of `side` pixels for an image: that which keeps most of its pixels, then
    with the least waste, then the first."""
    best, most, least = (1, 1), 0, 0
    for columns, rows in grids:
        across, down = columns * side, rows * side
        scale = min(across / width, down / height)
        kept = min(int(width * scale) * int(height * scale), width * height)
        waste = across * down - kept
        if kept > most or (kept == most and waste < least):
            best, most, least = (columns, rows), kept, waste
    return best


def tile_boxes(boxes: torch.Tensor, grid: Grid) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """For each tile, row by row, the parts of the boxes [n, 4] on it and whose parts they are.

    `boxes` are fractions of the padded image; the parts, float32 [m, 4], of the tile, clipped to
    it. int64 [m] are their indices in `boxes`. The overview has no padding: there the fractions
    are those of the stored image.
    """
    columns, rows = grid
    # A grid of one-pixel tiles has the same fractions as one of any other side.
    whole = Geometry.of(columns, rows)
    return [
        whole.cropped(column, row, 1, 1).boxes(boxes)
        for row in range(rows)
        for column in range(columns)
    ]
