"""Along which slopes the lines of a page run, from its ink.

Of all slopes the one along which the ink falls into the most distinct rows (Postl, "Detection of
linear oblique structures and skew scan in digitized documents", 1986): first among those up to 6
degrees; where these leave the best at a border, or tell little, among those up to 45. Lines of a
page that was photographed from the side fan out: then their slope changes evenly from the top of
the page to its bottom, which bands across the page tell.

Cost: about 30 ms for the slope, 100 ms more where it is beyond 6 degrees, 40 ms for the fan.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

_LONG_SIDE = 800  # pixels: a slope of 0.1 degrees still moves the far end of a line by one
_AROUND = 31  # of these pixels: some three lines, whose mean is the ground
_FAINTEST = 10  # grey levels
_LONGEST = 0.2  # of the longer side, that something written reaches unbroken at most
_USUAL_SKEW = 6.0
_MOST_SKEW = 45.0
LEAST_SKEW = 0.25  # degrees; engines read less than this as it is
SHORT = 200  # pixels: ink that reaches less far says nothing about a slope
_CLEARLY = 1.5  # how much more distinct rows must be along an unusual slope
_BETTER = 1.2  # and along a fan
_PEAK = 3.0  # how much more distinct rows are along the right slope than along most others
_BANDS = 6
_LEAST_BANDS = 3  # with ink enough to tell a slope
_LEAST_FAN = 1.5  # degrees between the lines at the top and those at the bottom
_STRAIGHT = 0.35  # degrees that a band's slope may lie off the fan
_MOST_FAN = 7.0  # degrees that a band's lines slope


@dataclass(frozen=True)
class Slope:
    """The slope of lines in degrees (positive: they fall to the right) and how distinct they are:
    1 is as distinct as without any slope."""

    degrees: float
    distinct: float


@dataclass(frozen=True)
class Fan:
    """Lines that fan out: `middle` is the slope (rise over run) at half the page's height, and
    `change` what it grows by from the page's top to its bottom."""

    middle: float
    change: float


def ink_of(image: Image.Image) -> NDArray[np.bool_]:
    """Which pixels of the reduced image are ink: far from the ground around, on the rarer side; so
    a shadow across a photograph is none."""
    factor = max(1, math.ceil(max(image.size) / _LONG_SIDE))
    small = np.asarray(image.convert("L").reduce(factor), np.float32)
    raised = small - ndimage.uniform_filter(small, _AROUND, mode="nearest")
    dark, light = np.quantile(raised, [0.005, 0.995])
    if max(-dark, light) < _FAINTEST:
        return np.zeros(small.shape, dtype=bool)
    ink: NDArray[np.bool_] = raised < 0.5 * dark if -dark >= light else raised > 0.5 * light
    # the edges of a sheet on a table, rules and frames have slopes of their own
    labels, _ = ndimage.label(ink, np.ones((3, 3)))
    slices = ndimage.find_objects(labels)
    longest = _LONGEST * max(ink.shape)
    writing = [max(y.stop - y.start, x.stop - x.start) <= longest for y, x in slices]
    kept: NDArray[np.bool_] = np.array([False, *writing])[labels]
    return kept


def slope_of(ink: NDArray[np.bool_]) -> Slope:
    """The slope along which the ink falls into the most distinct rows; 0 where the left and the
    right half of the ink don't agree on it, as those of a few letters or a drawing don't."""
    y, x = np.nonzero(ink)
    if len(y) < 2:
        return Slope(0.0, 0.0)
    x = x - ink.shape[1] / 2
    degrees, best, usual = _steepest(x, y, 0.0, _USUAL_SKEW, 0.5)
    if abs(degrees) >= _USUAL_SKEW - 0.5 or best < _PEAK * usual:
        wide = _steepest(x, y, 0.0, _MOST_SKEW, 1.0)
        if wide[1] > _CLEARLY * best and abs(wide[0]) < _MOST_SKEW - 0.5:
            degrees, best = wide[:2]
    if abs(degrees) >= LEAST_SKEW:
        middle = np.median(x)
        sides = (x <= middle, x > middle)
        agree = all(
            abs(_steepest(x[side], y[side], degrees, 2.0, 0.5)[0] - degrees) <= 0.5
            for side in sides
        )
        if np.ptp(x) < SHORT or best < 1.1 * _distinct(x, y, 0.0) or not agree:
            degrees = 0.0
    return Slope(degrees, best / len(y))


def fan_of(ink: NDArray[np.bool_]) -> Fan | None:
    """How the lines of a page fan out, once its skew is taken out; None where they don't."""
    height, width = ink.shape
    rows = np.flatnonzero(ink.any(axis=1))
    if len(rows) < 2 or rows[-1] - rows[0] < SHORT:
        return None
    edges = np.linspace(rows[0], rows[-1] + 1, _BANDS + 1).astype(int)
    places, slopes, bands = [], [], []
    for top, bottom in pairwise(edges):
        y, x = np.nonzero(ink[top:bottom])
        if len(y) < 2 or np.ptp(x) < SHORT:
            continue
        degrees, best, usual = _steepest(x - width / 2, y, 0.0, _MOST_FAN, 0.5)
        if abs(degrees) < _MOST_FAN and best >= 1.5 * usual:
            places.append((top + bottom) / 2 / height - 0.5)
            slopes.append(math.tan(math.radians(degrees)))
            bands.append((x - width / 2, y))
    if len(places) < _LEAST_BANDS:
        return None
    change, middle = _line_through(np.array(places), np.array(slopes))
    if change is None or abs(math.degrees(change)) < _LEAST_FAN:
        return None
    fanned = [math.degrees(math.atan(middle + change * place)) for place in places]
    even = sum(_distinct(x, y, 0.0) for x, y in bands)
    better = sum(_distinct(x, y, at) for (x, y), at in zip(bands, fanned, strict=True))
    return Fan(middle, change) if better > _BETTER * even else None


def _line_through(
    places: NDArray[np.float64], slopes: NDArray[np.float64]
) -> tuple[float | None, float]:
    """The line through most bands (change, middle); change is None where they lie on none.

    One band in three may be off: a picture or a rule says what it likes.
    """
    best: tuple[int, float, float] | None = None
    off = math.radians(_STRAIGHT)
    for one in range(len(places)):
        for other in range(one + 1, len(places)):
            change = (slopes[other] - slopes[one]) / (places[other] - places[one])
            near = np.abs(slopes[one] + change * (places - places[one]) - slopes) <= off
            if best is None or near.sum() > best[0]:
                fitted = np.polyfit(places[near], slopes[near], 1)
                best = (int(near.sum()), float(fitted[0]), float(fitted[1]))
    if best is None or best[0] < max(_LEAST_BANDS, 2 * len(places) / 3):
        return None, 0.0
    return best[1], best[2]


def _steepest(
    x: NDArray[np.float64], y: NDArray[np.int64], around: float, reach: float, step: float
) -> tuple[float, float, float]:
    """The slope in degrees with the most distinct rows, how distinct they are, and how distinct
    rows are along the middle one of all slopes tried."""
    coarse = np.arange(around - reach, around + reach + 0.01, step)
    scores = [_distinct(x, y, float(angle)) for angle in coarse]
    best, usual = coarse[int(np.argmax(scores))], float(np.median(scores))
    fine = np.arange(best - step, best + step + 0.01, 0.1)
    scores = [_distinct(x, y, float(angle)) for angle in fine]
    place = int(np.argmax(scores))
    return float(fine[place]), scores[place], usual


def _distinct(x: NDArray[np.float64], y: NDArray[np.int64], degrees: float) -> float:
    """The squared steps between neighbouring rows of ink along a slope."""
    # floor: at half a pixel, which one slope in ten gives throughout, rint prefers even rows
    rows = np.floor(y - x * math.tan(math.radians(degrees))).astype(np.int64)
    counts = np.bincount(rows - rows.min()).astype(np.float64)
    return float((np.diff(counts) ** 2).sum())
