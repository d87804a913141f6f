"""Catalog + annotations to pages: one a unique image, filtered, near duplicates dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum, Duplicates
from schemas.layout import RunLayout
from schemas.records import Annotation, BenchmarkRow, Duplicate, Image, Reject
from transforms import coders as _coders  # noqa: F401
from transforms.annotate import best_occurrence
from transforms.annotation import TRUTH_ENGINE, truth_engine
from transforms.assemble.books import counted, page_reject
from transforms.contamination.shown import fingerprints_of, is_evaluation, shown_name
from transforms.duplicates.clusters import joined, kept_instead
from transforms.duplicates.fingerprints import KINDS
from transforms.duplicates.index import BANDS
from transforms.duplicates.judge import Fingerprint, fingerprint, look
from transforms.duplicates.propose import near_hashes, same_hash
from transforms.filters import failed_rule
from transforms.storage import list_files
from transforms.tables import read_rows
from transforms.tasks.page import Page

KEPT, REJECTED, DUPLICATE, DOCUMENTS = "kept", "rejected", "duplicate", "documents"
VERSION_SIMILARITY = 0.8
"""Pages whose texts are at least this alike are versions of one page."""


@dataclass(frozen=True)
class Judged:
    """A pair with its verdict; ranks and documents of the better and the other image."""

    kept_rank: str
    other_rank: str
    kept_document: str
    other_document: str
    pair: Duplicate


for _type in (Page, Fingerprint, Judged):
    beam.coders.registry.register_row(_type)


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
            DUPLICATE, Duplicate(best.image_id, image.image_id, best.image_id, 0, 1.0, "exact")
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
        unfiltered = joined[KEPT] | "PageType" >> beam.Map(_same).with_output_types(Page)
        passed = unfiltered | "Filter" >> beam.FlatMap(
            filtered, curriculum=self.curriculum
        ).with_outputs(REJECTED, main=KEPT)
        pages = passed[KEPT] | "Passed" >> beam.Map(_same).with_output_types(Page)
        counts = [
            counted("CountUnique", unfiltered, "exact_duplicates", "images", "kept"),
            counted("CountExact", joined[REJECTED], "exact_duplicates", "images", "rejected"),
            counted("CountToFilter", unfiltered, "filters", "images", "incoming"),
            counted("CountPassed", pages, "filters", "images", "kept"),
            counted("CountFiltered", passed[REJECTED], "filters", "images", "rejected"),
        ]
        rejects = (joined[REJECTED], passed[REJECTED]) | "Rejects" >> beam.Flatten()
        return pages, joined[DUPLICATE], rejects, counts


def _same(value: Any) -> Any:
    return value


class DropNearDuplicates(beam.PTransform):
    """Pages to (pages kept, pairs looked at, documents joined, rejects, counts).

    Images of the evaluation sets in `benchmarks` (files of `BenchmarkRow`) take part in the search,
    so that copies of them are dropped like any others.
    """

    def __init__(self, rules: Duplicates, benchmarks: list[str]) -> None:
        super().__init__()
        self.rules = rules
        self.benchmarks = benchmarks

    def expand(self, pages: Any) -> Any:
        rules = self.rules
        of_pages = pages | "Fingerprint" >> beam.Map(fingerprint).with_output_types(Fingerprint)
        evaluated = (
            pages.pipeline
            | "Benchmarks" >> beam.Create(self.benchmarks)
            | "SpreadBenchmarks" >> beam.Reshuffle()
            | "ReadBenchmarks" >> beam.FlatMap(lambda path: read_rows(BenchmarkRow, path))
            | "Shown" >> beam.FlatMap(fingerprints_of).with_output_types(Fingerprint)
        )
        prints = (of_pages, evaluated) | "Prints" >> beam.Flatten()
        by_id = prints | "PrintKey" >> beam.Map(lambda f: (f.image_id, f)).with_output_types(
            tuple[str, Fingerprint]
        )
        hashes = prints | "Hashes" >> beam.FlatMap(_hashes).with_output_types(
            tuple[str, tuple[str, str]]
        )
        equal = (
            hashes
            | "HashKey"
            >> beam.Map(lambda kv: (kv[0] + kv[1][1], kv[1][0])).with_output_types(tuple[str, str])
            | "GroupHash" >> beam.GroupByKey()
            | "EqualHashes" >> beam.FlatMap(lambda kv: same_hash(kv[1]))
        )
        near = (
            hashes
            | "ToBands"
            >> beam.FlatMap(
                lambda kv: [(f"{kv[0]}-{band}", kv[1]) for band in range(BANDS)]
            ).with_output_types(tuple[str, tuple[str, str]])
            | "GroupBand" >> beam.GroupByKey()
            | "PairsInBand"
            >> beam.FlatMap(
                lambda kv: near_hashes(int(kv[0].split("-")[1]), kv[1], rules.max_distance)
            )
        )
        pairs = (
            (equal, near)
            | "Proposed" >> beam.Flatten()
            | "PairKey"
            >> beam.Map(lambda p: ((p[0], p[1]), p[2])).with_output_types(
                tuple[tuple[str, str], int]
            )
            | "Nearest" >> beam.CombinePerKey(min)
            | "Pair" >> beam.Map(lambda kv: (*kv[0], kv[1]))
        )
        first = (
            {
                "print": by_id,
                "pair": pairs
                | "FirstKey"
                >> beam.Map(lambda p: (p[0], (p[1], p[2]))).with_output_types(
                    tuple[str, tuple[str, int]]
                ),
            }
            | "JoinFirst" >> beam.CoGroupByKey()
            | "WithFirst"
            >> beam.FlatMap(_with_first).with_output_types(tuple[str, tuple[Fingerprint, int]])
        )
        judged = (
            {"print": by_id, "pair": first}
            | "JoinSecond" >> beam.CoGroupByKey()
            | "Judge" >> beam.FlatMap(_judged, rules=rules).with_output_types(Judged)
        )
        outcome = (
            judged
            | "OneKey" >> beam.Map(lambda row: (0, row)).with_output_types(tuple[int, Judged])
            | "GatherPairs" >> beam.GroupByKey()
            | "Settle" >> beam.FlatMap(lambda kv: settled(kv[1])).with_outputs(DOCUMENTS, main=KEPT)
        )
        merged = outcome[KEPT] | "PairType" >> beam.Map(_same).with_output_types(Duplicate)
        dropped = (
            merged
            | "NearOnly" >> beam.Filter(lambda d: d.verdict == "near")
            | "Dropped"
            >> beam.Map(lambda d: (d.member, d)).with_output_types(tuple[str, Duplicate])
        )
        split = (
            {
                "page": pages
                | "PageKey"
                >> beam.Map(lambda p: (p.image.image_id, p)).with_output_types(tuple[str, Page]),
                "dropped": dropped,
            }
            | "JoinDropped" >> beam.CoGroupByKey()
            | "Split" >> beam.FlatMap(_split).with_outputs(REJECTED, main=KEPT)
        )
        kept = split[KEPT] | "KeptPages" >> beam.Map(_same).with_output_types(Page)
        counts = [
            counted("CountPages", pages, "near_duplicates", "images", "incoming"),
            counted("CountKept", kept, "near_duplicates", "images", "kept"),
            counted("CountNear", split[REJECTED], "near_duplicates", "images", "rejected"),
        ]
        return kept, merged, outcome[DOCUMENTS], split[REJECTED], counts


def _hashes(print_: Fingerprint) -> Iterator[tuple[str, tuple[str, str]]]:
    for kind in KINDS:
        value = getattr(print_.hashes, kind)
        if value:
            yield kind, (print_.image_id, value)


def _with_first(element: tuple[str, Any]) -> Iterator[tuple[str, tuple[Fingerprint, int]]]:
    _, found = element
    for print_ in found["print"]:
        for other, distance in found["pair"]:
            yield other, (print_, distance)


def _judged(element: tuple[str, Any], rules: Duplicates) -> Iterator[Judged]:
    _, found = element
    for second in found["print"]:
        for first, distance in found["pair"]:
            kept, other = sorted((first, second), key=lambda f: f.rank)
            if is_evaluation(kept.image_id) and is_evaluation(other.image_id):
                continue
            pair = look(first, second, distance, rules)
            yield Judged(kept.rank, other.rank, kept.document, other.document, pair)


def settled(rows: Iterable[Judged]) -> Iterator[Any]:
    """The rows of the duplicates table, one a pair, and (document, root) of documents that belong
    on one side of a split because pages of theirs are alike.

    Verdict "near" names the pair that drops its member; "alike" a pair that is as near, but whose
    member is dropped for another or whose better image is dropped itself.
    """
    pairs = sorted(rows, key=lambda row: (row.kept_rank, row.other_rank))
    near = [row for row in pairs if row.pair.verdict == "near"]
    instead = kept_instead((row.kept_rank, row.other_rank) for row in near)
    for row in pairs:
        if row.pair.verdict != "near":
            yield row.pair
        elif instead.get(row.other_rank) == row.kept_rank:
            yield replace(row.pair, cluster=row.pair.kept)
        else:
            yield replace(row.pair, verdict="alike")
    same = [
        row
        for row in pairs
        if row.pair.similarity >= VERSION_SIMILARITY and not is_evaluation(row.pair.kept)
    ]
    for document, root in joined((r.kept_document, r.other_document) for r in same).items():
        yield beam.pvalue.TaggedOutput(DOCUMENTS, (document, root))


def _split(element: tuple[str, Any]) -> Iterator[Any]:
    _, found = element
    dropped = list(found["dropped"])
    for page in found["page"]:
        if not dropped:
            yield page
            continue
        pair: Duplicate = dropped[0]
        rule = "near_duplicate"
        message = f"shows the same as image {pair.kept} (text similarity {pair.similarity})"
        if is_evaluation(pair.kept):
            rule = "contamination"
            message = f"shows what the evaluation set shows: {shown_name(pair.kept)}"
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            page_reject(page, "near_duplicates", rule, f"{pair.distance}", "", message),
        )
