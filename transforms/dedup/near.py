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
from gyogwa.schemas.records import BenchmarkRow, MovedLabels, Page
from gyogwa.transforms.dedup.blanks import CapBlank
from gyogwa.transforms.dedup.contamination.embedded import FindEmbedded
from gyogwa.transforms.dedup.contamination.images import (
    display_name,
    fingerprints_of,
    is_evaluation,
)
from gyogwa.transforms.dedup.fingerprint import Fingerprint, fingerprint
from gyogwa.transforms.dedup.judge import JudgePairs
from gyogwa.transforms.dedup.labels import (
    Instead,
    Labels,
    is_labelled,
    left_behind,
    merged,
    tells,
)
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.settle import SettlePairs
from gyogwa.transforms.flow.ledger import Count, page_reject
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.flow.tables import ReadFiles

REJECTED, REFUSED = "rejected", "refused"
INSTEAD, MOVED, AGREED = "instead", "moved", "agreed"


class Unique(NamedTuple):
    """`pages`: PCollection[Page], those kept; `pairs`: of Duplicate, all that were looked at;
    `roots`: of (document, the first of the documents that share a page with it); `rejects`: of
    Reject; `instead`: of (image id, Instead), of each image dropped; `moved`: of MovedLabels;
    `searched`: of Searched, of each page that was searched for evaluation images; `counts`: what
    each side saw."""

    pages: Any
    pairs: Any
    roots: Any
    instead: Any
    moved: Any
    searched: Any
    rejects: Any
    counts: list[Any]


class DropNearDuplicates(Composite):
    """Pages to unique pages.

    Images of the evaluation sets in `benchmarks` (files of `BenchmarkRow`) take part in the search,
    so that copies of them are dropped like any others, and so are pages that hold one as a part of
    them (`contamination.embedded`). `looks`: see `judge.JudgePairs`; `searches`: see
    `embedded.FindEmbedded`.
    """

    def __init__(
        self,
        rules: Duplicates,
        benchmarks: list[str],
        looks: list[str],
        searches: list[str],
    ) -> None:
        super().__init__()
        self.rules, self.looks, self.searches = rules, looks, searches
        self.benchmarks = benchmarks

    def expand(self, pages: Any) -> Unique:
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
        embedded = (capped.pages, settled.pairs) | "Embedded" >> FindEmbedded(
            self.rules, self.benchmarks, self.searches
        )
        looked_at = (settled.pairs, embedded.pairs) | "LookedAt" >> beam.Flatten()
        dropped = (
            looked_at
            | "NearOnly" >> beam.Filter(lambda pair: pair.verdict == "near")
            | "Members"
            >> beam.Map(lambda pair: (pair.member, pair)).with_output_types(tuple[str, Duplicate])
        )
        by_id = capped.pages | "PageKey" >> beam.Map(
            lambda page: (page.image.image_id, page)
        ).with_output_types(tuple[str, Page])
        labels = {
            "pages": by_id | "Telling" >> beam.Filter(lambda keyed: tells(keyed[1])),
            "dropped": dropped,
        } | "Labels" >> Join(
            _labels, {"pages": Page, "dropped": Duplicate}, gives=tuple[str, Labels]
        )
        split = {"pages": by_id, "dropped": dropped, "labels": labels} | "Split" >> Join(
            part,
            {"pages": Page, "dropped": Duplicate, "labels": Labels},
            gives=Page,
            tagged={
                REJECTED: Reject,
                REFUSED: Reject,
                INSTEAD: tuple[str, Instead],
                MOVED: MovedLabels,
                AGREED: int,
            },
        )
        kept = (split.main, capped.blank) | "Kept" >> beam.Flatten()
        gone = (split.rejected, capped.rejects) | "Dropped" >> beam.Flatten()
        rejects = (gone, split.refused) | "Rejects" >> beam.Flatten()
        labelled = labels | "Labelled" >> beam.Filter(lambda keyed: is_labelled(keyed[1].page))
        counts = [
            pages | "CountPages" >> Count("near_duplicates", "images", "incoming"),
            kept | "CountKept" >> Count("near_duplicates", "images", "kept"),
            gone | "CountNear" >> Count("near_duplicates", "images", "rejected"),
            labelled | "CountLabels" >> Count("near_duplicates", "labels", "incoming"),
            split.agreed | "CountAgreed" >> Count("near_duplicates", "labels", "kept", int),
            split.refused | "CountRefused" >> Count("near_duplicates", "labels", "rejected"),
        ]
        return Unique(
            kept,
            looked_at,
            settled.roots,
            split.instead,
            split.moved,
            embedded.searched,
            rejects,
            counts,
        )


def _labels(_: str, found: Found) -> Iterator[tuple[str, Labels]]:
    """Under the id of the image kept, what is known of its copy."""
    for page in found["pages"]:
        for pair in found["dropped"]:
            if not is_evaluation(pair.kept):
                yield pair.kept, Labels(page, pair.alignment)


def part(image_id: str, found: Found) -> Iterator[Any]:
    """What becomes of a page of which it is known for what it was dropped, if so, and what its
    copies tell: the page, kept, or its reject, and what moves."""
    dropped: list[Duplicate] = sorted(found["dropped"], key=_telling)
    labels: list[Labels] = found["labels"]
    for page in found["pages"]:
        if dropped:
            pair, image = dropped[0], page.image
            yield beam.pvalue.TaggedOutput(REJECTED, _reject(page, pair))
            instead = Instead(pair.kept, pair.alignment, image.width, image.height)
            yield beam.pvalue.TaggedOutput(INSTEAD, (image_id, instead))
            for (
                copy
            ) in labels:  # of an image that was kept, until an evaluation image was seen in it
                if is_labelled(copy.page):
                    message = f"what was kept instead was dropped: {image.source}: {image.uri}"
                    reject = left_behind(copy.page, "image_dropped", message)
                    yield beam.pvalue.TaggedOutput(REFUSED, reject)
            continue
        with_labels = merged(page, labels)
        yield with_labels.page
        for moved in with_labels.moved:
            yield beam.pvalue.TaggedOutput(MOVED, moved)
        for reject in with_labels.rejects:
            yield beam.pvalue.TaggedOutput(REFUSED, reject)
        agreed = sum(is_labelled(copy.page) for copy in labels) - len(with_labels.rejects)
        yield beam.pvalue.TaggedOutput(AGREED, agreed)


def _telling(pair: Duplicate) -> tuple[bool, int, str, float]:
    """What an image is dropped for comes first, in one order wherever pairs come from."""
    return not is_evaluation(pair.kept), pair.distance, pair.kept, pair.difference


def _reject(page: Page, pair: Duplicate) -> Reject:
    bits = f"{pair.distance}"
    if is_evaluation(pair.kept):
        message = f"shows what the evaluation set shows: {display_name(pair.kept)}"
        return page_reject(page, "near_duplicates", "contamination", message, bits)
    message = f"shows the same as image {pair.kept} (text similarity {pair.similarity})"
    return page_reject(page, "near_duplicates", "near_duplicate", message, bits)
