"""Decoded pixels as a viewer shows them: eight bits a channel, on white, square, upright, and no
more of them than asked for.

Where there are many, they are brought there band by band, so that beside the decoded picture only
the finished one takes memory.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image

from gyogwa.transforms.files.bad_image import BadImage

Mode = Literal["L", "RGB"]
Size = tuple[int, int]

_WHOLE = 16_000_000
"""Pixels up to which nothing is gained by bands."""
_BAND = 4_000_000
_ORIENTATION = 0x0112
_WIDTH, _HEIGHT, _X_RESOLUTION, _Y_RESOLUTION = 256, 257, 282, 283
_UNEVEN, _ABSURD = 1.5, 4.0
"""How many times the resolution one way is that of the other: a fax has 204 x 98 dots an inch
(ITU-T T.4), which is 2.08; a fine one, 204 x 196, is left as it is."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(image: Image.Image) -> int:
    """By EXIF, 1 to 8; 1 where it is upright or says nothing."""
    said = image.getexif().get(_ORIENTATION, 1)
    return int(said) if said in range(1, 9) else 1


def turned_size(size: Size, orientation: int) -> Size:
    """The size of a picture of this size once it is upright."""
    return (size[1], size[0]) if orientation in (5, 6, 7, 8) else size


def coded_size(image: Image.Image) -> Size:
    """The size of the pixels as they are encoded. (Pillow turns a TIFF's while it loads, and some
    versions say the size to come before.)"""
    if image.format != "TIFF":
        return image.size
    tags = image.tag_v2  # type: ignore[attr-defined]
    return int(tags[_WIDTH]), int(tags[_HEIGHT])


def square_size(image: Image.Image) -> Size:
    """The size that its encoded pixels have as squares: their own but for coarse faxes. The coarser
    way is stretched, so nothing is lost."""
    width, height = coded_size(image)
    if image.format != "TIFF":
        return width, height
    tags = image.tag_v2  # type: ignore[attr-defined]
    try:
        across, down = float(tags.get(_X_RESOLUTION, 0)), float(tags.get(_Y_RESOLUTION, 0))
    except (TypeError, ValueError, ZeroDivisionError):
        return width, height
    if not (across > 0 and down > 0 and _UNEVEN <= max(across / down, down / across) <= _ABSURD):
        return width, height
    if across > down:
        return width, round(height * across / down)
    return round(width * down / across), height


def own_mode(image: Image.Image) -> Mode:
    """That which loses nothing of it: L without colours, else RGB."""
    if image.mode.startswith("I;16"):
        return "L"
    return "L" if image.mode in ("L", "1") and not image.has_transparency_data else "RGB"


def factor_for(size: Size, max_pixels: int) -> int:
    """By what whole number both sides have to be divided to get to `max_pixels`."""
    factor = 1
    while -(-size[0] // factor) * -(-size[1] // factor) > max_pixels:
        factor += 1
    return factor


def shown(image: Image.Image, mode: Mode, size: Size, orientation: int, factor: int) -> Image.Image:
    """A loaded picture as displayed, of mode L or RGB: stretched to `size` where its pixels aren't
    square, both sides divided by `factor`. Raises BadImage where the samples mean nothing."""
    if image.mode in ("I", "F"):
        raise BadImage("unsupported_depth", "32-bit samples have no agreed range", image.mode)
    flat = _banded(image, mode, factor)
    if size != image.size:
        flat = flat.resize((-(-size[0] // factor), -(-size[1] // factor)), Image.Resampling.BICUBIC)
    turn = _TURNS.get(orientation)
    return flat.transpose(turn) if turn is not None else flat


def _banded(image: Image.Image, mode: Mode, factor: int) -> Image.Image:
    convert = _conversion(image, mode)
    if factor == 1 and (image.mode == mode or image.width * image.height <= _WHOLE):
        return convert(image)
    width, height = image.size
    rows = factor * max(1, _BAND // width // factor)
    made = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        band = convert(image.crop((0, top, width, min(height, top + rows))))
        made.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return made


def _conversion(image: Image.Image, mode: Mode) -> Callable[[Image.Image], Image.Image]:
    """From pixels as decoded to those of `mode`, each by itself."""

    def to_mode(flat: Image.Image) -> Image.Image:
        return flat if flat.mode == mode else flat.convert(mode)

    if image.mode.startswith("I;16"):
        return lambda part: to_mode(Image.fromarray((np.asarray(part) >> 8).astype(np.uint8)))
    if image.has_transparency_data:
        return lambda part: to_mode(_on_white(part))
    if image.mode in ("L", "1"):
        return to_mode
    return lambda part: to_mode(part if part.mode == "RGB" else part.convert("RGB"))


def _on_white(part: Image.Image) -> Image.Image:
    with_alpha = part.convert("RGBA")
    paper = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(paper, with_alpha).convert("RGB")
