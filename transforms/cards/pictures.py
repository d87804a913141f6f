"""Images at a readable size, thumbnails, and the picture of where two images differ."""

import base64
import io

import numpy as np
from PIL import Image, ImageFilter

from gyogwa.transforms.dedup.alignment import Alignment, inverse
from gyogwa.transforms.files.decode import decode

READABLE = 1400
"""Pixels of the longer side at which the text of a page of A4 can still be read."""
THUMBNAIL = 132
"""Pixels of the longer side of a thumbnail."""
HEAT = 700
"""Pixels of the longer side of a picture of differences."""
_ASIS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_FAINT = 24.0
"""Grey levels below which a difference is coding noise, and not shown."""


def readable(data: bytes, side: int = READABLE) -> tuple[str, bytes, Image.Image]:
    """(file ending, bytes, pixels) of an image to look at: its own bytes where every browser shows
    them and they aren't larger than `side`. Raises BadImage for what can't be decoded."""
    found = decode(data)
    pixels = found.pixels
    if not found.changes and found.format in _ASIS and max(pixels.size) <= side:
        return _ASIS[found.format], data, pixels
    pixels = _within(pixels, side)
    return "webp", _webp(pixels, 82), pixels


def thumbnail(pixels: Image.Image) -> str:
    """A small picture as a data URI, some 3 KB."""
    return (
        "data:image/webp;base64,"
        + base64.b64encode(_webp(_within(pixels.convert("RGB"), THUMBNAIL), 60)).decode()
    )


def heat(kept: Image.Image, member: Image.Image, by: Alignment) -> bytes:
    """Where a dropped image differs from the one kept: that one in pale grey, differences in red,
    the stronger the more. `by`: where the member lies on the kept (see `dedup.alignment`); [] lays
    the two over one another whole. Fine shifts count little, since both are blurred."""
    here = _within(kept.convert("L"), HEAT)
    there = member.convert("L")
    there = there.resize(here.size, Image.Resampling.BOX) if not by else _laid(there, here.size, by)
    blurred = [
        np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), np.float32)
        for image in (here, there)
    ]
    gap = np.clip((np.abs(blurred[0] - blurred[1]) - _FAINT) / 128.0, 0.0, 1.0)[..., None]
    paper = 255.0 - (255.0 - np.asarray(here, np.float32)) * 0.35
    red = np.array([200.0, 16.0, 60.0], np.float32)
    mixed = paper[..., None] * (1 - gap) + red * gap
    return _webp(Image.fromarray(mixed.astype(np.uint8)), 75)


def _laid(member: Image.Image, size: tuple[int, int], by: Alignment) -> Image.Image:
    a, b, right, c, d, down = inverse(by)
    width, height = size
    there = (member.width, member.height)
    matrix = (
        a * there[0] / width, b * there[0] / height, right * there[0],
        c * there[1] / width, d * there[1] / height, down * there[1],
    )  # fmt: skip
    shrunk = max(1.0, member.width / width, member.height / height)
    if shrunk > 1.5:  # sampling by points would find noise where pixels are left out
        member = member.filter(ImageFilter.BoxBlur(shrunk / 2))
    return member.transform(
        size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=255
    )


def _within(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    size = [max(1, round(length * side / longest)) for length in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _webp(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()
