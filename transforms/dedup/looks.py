"""Do two images show the same? Wherever they differ in content, they do so in one spot.

The images are laid over one another (`registration`) and compared by their greys (`pixels`), first
reduced, then as they are, by their colours (`colours`), and where both are large at full size
instead (`fine`); the worst spot of all is what they differ by. Each step is only for those that the
one before hasn't told apart, and most pairs that differ do so when they are 280 pixels high.

On copies by JPEG at quality 30, resizing to 50 %, brightness, crops and turns the difference is at
most .40 (`benchmarks.duplicates`, 2 seeds), of one bit .65, in uneven light .55 to .74; one digit,
line or colour changed makes it 2.1 and more, where 2.5 ends the look (`benchmarks.copy_kinds`).
What it can't tell is one digit in print that a resized copy has left 5 pixels high, nor a comma
below the noise of a scan. Cost on a crowded machine: .09 s of the processor for a page and another,
.12 to .5 s for a copy at 150 dpi, .9 s for one that noise or a poor coding covers.
"""

from math import sqrt

import numpy as np
from PIL import Image

from gyogwa.transforms.dedup.colours import colours_apart
from gyogwa.transforms.dedup.fine import fine_difference
from gyogwa.transforms.dedup.picture import PAGE, Picture
from gyogwa.transforms.dedup.pixels import (
    COPY,
    plain_difference,
    squares_of,
    tone_of,
    worst_of,
)
from gyogwa.transforms.dedup.registration import (
    AT_FULL_SIZE,
    Overlaid,
    Placement,
    corrected,
    enlarged,
    overlay,
    overlay_whole,
    place,
    stands_still,
)
from gyogwa.transforms.dedup.tone import FLAT, Tone, uncurved

_CLEAR = 2.5
"""A difference beyond any limit: nothing more is asked."""
_CLEAR_REDUCED = 5.0
"""The same of reduced images, twice as much: print is pale in them and uneven light stands out. On
two of six pages of the Debian FAQ it came to 2.5 and 3.9, where the images differ by .63 and .35
(`benchmarks.duplicates_looks`)."""
_ALIKE = 0.35
"""Reduced images that differ by less are hardly told apart by any but the last level."""
_SIDES = (560, 280)
"""Pixels of the longer side of a page at the levels before the last."""
_NARROW = 128
_MANY = 500_000  # pixels: of more, every second square, since they overlap
_NONE = float("inf")


def difference(first: Picture, second: Picture, turn: int = 0) -> float:
    """How much the worst spot differs, 0 for none; infinite if they can't be laid together.

    `turn`: the second stands as the first does if it is turned counter-clockwise by so many
    degrees, or so it is thought. What lies outside a flat border around a page differs from
    nothing.
    """
    blank = [_contrast(picture.grey) < 2 * FLAT for picture in (first, second)]
    if any(blank):
        return 0.0 if all(blank) else _NONE
    found = _NONE
    for degrees in dict.fromkeys((turn, 0)):
        one, other = first, second.turned(degrees)
        found = min(found, _laid_together(*sorted((one, other), key=_order)))
        inner = (one.inner, other.inner)
        if found > COPY and inner != (one, other):
            found = min(found, _laid_together(*sorted(inner, key=_order)))
        if found <= COPY:
            break
    return found


def _contrast(grey: Image.Image) -> int:
    seen = np.flatnonzero(grey.histogram())
    return int(seen[-1] - seen[0])


def _order(picture: Picture) -> tuple[int, int, bytes]:
    """By area, and such that it doesn't matter which of two images is named first."""
    grey = picture.grey
    return grey.width * grey.height, grey.width, grey.tobytes()


def _levels(target: Picture, source: Picture) -> list[tuple[int, int]]:
    """How many times smaller the two are at each level, the last as they are; a level that would
    save little is left out."""
    width, height = target.grey.size
    longer = sqrt(PAGE * width * height)
    larger = sqrt(source.grey.width * source.grey.height / (width * height))
    found = [(1, 1)]
    for side in _SIDES:
        times = round(min(longer / side, min(width, height) / _NARROW))
        if times >= 2 * found[0][0]:
            found.insert(0, (times, int(times * larger)))
    return found


def _laid_together(target: Picture, source: Picture) -> float:
    """The difference of reduced images where it is clear, else of the images."""
    placed, before = None, 1
    worst = _NONE
    levels = _levels(target, source)
    all_pixels = min(target.factor, source.factor) > 1
    while levels:
        times, of_source = levels.pop(0)
        one, other = target.reduced(times), source.reduced(of_source)
        ratio = target.factor / source.factor * times / of_source
        plain = None
        if placed is None:
            placed = place(one, other, ratio)
        else:
            placed = enlarged(one, other, ratio, before / times, placed)
            placed, plain = _shifted(one, other, placed)
        if placed is None:
            return _NONE
        if all_pixels and times == 1 and before > 1:
            # A shift by an odd number of pixels is a blur at half the size, and what all pixels say
            # is asked anyway.
            worst = 0.0
            break
        if plain is None:
            laid = overlay(one, other, placed, times > 1)
            plain = _NONE if laid is None else _greys(laid)
        worst = plain
        if worst > (_CLEAR_REDUCED if times > 1 else _CLEAR):
            return worst
        if worst < _ALIKE:
            levels = levels[-1:]
        before = times
    assert placed is not None  # there is a level at least
    return max(worst, _beyond_greys(target, source, placed))


def _shifted(
    target: Image.Image, source: Image.Image, placed: Placement
) -> tuple[Placement, float | None]:
    """An enlarged placement after its rounds of tiles, and None; before the last of them, when the
    images are plainly alike at the shift by whole pixels that it is by then, and that difference.
    """
    asked = None
    for tiles in (None, *AT_FULL_SIZE):
        before = placed
        if tiles is not None:
            placed = corrected(target, source, placed, [tiles])
        laid = overlay_whole(target, source, placed)
        if laid is not None and (asked is None or (laid.map != asked).any()):
            asked = laid.map
            plain = plain_difference(laid, tone_of(laid))
            if plain is not None:
                return placed, plain
        if tiles is not None and stands_still(target.size, before, placed):
            break
    return placed, None


def _beyond_greys(target: Picture, source: Picture, placed: Placement) -> float:
    """The difference of images laid over one another, by their colours and at their full size."""
    worst = colours_apart(target, source, placed)
    if worst < _CLEAR and min(target.factor, source.factor) > 1:
        worst = max(worst, fine_difference(target, source, placed))
    return worst


def _greys(laid: Overlaid) -> float:
    if not laid.inside.any():
        return _NONE
    tone = tone_of(laid)
    plain = plain_difference(laid, tone)
    if plain is not None:
        return plain
    worst = _worst(laid, tone)
    if COPY < worst < _CLEAR:
        worst = min(worst, _worst(laid, uncurved(tone)))
    return worst


def _worst(laid: Overlaid, tone: Tone) -> float:
    found = squares_of(laid, tone, 2 if laid.target.size > _MANY else 1)
    return worst_of(found, tone) if found else _NONE
