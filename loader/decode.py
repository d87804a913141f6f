"""Encoded image bytes to pixels: JPEG by simplejpeg where it is installed, all else by Pillow.

Shards hold images as they are displayed (no EXIF orientation left, 8-bit RGB, grey or palette
without transparency), so there is nothing to do here besides decoding and fitting the size.
"""

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

try:
    import simplejpeg
except ImportError:
    simplejpeg = None

_SUPERSAMPLING = 2
"""JPEG may be decoded at a reduced size of at least so many times the one asked for."""


class BadPixels(Exception):
    """Bytes that can't be decoded; says why."""


def fitted(width: int, height: int, image_size: int | None) -> tuple[int, int]:
    """The (width, height) in pixels whose longer side is at most `image_size`; never larger.

    >>> fitted(2000, 1000, 500)
    (500, 250)
    >>> fitted(300, 200, 500)
    (300, 200)
    """
    longest = max(width, height)
    if image_size is None or longest <= image_size:
        return width, height
    scale = image_size / longest
    return max(1, round(width * scale)), max(1, round(height * scale))


def decode_image(data: bytes, image_size: int | None = None) -> torch.Tensor:
    """Decode to uint8 [3, H, W], RGB, as a view of the decoder's [H, W, 3] (not contiguous).

    With `image_size` a larger image is shrunk, keeping its shape, until its longer side is that
    many pixels. Boxes are fractions, so they stay valid. Raises BadPixels.
    """
    pixels = None
    if simplejpeg is not None and data[:2] == b"\xff\xd8":
        pixels = _decode_jpeg(data, image_size)
    if pixels is None:
        pixels = _decode_any(data, image_size)
    return torch.from_numpy(pixels).permute(2, 0, 1)


def _decode_jpeg(data: bytes, image_size: int | None) -> NDArray[np.uint8] | None:
    """Pixels [H, W, 3], or None for a JPEG that simplejpeg refuses and Pillow may know."""
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
        target = fitted(width, height, image_size)
        least = (0, 0) if target == (width, height) else target
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            data,
            "RGB",
            min_width=_SUPERSAMPLING * least[0],
            min_height=_SUPERSAMPLING * least[1],
        )
    except ValueError:
        return None
    if pixels.shape[1::-1] == target:
        return pixels
    return _array(Image.fromarray(pixels).resize(target, Image.Resampling.BICUBIC))


def _decode_any(data: bytes, image_size: int | None) -> NDArray[np.uint8]:
    try:
        image = Image.open(io.BytesIO(data))
        target = fitted(*image.size, image_size)
        if target != image.size:
            image.draft("RGB", (_SUPERSAMPLING * target[0], _SUPERSAMPLING * target[1]))
        pixels = image.convert("RGB")
        if pixels.size != target:
            pixels = pixels.resize(target, Image.Resampling.BICUBIC)
    # Pillow's decoders raise nearly anything on broken bytes; all of it means the same here.
    except Exception as error:
        raise BadPixels(f"can't be decoded: {error}") from error
    return _array(pixels)


def _array(image: Image.Image) -> NDArray[np.uint8]:
    # A copy, because torch wants memory that may be written to.
    return np.array(image, dtype=np.uint8)
