"""How boxes are meant where nothing says so: by all numbers of a file and the ink of some pages.

`[x0, y0, x1, y1]` in pixels of the displayed image is what a box is unless that can't be.
Fractions, hundredths and thousandths, and boxes of the image as it is stored, are found out; a
corner and a size, the middle and a size, or rows before columns, are as likely as not a mistake,
and are only believed when somebody says so. That rows come first also shows in the shapes of boxes,
however few they are: horizontal texts of several characters then seem to stand upright.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.labels.ink import FAINT, edges_of, fit
from gyogwa.transforms.ingest.labels.units import (
    GUESS,
    Form,
    Of,
    Reading,
    Unit,
    as_declared,
    placing,
    reading_of,
)

_CLEARLY = 0.25
"""By how much one reading must fit the ink better than another to be taken for it. Right boxes of
words fit by .5 to .9, wrong ones by -1 to .2: see tests/transforms/ingest/labels/test_infer.py."""
_OVER = 1.1
"""The greatest number that still is a fraction: boxes reach a little over the edge."""
_POOR, _GOOD, _ENOUGH = 0.15, 0.6, 6
"""Another form of boxes is only seen where the default fits worse than this and the other better,
by as many boxes at least: a few tight boxes can look like nearly anything."""
_NOWHERE = -0.5
"""Boxes that fit worse lie beside the ink, however few they are."""
_BESIDE, _PRINTED = -0.3, 50
"""Boxes that fit so badly in every reading are of another image or size: on pages as above, 1, 3
and 8 right ones fitted by -.06 at least though they were drawn too tight or moved by half a line;
of 8 those of another page did not in 33 of 40 times, those of a page of half the size in 38. And
pixels of edges that a page must have for that."""
_FITS = 0.4
"""How well a reading must fit at least to be taken for anything."""
_SEVERAL, _UPRIGHT = 2, 1.2
"""Characters from which on a text has a direction, and by how much its box is then longer. On pages
of 2 to 200 words of 14 to 60 pixels, of one box each with rows first .97 are told so by shape and
ink, by the ink alone .52; no horizontal text stands upright."""
_AGREE = 2 / 3
"""Of the pages that are looked at, those that must look as all of them do."""
_MILLION = 1_000_000


class Extent(NamedTuple):
    """What the boxes of rows are like, in numbers of which the greatest of several rows' hold for
    all: the greatest number, in millionths; whether some number isn't whole; whether the third or
    fourth number of some box is less than the first or second."""

    greatest: int
    broken: int
    backward: int

    def forms(self) -> tuple[Form, ...]:
        if self.backward:
            return ("sizes", "centred")
        return ("corners", "sizes", "centred", "rows_first")

    def units(self) -> tuple[Unit, ...]:
        if self.greatest <= _OVER * _MILLION:
            return ("fractions",)
        if self.greatest <= 100 * _OVER * _MILLION:
            return ("pixels", "percent", "thousandths")
        return ("pixels", "thousandths") if self.greatest <= 1000 * _MILLION else ("pixels",)


def extent_of(row: dict[str, Any]) -> Extent | None:
    """Of the words and lines of a row; None where they have no boxes that could be one of several
    things: points of shapes can still be of any unit."""
    greatest, broken, backward, found = 0.0, False, False, False
    for box in boxes_of(row):
        numbers = [n for part in box for n in (part if isinstance(part, list | tuple) else [part])]
        try:
            flat = [float(n) for n in numbers]
        except (TypeError, ValueError):
            continue
        if len(flat) < 4 or not all(abs(n) < 1e9 for n in flat):
            continue
        found = True
        greatest = max(greatest, *flat)
        broken |= any(n != int(n) for n in flat)
        backward |= len(box) == 4 and len(numbers) == 4 and (flat[2] < flat[0] or flat[3] < flat[1])
    return Extent(round(greatest * _MILLION), int(broken), int(backward)) if found else None


def boxes_of(row: dict[str, Any]) -> list[Any]:
    """The boxes of a row's words and lines, as they stand there."""
    return [item["box"] for item in _boxed(row)]


def texts_of(row: dict[str, Any]) -> list[str]:
    """The texts of those boxes."""
    return [str(item.get("text", "")) for item in _boxed(row)]


def _boxed(row: dict[str, Any]) -> list[dict[str, Any]]:
    items = [*(row.get("words") or ()), *(row.get("lines_of_text") or ())]
    return [w for w in items if isinstance(w, dict) and isinstance(w.get("box"), list | tuple)]


class Page(NamedTuple):
    """A page that was looked at: its boxes as they stand in the row, what the row declares of them,
    its displayed grey pixels, its EXIF orientation, its displayed size as it is encoded, where
    the pixels are fewer or more, and the boxes' texts."""

    boxes: list[Any]
    declared: dict[str, Any]
    grey: NDArray[np.uint8]
    orientation: int
    size: tuple[int, int] | None = None
    texts: Sequence[str] = ()


class Verdict(NamedTuple):
    """A reading, whether it may be taken without being told, how well it fits the ink, and the
    reading that it would be by default, with how well that does."""

    reading: Reading
    believed: bool
    fit: float
    default: Reading
    now: float

    def __str__(self) -> str:
        return (
            f"boxes look like {self.reading} (which fit the ink by {self.fit:.2f} of 1), not like "
            f"{self.default} ({self.now:.2f}); say what they are: --boxes NAME='{self.reading}'"
        )


def decide(extent: Extent, pages: Sequence[Page], where: str) -> Reading:
    """How the boxes of all rows of a file are meant. Raises GyogwaError where what they would be
    by default doesn't fit and what fits isn't believed without being told. Where pages don't agree,
    each must be looked at by itself: that is the default."""
    first = pages[0].declared if pages else {}
    default = reading_of(first, Reading(extent.units()[0]))._replace(width=0, height=0)
    fits = [fits_of(extent, page, default) for page in pages]
    if not fits:
        return default
    shared = set.intersection(*(set(each) for each in fits))
    mean = {reading: sum(each[reading] for each in fits) / len(fits) for reading in shared}
    upright = [is_upright(page, default) for page in pages]
    most = sum(upright) > len(pages) / 2
    verdict = judge(mean, default, sum(len(page.boxes) for page in pages), most)
    alike = sum(
        judge(each, default, _ENOUGH, stand).reading == verdict.reading
        for each, stand in zip(fits, upright, strict=True)
    )
    if alike < _AGREE * len(fits):
        return default
    if not verdict.believed:
        raise GyogwaError(f"{where}: {verdict}")
    return verdict.reading


def judge(
    fits: dict[Reading, float], default: Reading, count: int, upright: bool = False
) -> Verdict:
    """Which reading it is, by how well each fits the ink under this many boxes, and whether these
    are `is_upright`."""
    now = fits.get(default, -1.0)
    best = max(fits, key=lambda reading: (fits[reading], _likeness(reading, default), reading))
    if best == default or fits[best] < _FITS or fits[best] - now < _CLEARLY:
        return Verdict(default, True, now, default, now)
    corners = [reading for reading in fits if reading.form == default.form]
    second = max(
        corners, key=lambda reading: (fits[reading], _likeness(reading, default)), default=default
    )
    if fits[best] - fits.get(second, -1.0) < _CLEARLY:
        best = second
    if best.form == "rows_first" and upright:
        return Verdict(best, False, fits[best], default, now)
    nowhere = now <= _NOWHERE
    few = count < _ENOUGH and not nowhere
    good = _FITS if nowhere else _GOOD
    if best.form != default.form and (few or now > _POOR or fits[best] < good):
        better = fits.get(second, -1.0)
        clear = second != default and better >= _FITS and better - now >= _CLEARLY
        best = second if clear else default
    return Verdict(best, best.form == default.form, fits.get(best, now), default, now)


def is_upright(page: Page, reading: Reading) -> bool:
    """Whether in this reading most texts of several characters stand upright: they are set
    downwards, or their boxes have rows first."""
    width, height = page.size or page.grey.shape[::-1]
    place = placing(
        reading_of({**as_declared(str(reading)), **page.declared}), width, height, page.orientation
    )
    told: list[bool] = []
    for text, box in zip(page.texts, page.boxes, strict=False):
        if len(text.strip()) < _SEVERAL or len(box) != 4:
            continue
        try:
            x0, y0, x1, y1 = place(box).box
        except (TypeError, ValueError):
            continue
        told.append((y1 - y0) * height > _UPRIGHT * (x1 - x0) * width)
    return sum(told) > len(told) / 2


def _likeness(one: Reading, other: Reading) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def fits_of(extent: Extent, page: Page, default: Reading) -> dict[Reading, float]:
    """How well each reading that numbers and declarations allow, and the default, fits the ink of
    a page."""
    of: tuple[Of, ...] = ("displayed", "stored") if page.orientation != 1 else ("displayed",)
    declared = {name: value for name, value in page.declared.items() if name != GUESS}
    meant = [
        reading_of(declared, Reading(*each))._replace(width=0, height=0)
        for each in product(extent.units(), extent.forms(), of)
    ]
    readings = {default, *meant}
    sums = edges_of(page.grey)
    return {reading: _fit(reading, page, sums) for reading in readings}


def _fit(reading: Reading, page: Page, sums: NDArray[np.float64]) -> float:
    width, height = page.size or page.grey.shape[::-1]
    meant = reading_of({**as_declared(str(reading)), **page.declared})
    place = placing(meant, width, height, page.orientation)
    boxes: list[Box] = []
    for box in page.boxes:
        try:
            if meant.form == "corners" and _is_backward(box):
                raise ValueError("corners in the wrong order")
            boxes.append(place(box).box)
        except (TypeError, ValueError):
            boxes.append([2.0, 2.0, 3.0, 3.0])  # no box in this reading: outside any image
    return fit(sums, boxes)


def is_beside(verdict: Verdict, page: Page) -> bool:
    """Whether boxes lie beside what is printed, however they are read and however faint that is."""
    if verdict.reading != verdict.default or verdict.now > _BESIDE:
        return False
    faint = edges_of(page.grey, FAINT)
    return bool(faint[-1, -1] >= _PRINTED and _fit(verdict.default, page, faint) <= _BESIDE)


def _is_backward(box: Any) -> bool:
    """Whether 4 numbers are no corners in order: one is a slip, most are a corner and a size."""
    if len(box) != 4 or isinstance(box[0], list | tuple):
        return False
    x0, y0, x1, y1 = (float(number) for number in box)
    return x1 < x0 or y1 < y0
