"""Pages to the ones that stay: copies found by hash, judged by pixels, dropped for the better one.

Hashes propose, and sketches where many share a template (`propose`); a pair is looked at once, by
whatever run (`judge`), and `settle` decides in the order of ranks. Pairs travel by rank, which ends
in the image's id: so whoever stands for a crowd of like images is the one to keep. Images of one
page go to one stage, so copies are looked for in the whole run, within a source and across sources;
across stages there are none. Blank pages are no copies of one another but capped (`blanks`).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.records import BenchmarkRow
from gyogwa.schemas.summary import PageSummary
from gyogwa.transforms.dedup.blanks import CapBlank
from gyogwa.transforms.dedup.contamination.images import (
    display_name,
    fingerprints_of,
    is_evaluation,
)
from gyogwa.transforms.dedup.fingerprint import Fingerprint, fingerprint
from gyogwa.transforms.dedup.judge import JudgePairs
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.settle import SettlePairs
from gyogwa.transforms.flow.ledger import Count, page_reject
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.flow.tables import ReadFiles

REJECTED = "rejected"


class Unique(NamedTuple):
    """`pages`: PCollection[PageSummary], those kept; `pairs`: of Duplicate, all that were looked
    at; `roots`: of (document, the first of the documents that share a page with it); `rejects`: of
    Reject; `counts`: what each side saw."""

    pages: Any
    pairs: Any
    roots: Any
    rejects: Any
    counts: list[Any]


class DropNearDuplicates(Composite):
    """(Pages, their summaries) to the summaries of unique pages.

    Images of the evaluation sets in `benchmarks` (files of `BenchmarkRow`) take part in the search,
    so that copies of them are dropped like any others. `looks`: see `judge.JudgePairs`.
    """

    def __init__(self, rules: Duplicates, benchmarks: list[str], looks: list[str]) -> None:
        super().__init__()
        self.rules, self.looks = rules, looks
        self.benchmarks = benchmarks

    def expand(self, inputs: tuple[Any, Any]) -> Unique:
        pages, summaries = inputs
        capped = pages | "CapBlank" >> CapBlank(self.rules.max_blank_share)
        of_pages = capped.pages | "Fingerprint" >> beam.Map(fingerprint).with_output_types(
            Fingerprint
        )
        evaluated = (
            pages.pipeline
            | "ReadBenchmarks" >> ReadFiles(self.benchmarks, BenchmarkRow)
            | "EvaluationImages" >> beam.FlatMap(fingerprints_of).with_output_types(Fingerprint)
        )
        prints = (of_pages, evaluated) | "Prints" >> beam.Flatten()
        proposed = prints | "Propose" >> ProposePairs(self.rules.max_distance)
        judged = (prints, proposed) | "Judge" >> JudgePairs(self.rules, self.looks)
        settled = judged | "Settle" >> SettlePairs()
        dropped = (
            settled.pairs
            | "NearOnly" >> beam.Filter(lambda pair: pair.verdict == "near")
            | "Members"
            >> beam.Map(lambda pair: (pair.member, pair)).with_output_types(tuple[str, Duplicate])
        )
        split = {
            "pages": summaries
            | "PageKey"
            >> beam.Map(lambda page: (page.image.image_id, page)).with_output_types(
                tuple[str, PageSummary]
            ),
            "dropped": dropped,
            "capped": capped.rejects
            | "CappedKey"
            >> beam.Map(lambda reject: (reject.id, reject.rule)).with_output_types(tuple[str, str]),
        } | "Split" >> Join(
            _split,
            {"pages": PageSummary, "dropped": Duplicate, "capped": str},
            gives=PageSummary,
            tagged={REJECTED: Reject},
        )
        rejects = (split.rejected, capped.rejects) | "Dropped" >> beam.Flatten()
        counts = [
            pages | "CountPages" >> Count("near_duplicates", "images", "incoming"),
            split.main | "CountKept" >> Count("near_duplicates", "images", "kept"),
            rejects | "CountNear" >> Count("near_duplicates", "images", "rejected"),
        ]
        return Unique(split.main, settled.pairs, settled.roots, rejects, counts)


def _split(_: str, found: Found) -> Iterator[Any]:
    dropped: list[Duplicate] = found["dropped"]
    for page in found["pages"]:
        if found["capped"]:
            continue  # has its reject
        if not dropped:
            yield page
            continue
        yield beam.pvalue.TaggedOutput(REJECTED, _reject(page, dropped[0]))


def _reject(page: PageSummary, pair: Duplicate) -> Reject:
    bits = f"{pair.distance}"
    if is_evaluation(pair.kept):
        message = f"shows what the evaluation set shows: {display_name(pair.kept)}"
        return page_reject(page, "near_duplicates", "contamination", message, bits)
    message = f"shows the same as image {pair.kept} (text similarity {pair.similarity})"
    return page_reject(page, "near_duplicates", "near_duplicate", message, bits)
