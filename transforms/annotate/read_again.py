"""Masked regions read again by the run's own engine: a page on which something that was to be
hidden can still be read is rejected.

A box of OCR or of a label may be too small, or stand beside its word; the filled region looks black
to whoever checks pixels, and the value stands next to it. So each region is cut out of the filled
image with what lies around it, all of them are set under each other on one picture, and that is
read. Compared are letters and digits alone.

Cost: one decoding and one reading of a picture as large as the regions, 1.7 core seconds with
Tesseract of a page of 1000 x 1300 with 21 masks, nothing of pages without. Nothing is kept: another
assembly reads them again.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from PIL import Image

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import ImageRef, Page
from gyogwa.transforms.annotate.engines.pool import EnginePool, ReadFailure, pool_for
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.decode import decode
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.masks import filled
from gyogwa.transforms.flow.ledger import page_reject
from gyogwa.transforms.flow.measures import count, timed
from gyogwa.transforms.flow.steps import Composite

_AROUND = (6.0, 1.5)
"""What is read beside a region, of its height: to the sides and up and down. A box that stands one
line too high or a word too far left leaves its value there."""
_LEAST = 3
"""Letters and digits of a value that are looked for; two stand in anything."""
_GAP = 24
"""Pixels between two regions of the picture that is read."""

REJECTED = "rejected"


class ReadAgainPages(NamedTuple):
    """`pages`: PCollection[Page]; `rejects`: of Reject."""

    pages: Any
    rejects: Any


class ReadMaskedAgain(Composite):
    """Pages to those whose masks hide what they are to hide."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading

    def expand(self, pages: Any) -> ReadAgainPages:
        found = pages | "ReadAgain" >> beam.FlatMap(
            read_again, reading=self.reading
        ).with_output_types(Page, rejected=Reject).with_outputs(REJECTED, main="main")
        return ReadAgainPages(found.main, found.rejected)


def read_again(page: Page, reading: Reading) -> Iterator[Any]:
    """The page, or its reject. Raises GyogwaError where this worker's engine is another one."""
    if not page.masks:
        yield page
        return
    with pool_for(reading.settings, reading.processes, reading.limits) as pool:
        if pool.fingerprint != reading.fingerprint:
            raise GyogwaError(
                f"--ocr_engine {reading.settings.name}: this worker's software or weights aren't "
                "those that the run began with; install the same everywhere"
            )
        with timed("masks", "read_again"):
            why = left_on(page, pool)
    count("masks", "read_again")
    if not why:
        yield page
        return
    reject = page_reject(page, "personal_data", "mask_leaks", why, "", "mask")
    yield beam.pvalue.TaggedOutput(REJECTED, reject)


def left_on(page: Page, pool: EnginePool) -> str:
    """Why the masks of a page don't hide what they are to hide, without saying it; "" if they
    do."""
    image = page.image
    pixels = decode(read_verified(image.ref, image.sha256)).pixels
    picture = regions_of(filled(pixels, page.masks), page.masks)
    with tempfile.TemporaryDirectory(prefix="gyogwa-") as folder:
        path = os.path.join(folder, "masked.png")
        picture.save(path, compress_level=1)
        with open(path, "rb") as file:
            data = file.read()
        asked = (ImageRef(path, 0, len(data)), hashlib.sha256(data).hexdigest())
        ((_, outcome),) = pool.read_all([asked])
    if isinstance(outcome, ReadFailure):
        return f"the masked regions couldn't be read again: {outcome.message}"
    read = bare(" ".join(word.text for word in outcome.words))
    values = {bare(value) for value in page.masked}
    left = sum(len(value) >= _LEAST and value in read for value in values)
    return (
        f"{left} of {len(values)} masked values can still be read beside their masks"
        if left
        else ""
    )


def regions_of(image: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """The regions around some boxes (fractions) of an image, under each other on white."""
    width, height = image.size
    crops = []
    for box in boxes:
        high = (box[3] - box[1]) * height
        across, up = high * _AROUND[0], high * _AROUND[1]
        crops.append(
            image.crop(
                (
                    max(0, int(box[0] * width - across)),
                    max(0, int(box[1] * height - up)),
                    min(width, int(box[2] * width + across) + 1),
                    min(height, int(box[3] * height + up) + 1),
                )
            )
        )
    size = (
        max(crop.width for crop in crops) + 2 * _GAP,
        sum(crop.height + _GAP for crop in crops) + _GAP,
    )
    picture = Image.new("RGB", size, "white")
    top = _GAP
    for crop in crops:
        picture.paste(crop, (_GAP, top))
        top += crop.height + _GAP
    return picture


def bare(text: str) -> str:
    """Letters and digits alone: how a value is broken or spaced doesn't matter.

    >>> bare("010-1234 5678")
    '01012345678'
    """
    return "".join(char for char in text.casefold() if char.isalnum())
