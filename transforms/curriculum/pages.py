"""Catalog + annotations to pages: one a unique image, filtered.

What an image's occurrences say is decided by ids and counts alone; then each file of annotations is
read once and meets the images whose rows it holds. So no annotation and no truth is shuffled.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.page import Truth
from gyogwa.schemas.records import Annotation, FailedReading, Image, Page
from gyogwa.schemas.row import Row
from gyogwa.schemas.summary import PageSummary, RowAt
from gyogwa.transforms.annotate.annotation import wanted_engine
from gyogwa.transforms.annotate.images import precedence
from gyogwa.transforms.annotate.truths import contradict
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE, is_by
from gyogwa.transforms.curriculum.filters import failed_rule
from gyogwa.transforms.dedup.judge import scope_of
from gyogwa.transforms.files.tables import read_columns, read_places, read_rows
from gyogwa.transforms.flow.ledger import Count, page_reject
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.flow.tables import ListTables, ReadTables

REJECTED, DUPLICATE, SUMMARY = "rejected", "duplicate", "summary"


class Occurrence(Row, frozen=True):
    """An image of the catalog without its truth: where that stands, whether there is one, what
    `images.precedence` makes of it, and the engine whose annotation is wanted."""

    image: Image
    at: RowAt
    labelled: bool
    precedence: tuple[int, int, str, str]
    wanted: str


class Reading(Row, frozen=True):
    """An annotation of an image, by name and place."""

    engine: str
    at: RowAt


class AnnotatedImage(Row, frozen=True):
    """An image's occurrences, the one to keep first, where it is said what stands on it, and the
    occurrences whose labels contradict that."""

    occurrences: list[Occurrence]
    at: RowAt
    contradicting: list[Image]


class ImageAt(Row, frozen=True):
    """An image and the number of its row in a file of annotations."""

    image: Image
    row: int


def occurrences_in(path: str, engine: str) -> Iterator[tuple[str, Occurrence]]:
    """(image id, occurrence) of a part of the catalog."""
    for row, image in enumerate(read_rows(Image, path)):
        yield (
            image.image_id,
            Occurrence(
                replace(image, truth=None, layer=None),
                RowAt(path, row),
                image.truth is not None,
                precedence(image),
                wanted_engine(image, engine),
            ),
        )


def readings_in(path: str, engine: str) -> Iterator[tuple[str, Reading]]:
    """(image id, reading) of a part of the annotations, of the truth and by the engine alone."""
    columns = read_columns(Annotation, path, ["image_id", "engine"])
    for row, (image_id, by) in enumerate(zip(*columns.values(), strict=True)):
        if is_by(by, engine) or by.startswith(TRUTH_ENGINE):
            yield image_id, Reading(by, RowAt(path, row))


class Pages(NamedTuple):
    """`pages`: PCollection[Page]; `summaries`: of PageSummary, of the same; `exact`: of Duplicate;
    `rejects`: of Reject; `counts`: what each side of each step saw."""

    pages: Any
    summaries: Any
    exact: Any
    rejects: Any
    counts: list[Any]


def annotated(_: str, found: Found) -> Iterator[Any]:
    """One image's occurrences with the place of its annotation, or a reject for each of them.

    Raises GyogwaError when nobody has tried to read the image yet.
    """
    occurrences: list[Occurrence] = sorted(
        found["occurrences"], key=lambda o: (o.image.source, o.image.uri)
    )
    if not occurrences:
        return  # an annotation kept from earlier inputs
    best = min(occurrences, key=lambda o: o.precedence)
    places = sorted((r.at.path, r.at.row) for r in found["readings"] if r.engine == best.wanted)
    if places:
        others = [other for other in occurrences if other is not best]
        yield AnnotatedImage([best, *others], RowAt(*places[0]), _contradicting(best, others))
        return
    failures: list[FailedReading] = sorted(found["failures"], key=lambda f: (f.rule, f.message))
    if best.labelled or not failures:
        raise GyogwaError(
            f"{best.image.source}: {best.image.uri} has no annotation by this engine and these "
            "settings; run gyogwa annotate first"
        )
    for occurrence in occurrences:
        yield beam.pvalue.TaggedOutput(REJECTED, unreadable(occurrence.image, failures[0]))


def unreadable(image: Image, failure: FailedReading) -> Reject:
    """The reject of one occurrence of an image that the engine could not read."""
    return Reject(
        id=image.image_id,
        step="annotate",
        unit="images",
        rule=failure.rule,
        value=failure.value,
        threshold=failure.threshold,
        message=failure.message,
        source=image.source,
        uri=image.uri,
    )


def to_unique(found: AnnotatedImage) -> Iterator[Any]:
    """The image under the file of its annotation, its further occurrences put aside as exact
    duplicates, and labels of these that contradict its own."""
    best, *others = (occurrence.image for occurrence in found.occurrences)
    yield found.at.path, ImageAt(best, found.at.row)
    for image in found.contradicting:
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            Reject(
                id=image.image_id,
                step="exact_duplicates",
                unit="labels",
                rule="contradicting_labels",
                message=f"the same image has other labels in {best.source}: {best.uri}",
                source=image.source,
                uri=image.uri,
            ),
        )
    for image in others:
        scope = scope_of(best.source, image.source)
        same = (best.image_id, image.image_id, best.image_id)
        yield beam.pvalue.TaggedOutput(DUPLICATE, Duplicate(*same, 0, 1.0, "exact", scope=scope))
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            Reject(
                id=image.image_id,
                step="exact_duplicates",
                unit="images",
                rule="exact_duplicate",
                message=f"the same bytes as {best.source}: {best.uri}",
                source=image.source,
                uri=image.uri,
            ),
        )


def _contradicting(kept: Occurrence, others: list[Occurrence]) -> list[Image]:
    """Occurrences whose labels contradict those that are kept. Labels that differ are read again;
    the same ones want the same annotation."""
    differing = [o for o in others if kept.labelled and o.labelled and o.wanted != kept.wanted]
    if not differing:
        return []
    said = _truth_at(kept.at)
    return [o.image for o in differing if contradict(said, _truth_at(o.at))]


def _truth_at(at: RowAt) -> Truth:
    (image,) = read_places(Image, at.path, [at.row])
    if image.truth is None:
        raise GyogwaError(f"{at.path}: has changed while it was read; run again")
    return image.truth


def _labelled(found: AnnotatedImage) -> int:
    return sum(occurrence.labelled for occurrence in found.occurrences)


def _agreeing(found: AnnotatedImage) -> int:
    return _labelled(found) - len(found.contradicting)


def _occurrences(found: AnnotatedImage) -> int:
    return len(found.occurrences)


def to_pages(element: tuple[str, Iterable[ImageAt]]) -> Iterator[tuple[RowAt, Page]]:
    """The pages whose annotations one file holds."""
    path, found = element
    images = sorted(found, key=lambda image: image.row)
    rows = read_places(Annotation, path, [image.row for image in images])
    for image, annotation in zip(images, rows, strict=True):
        yield RowAt(path, image.row), Page(image.image, annotation)


def filtered(element: tuple[RowAt, Page], curriculum: Curriculum) -> Iterator[Any]:
    """The page and its summary, or its reject, by the curriculum's own filters."""
    at, page = element
    failed = failed_rule(page, curriculum.filters)
    if failed is None:
        yield page
        yield beam.pvalue.TaggedOutput(SUMMARY, summary_of(page, at, curriculum))
    else:
        reject = page_reject(
            page, "filters", failed.rule, failed.message, failed.value, failed.threshold
        )
        yield beam.pvalue.TaggedOutput(REJECTED, reject)


def summary_of(page: Page, at: RowAt, curriculum: Curriculum) -> PageSummary:
    """What is decided by of a page whose annotation is at `at`."""
    failures = {stage.name: failed_rule(page, stage.filters) for stage in curriculum.stages}
    return PageSummary(
        replace(page.image, phash="", boxed="", centred="", sketch="", coverage=None),
        at,
        page.annotation.language,
        len(page.annotation.words),
        bool(page.annotation.charts),
        [name for name, failed in failures.items() if failed is None],
        "; ".join(f"{name}: {f.rule} {f.value}" for name, f in failures.items() if f),
    )


class ReadPages(Composite):
    """The tables of a run to pages that pass the curriculum's filters."""

    def __init__(self, layout: RunLayout, engine: str, curriculum: Curriculum) -> None:
        super().__init__()
        self.layout = layout
        self.engine = engine
        self.curriculum = curriculum

    def expand(self, pipeline: Any) -> Pages:
        engine = self.engine
        occurrences = (
            pipeline
            | "ListCatalog" >> ListTables(self.layout.catalog)
            | "ReadCatalog"
            >> beam.FlatMap(occurrences_in, engine=engine).with_output_types(tuple[str, Occurrence])
        )
        readings = (
            pipeline
            | "ListAnnotations" >> ListTables(self.layout.annotations)
            | "ReadAnnotations"
            >> beam.FlatMap(readings_in, engine=engine).with_output_types(tuple[str, Reading])
        )
        failures = (
            pipeline
            | "ReadFailures" >> ReadTables(self.layout.failures, FailedReading)
            | "FailuresOfThisEngine" >> beam.Filter(lambda failure: is_by(failure.engine, engine))
            | "FailureKey"
            >> beam.Map(lambda row: (row.image_id, row)).with_output_types(
                tuple[str, FailedReading]
            )
        )
        sides = {"occurrences": Occurrence, "readings": Reading, "failures": FailedReading}
        read = {
            "occurrences": occurrences,
            "readings": readings,
            "failures": failures,
        } | "JoinAnnotations" >> Join(
            annotated, sides, gives=AnnotatedImage, tagged={REJECTED: Reject}
        )
        unique = read.main | "ToUnique" >> beam.FlatMap(to_unique).with_output_types(
            tuple[str, ImageAt], rejected=Reject, duplicate=Duplicate
        ).with_outputs(REJECTED, DUPLICATE, main="main")
        passed = (
            unique.main
            | "GroupByFile" >> beam.GroupByKey()
            | "ToPages" >> beam.FlatMap(to_pages).with_output_types(tuple[RowAt, Page])
            | "Filter"
            >> beam.FlatMap(filtered, curriculum=self.curriculum)
            .with_output_types(Page, rejected=Reject, summary=PageSummary)
            .with_outputs(REJECTED, SUMMARY, main="main")
        )
        counts = [
            occurrences | "CountCatalog" >> Count("annotate", "images", "incoming"),
            read.main | "CountRead" >> Count("annotate", "images", "kept", _occurrences),
            read.rejected | "CountUnread" >> Count("annotate", "images", "rejected"),
            read.main
            | "CountOccurrences" >> Count("exact_duplicates", "images", "incoming", _occurrences),
            unique.main | "CountUnique" >> Count("exact_duplicates", "images", "kept"),
            unique.rejected
            | "CountExact"
            >> Count("exact_duplicates", "images", "rejected", lambda r: r.unit == "images"),
            read.main | "CountLabels" >> Count("exact_duplicates", "labels", "incoming", _labelled),
            read.main | "CountAgreeing" >> Count("exact_duplicates", "labels", "kept", _agreeing),
            unique.rejected
            | "CountContradicting"
            >> Count("exact_duplicates", "labels", "rejected", lambda r: r.unit == "labels"),
            unique.main | "CountToFilter" >> Count("filters", "images", "incoming"),
            passed.main | "CountPassed" >> Count("filters", "images", "kept"),
            passed.rejected | "CountFiltered" >> Count("filters", "images", "rejected"),
        ]
        rejects = (read.rejected, unique.rejected, passed.rejected) | "Rejects" >> beam.Flatten()
        return Pages(passed.main, passed.summary, unique.duplicate, rejects, counts)
