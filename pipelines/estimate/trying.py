"""How long OCR takes over the input at hand: a few of its images are read.

Nothing that is known before says it: a megapixel of dense text takes three times as long as one of
drawn pages and charts (2.9 and 1.0 s, `benchmarks/rates.py`), with less ink on it.
"""

from collections.abc import Iterator

from gyogwa.pipelines.estimate.rates import Rates
from gyogwa.pipelines.estimate.work import settled
from gyogwa.pipelines.running.watching import watched
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image
from gyogwa.transforms.annotate.engines.page_text import PageText
from gyogwa.transforms.annotate.engines.pool import pool_for
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.tables import list_parts, read_rows


def rates_of_some(rates: Rates, layout: RunLayout, reading: Reading, count: int) -> Rates:
    """The rates with those of OCR, time and words a megapixel, as they are over `count` images that
    a hash chooses among those to be read; unchanged where there are none. Cost: reading them."""
    chosen = sorted(_unread(layout, reading.engine), key=lambda image: hash_of(image.image_id))
    chosen = chosen[:count]
    if not chosen:
        return rates
    words = 0
    with (
        pool_for(reading.settings, reading.processes, reading.limits) as pool,
        watched("trying") as watch,
    ):
        for _, found in pool.read_all([(image.ref, image.sha256) for image in chosen]):
            if isinstance(found, PageText):
                words += len(found.words)
    megapixels = sum(image.width * image.height / 1e6 for image in chosen)
    return rates.model_copy(
        update={
            "read_image": 0.0,
            "read_megapixel": watch.cpu_seconds / megapixels,
            "read_ink": 0.0,
            "words": words / megapixels,
        }
    )


def _unread(layout: RunLayout, engine: str) -> Iterator[Image]:
    done = settled(layout, engine)
    for path in list_parts(layout.catalog):
        for image in read_rows(Image, path):
            if image.truth is None and image.image_id not in done:
                done[image.image_id] = 0  # once
                yield image
