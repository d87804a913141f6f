"""Regions of an image that are filled, so that what stood there is gone."""

import io
from collections.abc import Sequence
from math import ceil, floor

from PIL import Image, ImageDraw

from gyogwa.schemas.boxes import Box

MASKED = "masked"
"""Among an image's `changes`: regions of it were filled."""
PADDING = (0.12, 0.18)
"""What a filled box reaches beyond itself, of its height, to the sides and up and down. Boxes of
OCR and of labels often cut the edges of letters; measured by benchmarks.personal_data."""

_BLACK = 64


def pixels_of(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels that a mask fills on an image of this width and height: left, top, right, bottom,
    the last two included."""
    width, height = size
    high = (box[3] - box[1]) * height
    across, up = max(1.0, high * PADDING[0]), max(1.0, high * PADDING[1])
    return (
        max(0, floor(box[0] * width - across)),
        max(0, floor(box[1] * height - up)),
        min(width - 1, ceil(box[2] * width + across)),
        min(height - 1, ceil(box[3] * height + up)),
    )


def filled(pixels: Image.Image, masks: Sequence[Box]) -> Image.Image:
    """The image (mode RGB or L) with these boxes filled black, as on a page that somebody blacked
    out; the same object without any."""
    if not masks:
        return pixels
    copy = pixels.copy()
    draw = ImageDraw.Draw(copy)
    for box in masks:
        draw.rectangle(pixels_of(box, copy.size), fill=0 if copy.mode == "L" else (0, 0, 0))
    return copy


def is_filled(data: bytes, masks: Sequence[Box]) -> bool:
    """Whether an encoded image, perhaps shrunk since, is black where the boxes are. What JPEG and
    shrinking do to a black box that reaches beyond them stays below `_BLACK`."""
    with Image.open(io.BytesIO(data)) as image:
        grey = image.convert("L")
    width, height = grey.size
    for box in masks:
        inside = (
            floor(box[0] * width),
            floor(box[1] * height),
            max(floor(box[0] * width) + 1, floor(box[2] * width)),
            max(floor(box[1] * height) + 1, floor(box[3] * height)),
        )
        if grey.crop(inside).getextrema()[1] > _BLACK:  # type: ignore[operator]
            return False
    return True
