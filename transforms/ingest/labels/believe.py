"""Labels of one image against its own pixels, where nothing says for sure how boxes are meant."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.faults import FAULTS
from gyogwa.transforms.ingest.labels.infer import (
    Page,
    boxes_of,
    extent_of,
    fits_of,
    is_beside,
    is_upright,
    judge,
    texts_of,
)
from gyogwa.transforms.ingest.labels.truth import Labels, read_labels
from gyogwa.transforms.ingest.labels.units import Reading, as_declared, reading_of

PARTS = ("unit", "form", "of")
"""What a row's `boxes` has to say so that nothing about them is left to be found out."""
MOST_WORDS = 30_000
"""On one image: a page of a broadsheet newspaper has some 8,000, and no sample takes as many."""
FOUND = "found"
"""Under this name `boxes` says that what it says was found out of other pages."""


class Seen(NamedTuple):
    """An image as it was decoded: its displayed size in pixels, its EXIF orientation, and its grey
    pixels, of that size or smaller."""

    width: int
    height: int
    orientation: int
    grey: NDArray[np.uint8]


def believed(row: dict[str, Any], seen: Seen) -> Labels:
    """What the labels say, their boxes read as they lie on the ink, unless the row says all about
    them. Raises BadImage("bad_labels") for what can't be used or is too much, also where boxes
    plainly lie beside the ink as they are meant by default and on it in a way that is more likely a
    mistake, or lie beside it in any."""
    _check_count(row)
    declared = {
        name: value for name, value in (row.get("boxes") or {}).items() if value is not None
    }
    was_found = declared.pop(FOUND, False)
    sure = all(name in declared for name in PARTS) and not was_found
    extent = None if sure else extent_of(row)
    if extent is None:
        return read_labels(row, seen.width, seen.height, seen.orientation)
    try:
        # what was found of other pages is where to begin, not what the source says
        default = reading_of(declared, Reading(extent.units()[0]))._replace(width=0, height=0)
        kept = {name: declared[name] for name in declared if name == "size" or not was_found}
        said = boxes_of(row), kept, seen.grey, seen.orientation, seen[:2], texts_of(row)
        page = Page(*said)
        upright = is_upright(page, default)
        verdict = judge(fits_of(extent, page, default), default, len(page.boxes), upright)
    except FAULTS as error:
        raise BadImage("bad_labels", f"boxes: {error}; see the formats of labels") from error
    if not verdict.believed:
        raise BadImage("bad_labels", str(verdict))
    if is_beside(verdict, page):
        raise BadImage(
            "bad_labels",
            f"boxes lie beside what is printed, however they are read (as {default} they fit it by "
            f"{verdict.now:.2f} of 1): they are of another image or of one of another size; where "
            "they are right, say so: --boxes NAME=READING",
        )
    told = {**row, "boxes": {**declared, **as_declared(str(verdict.reading))}}
    return read_labels(told, seen.width, seen.height, seen.orientation)


def _check_count(row: dict[str, Any]) -> None:
    given = [row.get(name) for name in ("words", "lines_of_text")]
    count = sum(len(texts) for texts in given if isinstance(texts, list))
    if count > MOST_WORDS:
        message = f"{count:,} words on one image, {MOST_WORDS:,} are the most"
        raise BadImage("bad_labels", message, str(count), str(MOST_WORDS))


def is_undecided(row: dict[str, Any]) -> bool:
    """Whether something about the boxes of a row is left to be found out."""
    declared = row.get("boxes") or {}
    return isinstance(declared, dict) and not all(declared.get(name) for name in PARTS)
