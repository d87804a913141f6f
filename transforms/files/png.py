"""Pixels as PNG without loss, in the smallest mode that holds them."""

import io

from PIL import Image, ImageChops


def png_of(pixels: Image.Image) -> bytes:
    """Pixels of mode L or RGB as PNG: grey where all channels are alike, with one bit a pixel where
    they are black and white."""
    if pixels.mode == "RGB":
        first, *others = pixels.split()
        if all(ImageChops.difference(first, other).getbbox() is None for other in others):
            pixels = first
    if pixels.mode == "L" and not any(pixels.histogram()[1:255]):
        pixels = pixels.convert("1", dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    return buffer.getvalue()
