"""Annotate: catalog rows to words, lines, blocks and language, one row a unique image.

What a source says stands on an image is taken as truth; all else goes to the OCR engine. Work is
cut into parts of about 64 images, each written whole as soon as it is done; an image that already
has a row (or a reject) by the same engine and settings isn't read again.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from schemas.ids import fingerprint_of, hash_of
from schemas.layout import RunLayout
from schemas.records import Annotation, Book, Image, Reject
from transforms import coders as _coders  # noqa: F401
from transforms.annotation import LAYOUT_VERSION, annotate_reading, annotate_truth, truth_engine
from transforms.engines.pool import Failure, Limits, pool_for
from transforms.engines.protocol import EngineSettings
from transforms.progress import advance
from transforms.storage import list_files
from transforms.tables import read_columns, read_rows, write_rows

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
    def reject_prefix(self) -> str:
        """How the files of this engine's rejects begin; other limits may let an image pass."""
        limits = fingerprint_of([self.limits.seconds, self.limits.memory])[:8]
        return f"annotate-{self.engine}-{limits}-"


def annotate_part(
    images: list[Image], reading: Reading, layout: RunLayout, measured: frozenset[str]
) -> Book:
    """Annotate some images and write their rows and rejects; returns the part's book.

    A failure to read an image that is only `measured` is no reject: its truth stays.
    """
    images = sorted(images, key=lambda image: (image.image_id, image.truth is None))
    part_id = hash_of(*(f"{i.image_id}/{_wanted(i, reading.engine)}" for i in images))[:16]
    annotations = []
    rejects = []
    unread = []
    unreadable = 0
    for image in images:
        if image.truth is None:
            unread.append(image)
        else:
            annotations.append(annotate_truth(image, image.truth))
            advance("annotate")
    if unread:
        with pool_for(reading.settings, reading.processes, reading.limits) as pool:
            for index, outcome in pool.read_all([image.ref for image in unread]):
                image = unread[index]
                if isinstance(outcome, Failure) and image.image_id in measured:
                    unreadable += 1
                elif isinstance(outcome, Failure):
                    rejects.append(_reject(image, outcome))
                else:
                    annotations.append(annotate_reading(image, outcome, reading.engine))
                advance("annotate")
    annotations.sort(key=lambda annotation: (annotation.image_id, annotation.engine))
    rejects.sort(key=lambda reject: reject.id)
    name = f"{reading.reject_prefix}{part_id}.parquet"
    if rejects:
        write_rows(Reject, f"{layout.rejects}/{name}", rejects)
    write_rows(Annotation, f"{layout.annotations}/{part_id}.parquet", annotations)
    incoming = len(images) - unreadable
    return Book("annotate", part_id, "images", incoming, len(annotations), len(rejects))


def _reject(image: Image, failure: Failure) -> Reject:
    return Reject(
        image.image_id,
        "annotate",
        failure.rule,
        failure.value,
        failure.threshold,
        failure.message,
        image.source,
        image.uri,
    )


def best_occurrence(images: Iterable[Image]) -> Image:
    """Of the occurrences of one image, the one to annotate: truth first, then by source and URI."""
    return min(images, key=lambda image: (image.truth is None, image.source, image.uri))


def done_ids(path: str, reading: Reading) -> Iterator[tuple[str, str]]:
    """(image id, engine) of what a part of the annotations or of the rejects has settled."""
    name = path.rsplit("/", 1)[-1]
    if name.startswith("annotate-"):
        if name.startswith(reading.reject_prefix):
            for image_id in read_columns(Reject, path, ["id"])["id"]:
                yield image_id, reading.engine
        return
    columns = read_columns(Annotation, path, ["image_id", "engine"])
    yield from zip(columns["image_id"], columns["engine"], strict=True)


def settled_parts(layout: RunLayout) -> list[str]:
    """The files that `done_ids` reads."""
    rejects = [
        path
        for path in list_files(layout.rejects, ".parquet")
        if path.rsplit("/", 1)[-1].startswith("annotate-")
    ]
    return list_files(layout.annotations, ".parquet") + rejects


def _wanted(image: Image, engine: str) -> str:
    return engine if image.truth is None else truth_engine(image, image.truth)


def _undone(
    element: tuple[str, dict[str, Any]], engine: str, measured: frozenset[str]
) -> Iterator[Image]:
    image_id, found = element
    images = list(found["images"])
    if images:
        image = best_occurrence(images)
        done = set(found["done"])
        if _wanted(image, engine) not in done:
            yield image
        if image.truth is not None and image_id in measured and engine not in done:
            yield replace(image, truth=None)


class AnnotateImages(beam.PTransform):
    """Names of catalog parts to the books of the annotation parts that were missing.

    `at_most` is an upper bound of how many images there are to do: it sets the number of parts.
    `measured` are ids of images with truth that the engine reads too, to be compared with it.
    """

    def __init__(
        self, reading: Reading, layout: RunLayout, at_most: int, measured: frozenset[str]
    ) -> None:
        super().__init__()
        self.reading = reading
        self.measured = measured
        self.layout = layout
        self.parts = max(1, math.ceil(at_most / _IMAGES_A_PART))

    def expand(self, catalog_parts: Any) -> Any:
        engine, parts = self.reading.engine, self.parts
        images = (
            catalog_parts
            | "SpreadCatalog" >> beam.Reshuffle()
            | "ReadCatalog" >> beam.FlatMap(lambda path: read_rows(Image, path))
            | "ByImage"
            >> beam.Map(lambda image: (image.image_id, image)).with_output_types(tuple[str, Image])
        )
        done = (
            catalog_parts.pipeline
            | "SettledParts" >> beam.Create(settled_parts(self.layout))
            | "SpreadSettled" >> beam.Reshuffle()
            | "ReadSettled"
            >> beam.FlatMap(done_ids, reading=self.reading).with_output_types(tuple[str, str])
        )
        return (
            {"images": images, "done": done}
            | "WhatIsDone" >> beam.CoGroupByKey()
            | "NotDone" >> beam.FlatMap(_undone, engine=engine, measured=self.measured)
            | "ToPart"
            >> beam.Map(lambda i: (int(i.image_id[:8], 16) % parts, i)).with_output_types(
                tuple[int, Image]
            )
            | "GroupPart" >> beam.GroupByKey()
            | "AnnotatePart"
            >> beam.Map(
                lambda kv: annotate_part(list(kv[1]), self.reading, self.layout, self.measured)
            )
        )
