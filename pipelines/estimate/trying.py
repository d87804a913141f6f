"""How long OCR takes over the input at hand: a few of its images are read.

Nothing that is known before says it: a megapixel of dense text takes three times as long as one of
drawn pages and charts (2.9 and 1.0 s, `benchmarks/rates.py`), with less ink on it.
"""

from collections.abc import Iterator

from gyogwa.pipelines.estimate.work import settled
from gyogwa.pipelines.running.watching import watched
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image
from gyogwa.transforms.annotate.engines.pool import pool_for
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.tables import list_parts, read_rows


def seconds_a_megapixel(layout: RunLayout, reading: Reading, count: int) -> float | None:
    """Processor seconds that OCR takes, over `count` images that a hash chooses among those to be
    read; None where there are none. Cost: reading them."""
    chosen = sorted(_unread(layout, reading.engine), key=lambda image: hash_of(image.image_id))
    chosen = chosen[:count]
    if not chosen:
        return None
    with (
        pool_for(reading.settings, reading.processes, reading.limits) as pool,
        watched("trying") as watch,
    ):
        for _ in pool.read_all([(image.ref, image.sha256) for image in chosen]):
            continue
    return watch.cpu_seconds / sum(image.width * image.height / 1e6 for image in chosen)


def _unread(layout: RunLayout, engine: str) -> Iterator[Image]:
    done = settled(layout, engine)
    for path in list_parts(layout.catalog):
        for image in read_rows(Image, path):
            if image.truth is None and image.image_id not in done:
                done.add(image.image_id)  # once
                yield image
