"""The 256-bit perceptual hash of an image, as 64 hex digits: `imagehash.phash(hash_size=16)`."""

import imagehash
from PIL import Image


def phash(pixels: Image.Image) -> str:
    """Hash an image of any mode; row by row, most significant bit first."""
    return str(imagehash.phash(pixels, hash_size=16))


def distance(first: str, second: str) -> int:
    """How many of the 256 bits differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count()
