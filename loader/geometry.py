"""Where things of an image are after resizing, cropping and padding.

A geometry is a scale and an offset on each axis, so any chain of resizes, crops and pads is one
again: composing costs a few additions, and boxes are transformed once however long the chain.

Pixel coordinates are continuous: pixel column c covers c to c + 1, the origin is the top left
corner. Boxes are (x0, y0, x1, y1) as fractions of width and height.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch.nn import functional

from gyogwa.loader.decode import resize


# Named tuples, because workers send them for every image, and they are unpickled faster.
class Axis(NamedTuple):
    """One direction: `at * scale + offset` is where the source's coordinate `at` has come to.

    `source` and `size`: the extent in pixels of the source and of the result. `first` to `last`:
    the part of it that shows the source, the rest being padding.
    """

    source: int
    size: int
    scale: float
    offset: float
    first: float
    last: float

    @classmethod
    def of(cls, size: int) -> "Axis":
        return cls(size, size, 1.0, 0.0, 0.0, size)

    def resized(self, size: int) -> "Axis":
        by = size / self.size
        first, last = self.first * by, self.last * by
        return Axis(self.source, size, self.scale * by, self.offset * by, first, last)

    def moved(self, by: int, size: int) -> "Axis":
        # What a crop took away doesn't come back when padding is added later.
        first, last = max(0.0, self.first + by), min(float(size), self.last + by)
        return Axis(self.source, size, self.scale, self.offset + by, first, last)


class Geometry(NamedTuple):
    """From a source image to what became of it."""

    x: Axis
    y: Axis

    @classmethod
    def of(cls, width: int, height: int) -> "Geometry":
        """That of an image with nothing done to it yet."""
        return cls(Axis.of(width), Axis.of(height))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the result in pixels."""
        return self.x.size, self.y.size

    def resized(self, width: int, height: int) -> "Geometry":
        if (width, height) == self.size:
            return self
        return Geometry(self.x.resized(width), self.y.resized(height))

    def cropped(self, left: int, top: int, width: int, height: int) -> "Geometry":
        return Geometry(self.x.moved(-left, width), self.y.moved(-top, height))

    def padded(self, left: int, top: int, width: int, height: int) -> "Geometry":
        """Laid at (left, top) on a larger canvas of width x height."""
        return Geometry(self.x.moved(left, width), self.y.moved(top, height))

    @property
    def keeps_fractions(self) -> bool:
        """Whether nothing was cropped or padded, so that boxes stay as they are."""
        return all(
            axis.offset == 0 and abs(axis.source * axis.scale - axis.size) < 1e-6
            for axis in (self.x, self.y)
        )

    def moved(self, boxes: torch.Tensor) -> torch.Tensor:
        """Boxes [n, 4] of the source as fractions of the result, float32 [n, 4]; not clipped."""
        if self.keeps_fractions:
            return boxes
        axes = (self.x, self.y, self.x, self.y)
        scale = torch.tensor([axis.source * axis.scale / axis.size for axis in axes])
        offset = torch.tensor([axis.offset / axis.size for axis in axes])
        return boxes * scale + offset

    def boxes(self, boxes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes [n, 4] of the source to those of the result, clipped to it, and which are left.

        Returns float32 [m, 4] and int64 [m], ascending: box i of the result is box kept[i] of the
        source. A box is dropped when nothing of it is left.
        """
        moved = self.moved(boxes)
        first = torch.tensor([axis.first / axis.size for axis in (self.x, self.y)])
        last = torch.tensor([axis.last / axis.size for axis in (self.x, self.y)])
        inside = ((moved[:, :2] < last) & (moved[:, 2:] > first)).all(dim=1)
        clipped = torch.minimum(torch.maximum(moved[inside], first.repeat(2)), last.repeat(2))
        return clipped, inside.nonzero().flatten()


@dataclass(frozen=True)
class Picture:
    """Pixels, uint8 [3, H, W], RGB, that remember how they came from their source image."""

    pixels: torch.Tensor
    geometry: Geometry

    @classmethod
    def of(cls, pixels: torch.Tensor) -> "Picture":
        """An image with nothing done to it yet."""
        return cls(pixels, Geometry.of(pixels.shape[2], pixels.shape[1]))

    def resized(self, width: int, height: int) -> "Picture":
        pixels = resize(self.pixels, width, height)
        return Picture(pixels, self.geometry.resized(width, height))

    def cropped(self, left: int, top: int, width: int, height: int) -> "Picture":
        """A view of the part of width x height at (left, top), which must lie inside."""
        pixels = self.pixels[:, top : top + height, left : left + width]
        return replace(
            self, pixels=pixels, geometry=self.geometry.cropped(left, top, width, height)
        )

    def padded(self, left: int, top: int, width: int, height: int, value: int = 0) -> "Picture":
        """Laid at (left, top) on a larger canvas of width x height and one `value`."""
        right, bottom = width - left - self.pixels.shape[2], height - top - self.pixels.shape[1]
        pixels = functional.pad(self.pixels, (left, right, top, bottom), value=value)
        return Picture(pixels, self.geometry.padded(left, top, width, height))
