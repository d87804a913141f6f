"""What a scanner or camera does to a clean page, without moving anything: the boxes stay true."""

import io
import random

import numpy as np
from PIL import Image, ImageFilter


def aged(image: Image.Image, rng: random.Random) -> Image.Image:
    """`image` (RGB) with some of: blur, uneven light, brightness, grain, grey; same size.

    About a third come back as they are, as pages that never were on paper do.
    """
    if rng.random() < 0.35:
        return image
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.7)))
    light = np.full((image.height, image.width), rng.uniform(0.93, 1.03), np.float32)
    if rng.random() < 0.4:
        down = np.linspace(0, 1, image.height, dtype=np.float32)[:, None]
        across = np.linspace(0, 1, image.width, dtype=np.float32)[None, :]
        light *= 1 - 0.07 * abs(rng.random() - down) - 0.05 * abs(rng.random() - across)
    pixels = np.asarray(image, np.float32) * light[:, :, None]
    if rng.random() < 0.6:
        # Small sigmas only: faint strokes must stay legible under the grain.
        grain = np.random.default_rng(rng.getrandbits(64)).standard_normal(
            (image.height, image.width), np.float32
        )
        pixels += grain[:, :, None] * rng.uniform(1.5, 6)
    image = Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    return image.convert("L") if rng.random() < 0.2 else image


def encoded(image: Image.Image, rng: random.Random) -> tuple[bytes, str]:
    """The file's bytes and its suffix, "png" or "jpg", about half each."""
    if rng.random() < 0.45:
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=6)
        return buffer.getvalue(), "png"
    return jpeg(image, rng.choice([72, 80, 85, 90, 94])), "jpg"


def jpeg(image: Image.Image, quality: int) -> bytes:
    """The image as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
