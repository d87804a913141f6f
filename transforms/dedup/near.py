"""Pages to the ones that stay: copies found by hash, judged by pixels, dropped for the better one.

Hashes propose, and sketches where many share a template (`propose`); a pair is looked at once, by
whatever run (`judge`), and `settle` decides in the order of ranks. Pairs travel by rank, which ends
in the image's id: so whoever stands for a crowd of like images is the one to keep. Images of one
page go to one stage, so copies are looked for in the whole run, within a source and across sources;
across stages there are none. Blank pages are no copies of one another but capped (`blanks`).
"""

from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.dedup.blanks import CapBlank
from gyogwa.transforms.dedup.contamination.embedded import FindEmbedded
from gyogwa.transforms.dedup.contamination.images import fingerprints_of
from gyogwa.transforms.dedup.fingerprint import Fingerprint, fingerprint
from gyogwa.transforms.dedup.judge import JudgePairs
from gyogwa.transforms.dedup.labels import has_labels
from gyogwa.transforms.dedup.parting import PartPages
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.settle import SettlePairs
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.steps import Composite


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
    """(Pages, rows of evaluation sets, looks and searches of earlier runs) to unique pages.

    Images of the evaluation sets, whose rows `benchmarks` (files of `BenchmarkRow`) hold, take part
    in the search, so that copies of them are dropped like any others, and so are pages that hold
    one as a part of them (`contamination.embedded`). Looks: see `judge.JudgePairs`; searches: see
    `embedded.FindEmbedded`.
    """

    def __init__(self, rules: Duplicates, benchmarks: list[str]) -> None:
        super().__init__()
        self.rules, self.benchmarks = rules, benchmarks

    def expand(self, found: tuple[Any, Any, Any, Any]) -> Unique:
        pages, rows, looks, searches = found
        capped = pages | "CapBlank" >> CapBlank(self.rules.max_blank_share)
        of_pages = capped.pages | "Fingerprint" >> beam.Map(fingerprint).with_output_types(
            Fingerprint
        )
        evaluated = rows | "EvaluationImages" >> beam.FlatMap(fingerprints_of).with_output_types(
            Fingerprint
        )
        prints = (of_pages, evaluated) | "Prints" >> beam.Flatten()
        proposed = prints | "Propose" >> ProposePairs(self.rules.max_distance)
        judged = (prints, proposed, looks) | "Judge" >> JudgePairs(self.rules)
        settled = judged | "Settle" >> SettlePairs()
        embedded = (capped.pages, settled.pairs, searches) | "Embedded" >> FindEmbedded(
            self.rules, self.benchmarks
        )
        looked_at = (settled.pairs, embedded.pairs) | "LookedAt" >> beam.Flatten()
        dropped = (
            looked_at
            | "NearOnly" >> beam.Filter(lambda pair: pair.verdict == "near")
            | "Members"
            >> beam.Map(lambda pair: (pair.member, pair)).with_output_types(tuple[str, Duplicate])
        )
        split = (capped.pages, dropped) | "Part" >> PartPages()
        kept = (split.pages, capped.blank) | "Kept" >> beam.Flatten()
        gone = (split.rejected, capped.rejects) | "Dropped" >> beam.Flatten()
        rejects = (gone, split.refused) | "Rejects" >> beam.Flatten()
        labelled = split.labels | "Labelled" >> beam.Filter(lambda keyed: has_labels(keyed[1].page))
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
