"""What was read of a page as it was set upright, and where that stands on the image as it is."""

import math
from dataclasses import dataclass

import numpy as np
from msgspec import structs
from PIL import Image

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Coverage, Word
from gyogwa.transforms.annotate.engines.slopes import Fan


@dataclass(frozen=True)
class Posture:
    """How an image is set upright: turned by `turned` (0, 90, 180, 270), then by `skew` degrees
    counter-clockwise about its centre, its corners kept; then the `fan` of its lines is closed,
    every column of pixels moved up or down, with `margin` pixels of paper above and below."""

    turned: int = 0
    skew: float = 0.0
    fan: Fan | None = None
    margin: int = 0


@dataclass(frozen=True)
class PageText:
    """What was read. `words` have boxes on the upright page, which has `width` x `height` pixels:
    the image as `posture` sets it. `vertical`: the lines seem to run from top to bottom. `way`: how
    it was read, "" where it was in the usual way; see `opinions`. `dropped`: words that were read
    and not kept. `coverage`: how the words lie on the ink."""

    words: list[Word]
    width: int
    height: int
    posture: Posture = Posture()
    vertical: bool = False
    way: str = ""
    dropped: int = 0
    coverage: Coverage | None = None


def set_upright(image: Image.Image, posture: Posture) -> Image.Image:
    """The upright page."""
    page = image
    if posture.turned:
        page = page.transpose(getattr(Image.Transpose, f"ROTATE_{posture.turned}"))
    if posture.skew:
        page = page.rotate(
            posture.skew, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(page)
        )
    if posture.fan is None:
        return page
    width, height, margin = page.width, page.height, posture.margin
    left, right = (
        [y + _shift(posture.fan, side * width / 2, y, height) for y in (-margin, height + margin)]
        for side in (-1, 1)
    )
    corners = (0, left[0], 0, left[1], width, right[1], width, right[0])
    return page.transform(
        (width, height + 2 * margin), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC,
        fillcolor=_paper(page),
    )  # fmt: skip


def fanned(posture: Posture, fan: Fan, width: int) -> Posture:
    """The posture with the fan that was found on the page that it gives, `width` pixels wide."""
    margin = math.ceil((abs(fan.middle) + abs(fan.change) / 2) * width / 2)
    return Posture(posture.turned, posture.skew, fan, margin)


def on_image(box: Box, read: PageText, width: int, height: int) -> Box:
    """A box on the upright page (fractions) as a box on the image of `width` x `height` pixels.

    Of a page that was askew it is the smallest upright box around the four corners.
    """
    x0, y0, x1, y1 = box
    return _hull(_placed([x0, y0, x1, y0, x1, y1, x0, y1], read, width, height))


def word_on_image(word: Word, read: PageText, width: int, height: int) -> Word:
    """A word of the upright page as it stands on the image of `width` x `height` pixels."""
    x0, y0, x1, y1 = word.box
    if not word.quad and not read.posture.skew and read.posture.fan is None:
        return structs.replace(word, box=on_image(word.box, read, width, height))
    quad = _placed(word.quad or [x0, y0, x1, y0, x1, y1, x0, y1], read, width, height)
    return structs.replace(word, box=_hull(quad), quad=quad)


def _shift(fan: Fan, x: float, y: float, height: float) -> float:
    """By how many pixels a point of the page, `x` from its middle, lies below where its line cuts
    the middle, at `y`."""
    return (fan.middle + fan.change * (y / height - 0.5)) * x


def _paper(page: Image.Image) -> int | tuple[int, ...]:
    """The commonest colour, channel by channel."""
    counts = np.asarray(page.histogram()).reshape(-1, 256).argmax(axis=1)
    return int(counts[0]) if len(counts) == 1 else tuple(int(value) for value in counts)


def _placed(corners: list[float], read: PageText, width: int, height: int) -> list[float]:
    """Corners on the upright page as corners on the image, x and y in turn, fractions."""
    points = [
        _turned_back((x * read.width, y * read.height), read, width, height)
        for x, y in zip(corners[::2], corners[1::2], strict=True)
    ]
    shares = [value for x, y in points for value in (x / width, y / height)]
    return [round(min(max(value, 0.0), 1.0), 6) for value in shares]


def _hull(corners: list[float]) -> Box:
    xs, ys = corners[::2], corners[1::2]
    return [min(xs), min(ys), max(xs), max(ys)]


def _turned_back(
    point: tuple[float, float], read: PageText, width: int, height: int
) -> tuple[float, float]:
    """A point of the upright page, in pixels, as a point of the image."""
    posture = read.posture
    x, y, high = point[0], point[1] - posture.margin, read.height - 2 * posture.margin
    if posture.fan is not None:
        y += _shift(posture.fan, x - read.width / 2, y, high)
    x, y = x - read.width / 2, y - high / 2
    quarter = posture.turned in (90, 270)
    wide, high = (height, width) if quarter else (width, height)  # before the skew was taken out
    angle = math.radians(posture.skew)
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    x, y = x + wide / 2, y + high / 2
    if posture.turned == 90:
        return width - y, x
    if posture.turned == 180:
        return width - x, height - y
    if posture.turned == 270:
        return y, height - x
    return x, y
