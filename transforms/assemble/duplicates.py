"""Pages to the ones that stay: copies found by hash, judged by pixels, dropped for the better one.

Hashes propose (`propose`), every pair is looked at once (`judge.look`, 0.2 s a pair, spread over
the workers anew, since crowded hashes would otherwise fall on one), and `settled` decides in the
order of ranks. Pairs travel by rank, which ends in the image's id: so whoever stands for a crowd of
like images is the one to keep. Images of one page go to one stage, so copies are looked for in the
whole run, within a source and across sources; across stages there are none.

Beam counters, namespace "duplicates": `passed_over`, comparisons of hashes that were not made
because too many are alike; `crowds`, hashes that more than `propose.TOGETHER` images share.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics

from schemas.curriculum import Duplicates
from schemas.records import BenchmarkRow, Duplicate
from transforms import coders as _coders  # noqa: F401
from transforms.assemble.books import counted, page_reject
from transforms.assemble.pages import KEPT, REJECTED, same
from transforms.contamination.shown import fingerprints_of, is_evaluation, shown_name
from transforms.duplicates.clusters import joined, kept_instead
from transforms.duplicates.fingerprints import KINDS
from transforms.duplicates.index import BANDS
from transforms.duplicates.judge import Fingerprint, fingerprint, look
from transforms.duplicates.propose import TOGETHER, near_hashes, same_hash
from transforms.tables import read_rows
from transforms.tasks.page import Page

DOCUMENTS = "documents"
NAMESPACE = "duplicates"
VERSION_SIMILARITY = 0.8
"""Pages whose texts are at least this alike are versions of one page."""


@dataclass(frozen=True)
class Judged:
    """A pair with its verdict; ranks and documents of the better and the other image. Documents
    are "" where the images are blank: to share a blank page is no kinship."""

    kept_rank: str
    other_rank: str
    kept_document: str
    other_document: str
    pair: Duplicate


for _type in (Fingerprint, Judged):
    beam.coders.registry.register_row(_type)


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
        by_rank = prints | "PrintKey" >> beam.Map(lambda f: (f.rank, f)).with_output_types(
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
            | "EqualHashes" >> beam.FlatMap(_equal)
        )
        near = (
            hashes
            | "ToBands"
            >> beam.FlatMap(
                lambda kv: [(f"{kv[0]}-{band}", kv[1]) for band in range(BANDS)]
            ).with_output_types(tuple[str, tuple[str, str]])
            | "GroupBand" >> beam.GroupByKey()
            | "PairsInBand" >> beam.FlatMap(_near, radius=rules.max_distance)
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
                "print": by_rank,
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
            {"print": by_rank, "pair": first}
            | "JoinSecond" >> beam.CoGroupByKey()
            | "WithSecond"
            >> beam.FlatMap(_with_second).with_output_types(tuple[Fingerprint, Fingerprint, int])
            | "SpreadPairs" >> beam.Reshuffle()
            | "Look" >> beam.Map(_judged, rules=rules).with_output_types(Judged)
        )
        outcome = (
            judged
            | "OneKey" >> beam.Map(lambda row: (0, row)).with_output_types(tuple[int, Judged])
            | "GatherPairs" >> beam.GroupByKey()
            | "Settle" >> beam.FlatMap(lambda kv: settled(kv[1])).with_outputs(DOCUMENTS, main=KEPT)
        )
        merged = outcome[KEPT] | "PairType" >> beam.Map(same).with_output_types(Duplicate)
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
        kept = split[KEPT] | "KeptPages" >> beam.Map(same).with_output_types(Page)
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
            yield kind, (print_.rank, value)


def _with_first(element: tuple[str, Any]) -> Iterator[tuple[str, tuple[Fingerprint, int]]]:
    _, found = element
    for print_ in found["print"]:
        for other, distance in found["pair"]:
            yield other, (print_, distance)


def _with_second(element: tuple[str, Any]) -> Iterator[tuple[Fingerprint, Fingerprint, int]]:
    _, found = element
    for second in found["print"]:
        for first, distance in found["pair"]:
            if not (is_evaluation(first.image_id) and is_evaluation(second.image_id)):
                yield first, second, distance


def _judged(element: tuple[Fingerprint, Fingerprint, int], rules: Duplicates) -> Judged:
    kept, other, distance = element  # pairs come in the order of ranks
    pair = look(kept, other, distance, rules)
    documents = (kept.document, other.document)
    if not (kept.hashes.boxed or other.hashes.boxed):
        documents = ("", "")
    return Judged(kept.rank, other.rank, *documents, pair)


def _equal(element: tuple[str, Iterable[str]]) -> Iterator[tuple[str, str, int]]:
    ranks = list(element[1])
    beyond = len(ranks) - TOGETHER
    if beyond > 0:
        Metrics.counter(NAMESPACE, "crowds").inc()
        Metrics.counter(NAMESPACE, "passed_over").inc(beyond * (beyond - 1) // 2)
    yield from same_hash(ranks)


def _near(element: tuple[str, Any], radius: int) -> Iterator[tuple[str, str, int]]:
    key, hashes = element
    passed_over = Metrics.counter(NAMESPACE, "passed_over")
    yield from near_hashes(int(key.split("-")[1]), hashes, radius, passed_over.inc)


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
    kin = [
        row
        for row in pairs
        if (row.pair.verdict == "near" or row.pair.similarity >= VERSION_SIMILARITY)
        and row.kept_document
        and row.other_document
    ]
    for document, root in joined((r.kept_document, r.other_document) for r in kin).items():
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
