"""Annotate: catalog rows to words, lines, blocks and language, one row a unique image.

What a source says stands on an image is taken as truth; all else goes to the OCR engine. Work is
cut into parts of about 64 images, each written whole as soon as it is done; an image that already
has a row (or a failure) by the same engine and settings isn't read again.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of, hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import ANY_KIND, Annotation, FailedReading, Image
from gyogwa.schemas.row import Row
from gyogwa.transforms.annotate.annotation import (
    annotate_doubted,
    annotate_reading,
    annotate_truth,
    wanted_engine,
)
from gyogwa.transforms.annotate.engines.page_text import PageText
from gyogwa.transforms.annotate.engines.pool import Limits, ReadFailure, pool_for
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.truths import richness, united
from gyogwa.transforms.annotate.versions import LAYOUT_VERSION
from gyogwa.transforms.files.events import tell
from gyogwa.transforms.files.tables import read_columns, write_rows
from gyogwa.transforms.flow.measures import advance, count, expect, measure, timed
from gyogwa.transforms.flow.steps import Composite, Found, Join, Total, total_of
from gyogwa.transforms.flow.tables import ListTables

_IMAGES_A_PART = 64


@dataclass(frozen=True)
class Reading:
    """How images without truth are read: engine, its fingerprint, processes and limits."""

    settings: EngineSettings
    fingerprint: str
    processes: int
    limits: Limits

    @property
    def engine(self) -> str:
        """The fingerprint of the engine and of what is made of its words."""
        return f"{self.fingerprint}-{LAYOUT_VERSION}"

    @property
    def failure_prefix(self) -> str:
        """How the files of this engine's failures begin; other limits may let an image pass."""
        limits = fingerprint_of([self.limits.seconds, self.limits.memory])[:8]
        return f"{self.engine}-{limits}-"


def annotate_part(
    images: list[Image], reading: Reading, layout: RunLayout, measured: frozenset[str]
) -> str:
    """Annotate some images and write their rows and failures; returns the part's id.

    A failure to read an image that is only `measured` isn't kept: its truth stays. What is no
    image's fault raises GyogwaError (see `engines.pool`), and nothing is written.
    """
    images = sorted(images, key=lambda image: (image.image_id, image.truth is None))
    part_id = hash_of(*(f"{i.image_id}/{wanted_engine(i, reading.engine)}" for i in images))[:16]
    annotations = []
    failures = []
    unread = []
    for image in images:
        if image.truth is None:
            unread.append(image)
        else:
            annotations.append(annotate_truth(image, image.truth))
            advance("annotate")
            count("annotate", "known")
    if unread:
        with pool_for(reading.settings, reading.processes, reading.limits) as pool:
            if pool.fingerprint != reading.fingerprint:
                raise GyogwaError(
                    f"--ocr_engine {reading.settings.name}: this worker's software or weights "
                    "aren't those that the run began with; install the same everywhere"
                )
            for index, outcome in pool.read_all([(i.ref, i.sha256) for i in unread]):
                image = unread[index]
                measure("annotate", "read_kilopixels", image.width * image.height / 1000)
                if not isinstance(outcome, ReadFailure):
                    annotations.append(_read(image, outcome, reading.engine))
                    measure("annotate", "words_read", len(annotations[-1].words))
                elif image.image_id not in measured:
                    tell(
                        "image_not_read",
                        "WARNING",
                        image_id=image.image_id,
                        source=image.source,
                        uri=image.uri,
                        rule=outcome.rule,
                        message=outcome.message,
                    )
                    failures.append(_failed(image, outcome, wanted_engine(image, reading.engine)))
                advance("annotate")
    annotations.sort(key=lambda annotation: (annotation.image_id, annotation.engine))
    failures.sort(key=lambda failure: failure.image_id)
    if failures:
        path = f"{layout.failures}/{reading.failure_prefix}{part_id}.parquet"
        write_rows(FailedReading, path, failures)
    write_rows(Annotation, f"{layout.annotations}/{part_id}.parquet", annotations)
    return part_id


def _timed_part(
    element: tuple[int, Iterable[Image]],
    reading: Reading,
    layout: RunLayout,
    measured: frozenset[str],
) -> str:
    with timed("annotate", "part"):
        return annotate_part(list(element[1]), reading, layout, measured)


def _read(image: Image, text: PageText, engine: str) -> Annotation:
    layer = image.layer.truth if image.layer else None
    wanted = wanted_engine(image, engine)
    if layer is None:
        return annotate_reading(image, text, wanted)
    return annotate_doubted(image, layer, text, wanted)


def _failed(image: Image, failure: ReadFailure, engine: str) -> FailedReading:
    return FailedReading(
        image.image_id,
        engine,
        failure.rule,
        failure.value,
        failure.threshold,
        failure.message,
    )


def in_order(images: Iterable[Image]) -> list[Image]:
    """The occurrences of one image: the richest truth first, then the most parts, then by source
    and URI."""

    def order(image: Image) -> tuple[int, int, int, str, str]:
        structures, characters = (-1, -1) if image.truth is None else richness(image.truth)
        return -structures, -characters, -len(image.regions), image.source, image.uri

    return sorted(images, key=order)


def best_occurrence(images: Iterable[Image]) -> Image:
    """Of the occurrences of one image the first in order, which is the one to annotate. Its truth
    has what those of others under its licence add to it, as have the parts of the page that its
    source names; its kind is theirs where its source says none."""
    best, *others = in_order(images)
    if best.truth is not None:
        licensed = [i for i in others if i.licence == best.licence]
        truth = united(best.truth, (i.truth for i in licensed if i.truth is not None))
        said = (i for i in (best, *licensed) if i.truth and i.truth.words is truth.words)
        best = replace(best, truth=truth, coverage=next(said, best).coverage)
        if not best.regions and not truth.blocks:
            parts = next((image.regions for image in licensed if image.regions), [])
            best = replace(best, regions=parts)
    if best.kind == ANY_KIND:
        kinds = (image.kind for image in others if image.kind != ANY_KIND)
        best = replace(best, kind=next(kinds, ANY_KIND))
    return best


def settled_ids(path: str, failures: str) -> Iterator[tuple[str, str]]:
    """(image id, engine) of what a part of the annotations or of the failures has settled."""
    record: type[Row] = FailedReading if path.startswith(f"{failures}/") else Annotation
    columns = read_columns(record, path, ["image_id", "engine"])
    yield from zip(columns["image_id"], columns["engine"], strict=True)


def _undone(image_id: str, found: Found, engine: str, measured: frozenset[str]) -> Iterator[Image]:
    images: list[Image] = found["images"]
    if images:
        image = best_occurrence(images)
        if wanted_engine(image, engine) not in found["settled"]:
            expect("annotate")
            yield image
        if image.truth is not None and image_id in measured and engine not in found["settled"]:
            expect("annotate")
            yield replace(image, truth=None, layer=None, regions=[])


def _part_of(image: Image, at_most: int) -> int:
    """The part in which an image is read, of as many as so many images need."""
    return int(image.image_id[:8], 16) % max(1, math.ceil(at_most / _IMAGES_A_PART))


class AnnotateImages(Composite):
    """The catalog's images to annotations, where there are none yet; gives the ids of the parts
    that were written. How many parts there are follows from how many images could be to do.

    `measured` are ids of images with truth that the engine reads too, to be compared with it.
    """

    def __init__(self, reading: Reading, layout: RunLayout, measured: frozenset[str]) -> None:
        super().__init__()
        self.reading = reading
        self.measured = measured
        self.layout = layout

    def expand(self, images: Any) -> Any:
        engine, failures, more = self.reading.engine, self.layout.failures, len(self.measured)
        settled = (
            images.pipeline
            | "Settled"
            >> ListTables((self.layout.annotations, ""), (failures, self.reading.failure_prefix))
            | "ReadSettled"
            >> beam.FlatMap(settled_ids, failures=failures).with_output_types(tuple[str, str])
        )
        undone = {
            "images": images
            | "ByImage"
            >> beam.Map(lambda image: (image.image_id, image)).with_output_types(tuple[str, Image]),
            "settled": settled,
        } | "NotDone" >> Join(
            _undone,
            {"images": Image, "settled": str},
            gives=Image,
            engine=engine,
            measured=self.measured,
        )
        return (
            undone
            | "ToPart"
            >> beam.Map(
                lambda image, there: (_part_of(image, total_of(there) + more), image),
                beam.pvalue.AsList(images | "CountAll" >> Total()),
            ).with_output_types(tuple[int, Image])
            | "GroupPart" >> beam.GroupByKey()
            | "AnnotatePart"
            >> beam.Map(
                _timed_part, reading=self.reading, layout=self.layout, measured=self.measured
            ).with_output_types(str)
        )
