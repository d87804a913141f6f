"""Catalog + annotations to pages: one a unique image, filtered."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.typehints import typehints
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.records import Annotation, FailedReading, Image, Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.annotate.annotation import wanted_engine
from gyogwa.transforms.annotate.images import best_occurrence, in_order
from gyogwa.transforms.annotate.truths import contradict
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE, is_by
from gyogwa.transforms.curriculum.filters import Failed, failed_rule
from gyogwa.transforms.dedup.verdict import scope_of
from gyogwa.transforms.flow.ledger import Count, page_reject
from gyogwa.transforms.flow.measures import advance, expect
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.licences.policy import refusal

REJECTED, DUPLICATE = "rejected", "duplicate"


class AnnotatedImage(Row, frozen=True):
    """An image's occurrences, the one to keep first, and what stands on it."""

    images: list[Image]
    annotation: Annotation


class Pages(NamedTuple):
    """`pages`: PCollection[Page]; `exact`: of Duplicate; `rejects`: of Reject; `counts`: what each
    side of each step saw."""

    pages: Any
    exact: Any
    rejects: Any
    counts: list[Any]


def annotated(image_id: str, found: Found, engine: str) -> Iterator[Any]:
    """One image's occurrences with its annotation, or a reject for each of them.

    Raises GyogwaError when nobody has tried to read the image yet.
    """
    advance("pages", len(found["annotations"]))
    images: list[Image] = in_order(found["images"])
    if not images:
        return  # an annotation kept from earlier inputs
    best = best_occurrence(images)
    wanted = wanted_engine(best, engine)
    annotation = next((a for a in found["annotations"] if a.engine == wanted), None)
    if annotation is not None:
        yield AnnotatedImage([best, *images[1:]], annotation)
        return
    failures: list[FailedReading] = sorted(found["failures"], key=lambda f: (f.rule, f.message))
    if best.truth is not None or not failures:
        raise GyogwaError(
            f"{best.source}: {best.uri} has no annotation by this engine and these settings; run "
            "gyogwa annotate first"
        )
    for image in images:
        yield beam.pvalue.TaggedOutput(REJECTED, unreadable(image, failures[0]))


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


def to_page(found: AnnotatedImage) -> Iterator[Any]:
    """The page of an image, its further occurrences put aside as exact duplicates, and labels of
    these that contradict its own."""
    best, *others = found.images
    yield Page(replace(best, truth=None, layer=None), found.annotation)
    for image in _contradicting(found):
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


def _contradicting(found: AnnotatedImage) -> list[Image]:
    """Occurrences whose labels contradict those that are kept."""
    kept, *others = found.images
    if kept.truth is None:
        return []
    return [i for i in others if i.truth is not None and contradict(kept.truth, i.truth)]


def _labelled(found: AnnotatedImage) -> int:
    return sum(image.truth is not None for image in found.images)


def _agreeing(found: AnnotatedImage) -> int:
    return _labelled(found) - len(_contradicting(found))


def filtered(page: Page, curriculum: Curriculum) -> Iterator[Any]:
    """The page, or its reject, by the curriculum's policy of licences and its own filters."""
    image = page.image
    refused = refusal(image.licence, curriculum.licences)
    if refused is not None:
        failed: Failed | None = Failed(
            refused.rule, image.licence, refused.bound, f"{image.source}: {refused.message}"
        )
    else:
        failed = failed_rule(page, curriculum.filters)
    if failed is None:
        yield page
    else:
        reject = page_reject(
            page, "filters", failed.rule, failed.message, failed.value, failed.threshold
        )
        yield beam.pvalue.TaggedOutput(REJECTED, reject)


def _occurrences(found: AnnotatedImage) -> int:
    return len(found.images)


class JoinPages(Composite):
    """(Images of the catalog, annotations, failed readings) to pages that pass the curriculum's
    filters."""

    def __init__(self, engine: str, curriculum: Curriculum) -> None:
        super().__init__()
        self.engine = engine
        self.curriculum = curriculum

    def expand(self, tables: tuple[Any, Any, Any]) -> Pages:
        engine = self.engine
        images, annotations, failures = tables
        annotations = annotations | "OfThisEngine" >> beam.Filter(_of_engine, engine=engine)
        failures = failures | "FailuresOfThisEngine" >> beam.Filter(
            lambda failure: is_by(failure.engine, engine)
        )
        sides = {"images": Image, "annotations": Annotation, "failures": FailedReading}
        read = {
            "images": images | "ImageKey" >> _by_image(Image),
            "annotations": annotations | "AnnotationKey" >> _by_image(Annotation),
            "failures": failures | "FailureKey" >> _by_image(FailedReading),
        } | "JoinAnnotations" >> Join(
            annotated, sides, gives=AnnotatedImage, tagged={REJECTED: Reject}, engine=engine
        )
        unique = read.main | "ToPage" >> beam.FlatMap(to_page).with_output_types(
            Page, rejected=Reject, duplicate=Duplicate
        ).with_outputs(REJECTED, DUPLICATE, main="main")
        passed = unique.main | "Filter" >> beam.FlatMap(
            filtered, curriculum=self.curriculum
        ).with_output_types(Page, rejected=Reject).with_outputs(REJECTED, main="main")
        counts = [
            images | "CountCatalog" >> Count("annotate", "images", "incoming"),
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
        return Pages(passed.main, unique.duplicate, rejects, counts)


def _of_engine(annotation: Annotation, engine: str) -> bool:
    usable = is_by(annotation.engine, engine) or annotation.engine.startswith(TRUTH_ENGINE)
    if usable:
        expect("pages")
    return usable


def _by_image(record: type[Row]) -> beam.PTransform:
    return beam.Map(lambda row: (row.image_id, row)).with_output_types(typehints.Tuple[str, record])
