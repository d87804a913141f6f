"""How an image is looked at: whole, in tiles, or left encoded for the GPU to decode."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch

from gyogwa.loader.decode import Encoded, LongSide, decode_sized, image_size_of, scratch_room
from gyogwa.loader.geometry import Geometry, Picture
from gyogwa.loader.memory import Room, plain_room
from gyogwa.loader.settings import one_of, whole
from gyogwa.loader.tiling import Grid, Tiling
from gyogwa.schemas.errors import GyogwaError


class View(NamedTuple):
    """An image as the model gets it.

    `pixels`: uint8 [3, H, W]; in tiles [1 + columns * rows, 3, side, side], the overview first;
    left encoded [bytes]. `geometry`: from the stored image to the whole one shown, which for tiles
    is the padded one and for encoded bytes the stored one.
    """

    pixels: torch.Tensor
    geometry: Geometry
    grid: Grid | None = None


Viewer = Callable[[Encoded, Room], View]
"""From encoded bytes to a view whose pixels lie in room that it asks for once. Raises
`loader.decode.BadPixels`."""

DecodeOn = Literal["worker", "gpu"]


@dataclass(frozen=True)
class Whole:
    """The image in one piece, of the size that `sizing` says."""

    sizing: LongSide

    def __call__(self, data: Encoded, room: Room = plain_room) -> View:
        pixels, size = decode_sized(data, self.sizing, room)
        return View(pixels, Geometry.of(*size).resized(pixels.shape[2], pixels.shape[1]))


@dataclass(frozen=True)
class Tiled:
    """The image in tiles."""

    tiling: Tiling

    def __call__(self, data: Encoded, room: Room = plain_room) -> View:
        pixels, size = decode_sized(data, self.tiling.fitted, scratch_room)
        geometry = Geometry.of(*size).resized(pixels.shape[2], pixels.shape[1])
        grid = self.tiling.grid(*size)
        tiles, padded = self.tiling.tiles(Picture(pixels, geometry), grid, room)
        return View(tiles, padded, grid)


@dataclass(frozen=True)
class ByCount:
    """How a sample's image is looked at when it has only `one`, and each when it has `several`."""

    one: Viewer
    several: Viewer

    def of(self, images: int) -> Viewer:
        """The viewer for a sample of so many images."""
        return self.one if images == 1 else self.several


def undecoded(data: Encoded, room: Room = plain_room) -> View:
    """The bytes themselves, for `loader.device` to decode."""
    geometry = Geometry.of(*image_size_of(data))
    pixels = room(len(data))
    pixels.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
    return View(pixels, geometry)


def viewer_of(
    image_size: int | None = None,
    scale_long_side: int | None = None,
    tiles: str | None = None,
    tile_side: int = 384,
    decode_on: DecodeOn = "worker",
) -> Viewer | ByCount:
    """The viewer that the settings of a loader ask for. Raises GyogwaError where they clash."""
    one_of("decode_on", decode_on, "worker", "gpu")
    asked = {"image_size": image_size, "scale_long_side": scale_long_side, "tiles": tiles}
    names = [name for name, value in asked.items() if value is not None]
    if decode_on == "gpu":
        names.append('decode_on="gpu", which gives images in their stored size')
    if len(names) > 1:
        raise GyogwaError(f"choose one of {' and '.join(names)}")
    for name, value in [("image_size", image_size), ("scale_long_side", scale_long_side)]:
        if value is not None:
            whole(name, value, 1)
    whole("tile_side", tile_side, 1)
    if decode_on == "gpu":
        return undecoded
    if tiles == "llava-onevision":
        from gyogwa.loader.onevision import OnevisionSquare, OnevisionTiles

        return ByCount(OnevisionTiles(tile_side), OnevisionSquare(tile_side))
    if tiles is not None:
        return Tiled(Tiling.named(tiles, tile_side))
    if scale_long_side is not None:
        return Whole(LongSide(scale_long_side, enlarge=True))
    return Whole(LongSide(image_size))
