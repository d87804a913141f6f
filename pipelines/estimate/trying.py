"""How long OCR takes over the input at hand: a few of its images are read.

Nothing that is known before says it: a megapixel of dense text takes three times as long as one of
drawn pages and charts (2.9 and 1.0 s, `benchmarks/rates.py`), with less ink on it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image as Picture

from gyogwa.pipelines.estimate.rates import Rates
from gyogwa.pipelines.estimate.work import settled, unread_files
from gyogwa.pipelines.running.watching import watched
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image, ImageRef
from gyogwa.transforms.annotate.engines.page_text import PageText
from gyogwa.transforms.annotate.engines.pool import pool_for
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, read_rows
from gyogwa.transforms.ingest.raw import ListedFile


class Tried(NamedTuple):
    """An image that is read to see how long that takes."""

    ref: ImageRef
    sha256: str
    megapixels: float


def rates_of_some(rates: Rates, tried: list[Tried], reading: Reading) -> Rates:
    """The rates with those of OCR, time and words a megapixel, as they are over these images;
    unchanged where there are none. Cost: reading them."""
    if not tried:
        return rates
    words = 0
    with (
        pool_for(reading.settings, reading.processes, reading.limits) as pool,
        watched("trying") as watch,
    ):
        for _, found in pool.read_all([(image.ref, image.sha256) for image in tried]):
            if isinstance(found, PageText):
                words += len(found.words)
    megapixels = sum(image.megapixels for image in tried)
    return rates.model_copy(
        update={
            "read_image": 0.0,
            "read_megapixel": watch.cpu_seconds / megapixels,
            "read_ink": 0.0,
            "words": words / megapixels,
        }
    )


def some_of_catalog(layout: RunLayout, engine: str, count: int) -> list[Tried]:
    """Images that a hash chooses among those to be read."""
    chosen = sorted(_unread(layout, engine), key=lambda image: hash_of(image.image_id))[:count]
    return [Tried(each.ref, each.sha256, each.width * each.height / 1e6) for each in chosen]


def some_of_listing(files: Iterable[ListedFile], count: int) -> list[Tried]:
    """Image files that a hash chooses among those without labels; broken ones are left out."""
    found: list[Tried] = []
    for file in sorted(unread_files(files), key=lambda file: hash_of(file.key)):
        if len(found) >= count:
            break
        try:
            data = read_bytes(file.path)
            with Picture.open(BytesIO(data)) as picture:
                megapixels = picture.width * picture.height / 1e6
        except (OSError, ValueError, Picture.DecompressionBombError):  # ingest will say why
            continue
        sha256 = hashlib.sha256(data).hexdigest()
        found.append(Tried(ImageRef(file.path, 0, len(data)), sha256, megapixels))
    return found


def _unread(layout: RunLayout, engine: str) -> Iterator[Image]:
    done = settled(layout, engine)
    for path in list_parts(layout.catalog):
        for image in read_rows(Image, path):
            if image.truth is None and image.image_id not in done:
                done[image.image_id] = 0  # once
                yield image
