"""Encoded image bytes to pixels: JPEG by simplejpeg where it is installed, all else by Pillow.

Shards hold images as they are displayed (no EXIF orientation left, 8-bit RGB, grey or palette
without transparency), so there is nothing to do here besides decoding and resizing.

Resizing is torch's antialiased bicubic interpolation of bytes. Given pixels that lie side by side
(channels last) it takes vector instructions, needs no copy, and gives Pillow's own bicubic result
but for rounding. A JPEG decoder can skip detail: at a half, quarter or eighth of its size it
decodes faster, and its vector instructions know no other reduced sizes. That is done where at least
three times the wanted size is left: pages then differ by at most 0.6 of 255 a pixel from Pillow's
full decoding in the mean, where with twice the size small print differs by up to 3.4.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

from gyogwa.loader.memory import Room, plain_room

try:
    import simplejpeg
except ImportError:
    simplejpeg = None

Encoded = bytes | memoryview
"""The bytes of a JPEG, PNG or another format that Pillow knows."""

_SUPERSAMPLING = 3
"""JPEG may be decoded at a reduced size of at least so many times the one asked for."""

Sizing = Callable[[int, int], tuple[int, int]]
"""From the (width, height) of an image, in pixels, to the ones it is resized to."""


class BadPixels(Exception):
    """Bytes that can't be decoded; says why."""


@dataclass(frozen=True)
class LongSide:
    """Shrinks images, keeping their shape, to a longer side of `pixels` (None: as they are).

    With `enlarge` smaller ones are scaled up to it too, as VARCO-VISION asks for in OCR with 2304
    (model card of NCSOFT/VARCO-VISION-14B).
    """

    pixels: int | None
    enlarge: bool = False

    def __call__(self, width: int, height: int) -> tuple[int, int]:
        longest = max(width, height)
        if self.pixels is None or longest == self.pixels:
            return width, height
        if longest < self.pixels and not self.enlarge:
            return width, height
        scale = self.pixels / longest
        return max(1, round(width * scale)), max(1, round(height * scale))


def fitted(width: int, height: int, image_size: int | None) -> tuple[int, int]:
    """The (width, height) in pixels whose longer side is at most `image_size`; never larger.

    >>> fitted(2000, 1000, 500)
    (500, 250)
    >>> fitted(300, 200, 500)
    (300, 200)
    """
    return LongSide(image_size)(width, height)


def decode_image(data: Encoded, image_size: int | None = None) -> torch.Tensor:
    """Decode to uint8 [3, H, W], RGB; a larger image is shrunk to a longer side of `image_size`.

    Channels last in memory, so not contiguous. Raises BadPixels.
    """
    return decode_sized(data, LongSide(image_size))[0]


def decode_sized(
    data: Encoded, sizing: Sizing, room: Room = plain_room
) -> tuple[torch.Tensor, tuple[int, int]]:
    """Decode and resize to what `sizing` says: uint8 [3, H, W], RGB, channels last in memory that
    `room` gives, and the (width, height) that the image had. Raises BadPixels."""
    taken: list[torch.Tensor] = []

    def once(size: int) -> torch.Tensor:
        # a JPEG that simplejpeg gives up half-way leaves its room to Pillow
        taken[:] = taken or [room(size)]
        return taken[0]

    decoded = None
    if simplejpeg is not None and data[:2] == b"\xff\xd8":
        decoded = _decode_jpeg(data, sizing, once)
    if decoded is None:
        decoded = _decode_any(data, sizing)
    pixels, size, placed = decoded
    width, height = sizing(*size)
    if placed:
        return pixels.permute(2, 0, 1), size
    resized = resize(pixels.permute(2, 0, 1), width, height).permute(1, 2, 0)
    final = once(resized.numel()).view(resized.shape)
    final.copy_(resized)
    return final.permute(2, 0, 1), size


def resize(pixels: torch.Tensor, width: int, height: int) -> torch.Tensor:
    """Bicubic with antialiasing: uint8 [3, H, W] to [3, height, width], channels last in memory."""
    if pixels.shape[1:] == (height, width):
        return pixels
    # The batch dimension is added where it looks like channels last to torch.
    batch = pixels.permute(1, 2, 0)[None].permute(0, 3, 1, 2)
    resized = functional.interpolate(batch, size=(height, width), mode="bicubic", antialias=True)
    return resized[0]


Decoded = tuple[torch.Tensor, tuple[int, int], bool]
"""uint8 [H, W, 3], perhaps reduced; the (width, height) of the encoded image; whether the pixels
are the final ones and lie where they shall."""


def _decode_jpeg(data: Encoded, sizing: Sizing, room: Room) -> Decoded | None:
    """None for a JPEG that simplejpeg refuses and Pillow may know."""
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
        final = sizing(width, height) == (width, height)
        options = {} if final else _reduction(width, height, sizing)
        factor = options.get("min_factor", 1)
        shape = (-(-height // factor), -(-width // factor), 3)
        pixels = (room if final else scratch_room)(prod(shape)).numpy().reshape(shape)
        decoded = simplejpeg.decode_jpeg(data, "RGB", buffer=pixels, **options)
    except ValueError:
        return None
    return torch.from_numpy(decoded), (width, height), final


_scratch: list[torch.Tensor] = []


def scratch_room(size: int) -> torch.Tensor:
    """Memory for pixels on the way to others: the same again at the next call."""
    if not _scratch or len(_scratch[0]) < size:
        _scratch[:] = [torch.empty(size, dtype=torch.uint8)]
    return _scratch[0][:size]


def _reduction(width: int, height: int, sizing: Sizing) -> dict[str, Any]:
    """The options that make simplejpeg decode at the least of 1, 1/2, 1/4, 1/8 of the size that
    leaves enough to resize well."""
    wanted_width, wanted_height = (_SUPERSAMPLING * side for side in sizing(width, height))
    for factor in (8, 4, 2):
        if wanted_width <= width // factor and wanted_height <= height // factor:
            # The factor too, as otherwise sizes in between, say 5/8, would be chosen.
            return {
                "min_width": -(-width // factor),
                "min_height": -(-height // factor),
                "min_factor": factor,
            }
    return {}


def _decode_any(data: Encoded, sizing: Sizing) -> Decoded:
    try:
        image: Image.Image = Image.open(io.BytesIO(data))
        size = image.size
        width, height = sizing(*size)
        if size != (width, height):
            image.draft("RGB", (_SUPERSAMPLING * width, _SUPERSAMPLING * height))
        # Converting RGB to RGB would copy it.
        image = image if image.mode == "RGB" else image.convert("RGB")
        # A copy, because torch wants memory that may be written to.
        pixels: NDArray[np.uint8] = np.array(image, dtype=np.uint8)
    # Pillow's decoders raise nearly anything on broken bytes; all of it means the same here.
    except Exception as error:
        raise BadPixels(f"can't be decoded: {error}") from error
    return torch.from_numpy(pixels), size, False


def image_size_of(data: Encoded) -> tuple[int, int]:
    """(width, height) of an encoded image from its header. Raises BadPixels."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except Exception as error:
        raise BadPixels(f"can't be decoded: {error}") from error
