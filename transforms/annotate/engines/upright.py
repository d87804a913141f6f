"""Read a page upright, however it was scanned, and say where its words stand on the image as it is.

First the lines' slope: of all slopes up to 6 degrees the one along which the ink falls into the
most distinct rows (Postl, "Detection of linear oblique structures and skew scan in digitized
documents", 1986). The same measure across says whether lines run up and down: then a quarter turn
is tried first. Whether a page stands on its head only reading can tell, so a page that was read
with little confidence is read again the other way up and the better reading is kept.

Cost: about 30 ms for the slopes; a second reading of pages that come out poorly, of no others.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs
from numpy.typing import NDArray
from PIL import Image

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Coverage, Word
from gyogwa.transforms.annotate.engines.protocol import Engine
from gyogwa.transforms.ingest.coverage import coverage_of

_LONG_SIDE = 800  # pixels: a slope of 0.1 degrees still moves the far end of a line by one
_MOST_SKEW = 6.0
_LEAST_SKEW = 0.25  # degrees; engines read less than this as it is
_SHORT = 200  # pixels: ink that reaches less far says nothing about a slope
_CLEARLY = 1.5  # how much more distinct columns than rows must be for a quarter turn to come first
_CONFIDENT = 0.7


@dataclass(frozen=True)
class PageText:
    """What was read. `words` have boxes on the upright page, which has `width` x `height` pixels:
    the image turned by `turned` (0, 90, 180, 270) and then by `skew` degrees counter-clockwise
    about its centre, its corners kept. `vertical`: the lines seem to run from top to bottom.
    `coverage`: how the words lie on the ink."""

    words: list[Word]
    width: int
    height: int
    turned: int = 0
    skew: float = 0.0
    vertical: bool = False
    coverage: Coverage | None = None


@dataclass(frozen=True)
class Slope:
    """The slope of lines in degrees (positive: they fall to the right) and how distinct they are:
    1 is as distinct as without any slope."""

    degrees: float
    distinct: float


def read_upright(engine: Engine, image: Image.Image) -> PageText:
    """Read an image of mode L or RGB, turned upright where that reads better."""
    read = _best_reading(engine, image)
    boxes = [word_on_image(word, read, image.width, image.height).box for word in read.words]
    return replace(read, coverage=coverage_of(np.asarray(image.convert("L")), boxes))


def _best_reading(engine: Engine, image: Image.Image) -> PageText:
    ink = _ink(image)
    along, across = _slope(ink), _slope(np.rot90(ink))
    rows = np.flatnonzero(ink.any(axis=1))
    sideways = len(rows) > 0 and rows[-1] - rows[0] >= _SHORT
    sideways = sideways and across.distinct > _CLEARLY * along.distinct
    tries = [90, 270, 0] if sideways else [0, 180]
    best: PageText | None = None
    for turned in tries:
        slope = (across if turned in (90, 270) else along).degrees
        read = _read(engine, image, turned, slope)
        if best is None or _evidence(read) > _evidence(best):
            best = read
        if _confidence(best) >= _CONFIDENT or not ink.any():
            break
    assert best is not None
    if sideways and _confidence(best) < _CONFIDENT:
        return replace(read, vertical=True)  # the last try: as it is
    return best


def _read(engine: Engine, image: Image.Image, turned: int, skew: float) -> PageText:
    page = image
    if turned:
        page = page.transpose(getattr(Image.Transpose, f"ROTATE_{turned}"))
    skew = round(skew, 2) if abs(skew) >= _LEAST_SKEW else 0.0
    if skew:
        page = page.rotate(skew, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(page))
    return PageText(engine.read(page), page.width, page.height, turned, skew)


def _paper(page: Image.Image) -> int | tuple[int, ...]:
    """The commonest colour, channel by channel."""
    counts = np.asarray(page.histogram()).reshape(-1, 256).argmax(axis=1)
    return int(counts[0]) if len(counts) == 1 else tuple(int(value) for value in counts)


def _evidence(read: PageText) -> float:
    """How many characters it is sure of, more or less: doubtful ones count against it."""
    return sum((word.confidence - 0.5) * len(word.text) for word in read.words)


def _confidence(read: PageText) -> float:
    length = sum(len(word.text) for word in read.words)
    return sum(word.confidence * len(word.text) for word in read.words) / length if length else 0.0


def _ink(image: Image.Image) -> NDArray[np.bool_]:
    """Which pixels of the reduced image are ink: far from the ground, on the rarer side."""
    grey = image.convert("L")
    factor = max(1, math.ceil(max(image.size) / _LONG_SIDE))
    small = np.asarray(grey.reduce(factor), dtype=np.int16)
    dark, light = np.quantile(small, [0.001, 0.999])
    if light - dark < 16:
        return np.zeros(small.shape, dtype=bool)
    middle = (
        (dark + 2 * light) / 3 if np.median(small) > (dark + light) / 2 else (2 * dark + light) / 3
    )
    below: NDArray[np.bool_] = small < middle
    return below if below.mean() <= 0.5 else ~below


def _slope(ink: NDArray[np.bool_]) -> Slope:
    """The slope along which the ink falls into the most distinct rows; 0 where the left and the
    right half of the ink don't agree on it, as those of a few letters or a drawing don't."""
    y, x = np.nonzero(ink)
    if len(y) < 2:
        return Slope(0.0, 0.0)
    x = x - ink.shape[1] / 2
    degrees, best = _steepest(x, y)
    if abs(degrees) >= _LEAST_SKEW:
        middle = np.median(x)
        sides = (x <= middle, x > middle)
        agree = all(abs(_steepest(x[side], y[side])[0] - degrees) <= 0.5 for side in sides)
        if np.ptp(x) < _SHORT or best < 1.1 * _distinct(x, y, 0.0) or not agree:
            degrees = 0.0
    return Slope(degrees, best / len(y))


def _steepest(x: NDArray[np.float64], y: NDArray[np.int64]) -> tuple[float, float]:
    """The slope in degrees with the most distinct rows, and how distinct they are."""
    coarse = np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, 0.5)
    scores = [_distinct(x, y, float(angle)) for angle in coarse]
    around = coarse[int(np.argmax(scores))]
    fine = np.arange(around - 0.5, around + 0.51, 0.1)
    scores = [_distinct(x, y, float(angle)) for angle in fine]
    place = int(np.argmax(scores))
    return float(fine[place]), scores[place]


def _distinct(x: NDArray[np.float64], y: NDArray[np.int64], degrees: float) -> float:
    """The squared steps between neighbouring rows of ink along a slope."""
    rows = np.rint(y - x * math.tan(math.radians(degrees))).astype(np.int64)
    counts = np.bincount(rows - rows.min()).astype(np.float64)
    return float((np.diff(counts) ** 2).sum())


def on_image(box: Box, read: PageText, width: int, height: int) -> Box:
    """A box on the upright page (fractions) as a box on the image of `width` x `height` pixels.

    Of a page that was askew it is the smallest upright box around the four corners.
    """
    x0, y0, x1, y1 = box
    return _hull(_placed([x0, y0, x1, y0, x1, y1, x0, y1], read, width, height))


def word_on_image(word: Word, read: PageText, width: int, height: int) -> Word:
    """A word of the upright page as it stands on the image of `width` x `height` pixels."""
    x0, y0, x1, y1 = word.box
    if not word.quad and not read.skew:
        return structs.replace(word, box=on_image(word.box, read, width, height))
    quad = _placed(word.quad or [x0, y0, x1, y0, x1, y1, x0, y1], read, width, height)
    return structs.replace(word, box=_hull(quad), quad=quad)


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
    quarter = read.turned in (90, 270)
    wide, high = (height, width) if quarter else (width, height)  # before the skew was taken out
    x, y = point[0] - read.width / 2, point[1] - read.height / 2
    angle = math.radians(read.skew)
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    x, y = x + wide / 2, y + high / 2
    if read.turned == 90:
        return width - y, x
    if read.turned == 180:
        return width - x, height - y
    if read.turned == 270:
        return y, height - x
    return x, y
