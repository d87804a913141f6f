"""Catalog + annotations to pages: one a unique image, filtered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum
from schemas.layout import RunLayout
from schemas.records import Annotation, Duplicate, Image, Reject
from transforms import coders as _coders  # noqa: F401
from transforms.annotate import best_occurrence
from transforms.annotation import TRUTH_ENGINE, truth_engine
from transforms.assemble.books import counted, page_reject
from transforms.duplicates.judge import scope_of
from transforms.filters import failed_rule
from transforms.storage import list_files
from transforms.tables import read_rows
from transforms.tasks.page import Page

KEPT, REJECTED, DUPLICATE = "kept", "rejected", "duplicate"

beam.coders.registry.register_row(Page)


def join(element: tuple[str, dict[str, Any]], engine: str) -> Iterator[Any]:
    """One image's occurrences and annotations to a page, exact duplicates put aside."""
    _, found = element
    images: list[Image] = sorted(found["images"], key=lambda i: (i.source, i.uri))
    annotations: list[Annotation] = list(found["annotations"])
    if not images:
        return  # an annotation kept from earlier inputs
    best = best_occurrence(images)
    wanted = engine if best.truth is None else truth_engine(best, best.truth)
    annotation = next((a for a in annotations if a.engine == wanted), None)
    if annotation is None:
        return  # annotate rejected it, or hasn't been run since the source changed
    yield Page(replace(best, truth=None), annotation)
    for image in images:
        if image is best:
            continue
        yield beam.pvalue.TaggedOutput(
            DUPLICATE,
            Duplicate(
                best.image_id,
                image.image_id,
                best.image_id,
                0,
                1.0,
                "exact",
                scope=scope_of(best.source, image.source),
            ),
        )
        message = f"the same bytes as {best.source}: {best.uri}"
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            Reject(
                image.image_id,
                "exact_duplicates",
                "exact_duplicate",
                "",
                "",
                message,
                image.source,
                image.uri,
            ),
        )


def filtered(page: Page, curriculum: Curriculum) -> Iterator[Any]:
    """The page, or its reject, by the curriculum's own filters."""
    failed = failed_rule(page, curriculum.filters)
    if failed is None:
        yield page
    else:
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            page_reject(
                page, "filters", failed.rule, failed.value, failed.threshold, failed.message
            ),
        )


class ReadPages(beam.PTransform):
    """The tables of a run to (pages, exact duplicates, rejects, counts)."""

    def __init__(self, layout: RunLayout, engine: str, curriculum: Curriculum) -> None:
        super().__init__()
        self.layout = layout
        self.engine = engine
        self.curriculum = curriculum

    def expand(self, pipeline: Any) -> Any:
        engine = self.engine
        images = (
            pipeline
            | "CatalogParts" >> beam.Create(list_files(self.layout.catalog, ".parquet"))
            | "SpreadCatalog" >> beam.Reshuffle()
            | "ReadCatalog" >> beam.FlatMap(lambda path: read_rows(Image, path))
        )
        annotations = (
            pipeline
            | "AnnotationParts" >> beam.Create(list_files(self.layout.annotations, ".parquet"))
            | "SpreadAnnotations" >> beam.Reshuffle()
            | "ReadAnnotations" >> beam.FlatMap(lambda path: read_rows(Annotation, path))
            | "OfThisEngine"
            >> beam.Filter(lambda a: a.engine == engine or a.engine.startswith(TRUTH_ENGINE))
        )
        joined = (
            {
                "images": images
                | "ImageKey"
                >> beam.Map(lambda i: (i.image_id, i)).with_output_types(tuple[str, Image]),
                "annotations": annotations
                | "AnnotationKey"
                >> beam.Map(lambda a: (a.image_id, a)).with_output_types(tuple[str, Annotation]),
            }
            | "JoinAnnotations" >> beam.CoGroupByKey()
            | "ToPage"
            >> beam.FlatMap(join, engine=self.engine).with_outputs(REJECTED, DUPLICATE, main=KEPT)
        )
        unfiltered = joined[KEPT] | "PageType" >> beam.Map(same).with_output_types(Page)
        passed = unfiltered | "Filter" >> beam.FlatMap(
            filtered, curriculum=self.curriculum
        ).with_outputs(REJECTED, main=KEPT)
        pages = passed[KEPT] | "Passed" >> beam.Map(same).with_output_types(Page)
        counts = [
            counted("CountUnique", unfiltered, "exact_duplicates", "images", "kept"),
            counted("CountExact", joined[REJECTED], "exact_duplicates", "images", "rejected"),
            counted("CountToFilter", unfiltered, "filters", "images", "incoming"),
            counted("CountPassed", pages, "filters", "images", "kept"),
            counted("CountFiltered", passed[REJECTED], "filters", "images", "rejected"),
        ]
        rejects = (joined[REJECTED], passed[REJECTED]) | "Rejects" >> beam.Flatten()
        return pages, joined[DUPLICATE], rejects, counts


def same(value: Any) -> Any:
    """The value: a step that only names a type."""
    return value
