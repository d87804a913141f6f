"""From pairs found to be the same to what is kept and what is dropped, without chains.

Each dropped image was itself compared with the one that stays for it. Time and memory grow with the
number of pairs; the outcome depends neither on their order nor on who found them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.ledger import VERSION_SIMILARITY, Duplicate
from gyogwa.transforms.dedup.judge import Judged
from gyogwa.transforms.flow.steps import Composite

DOCUMENTS = "documents"


def _any(first: str, second: str) -> bool:
    return True


def kept_instead(
    pairs: Iterable[tuple[str, str]], same: Callable[[str, str], bool] = _any
) -> dict[str, str]:
    """From pairs of ranks found near to each dropped rank and the kept one that it is near to.

    `same(kept, other)` says whether a pair is one; it is asked only about images that are kept,
    which is about once a copy, and must not depend on what it was asked before.

    In order of rank, an image is dropped when it is near one that is kept already. So whatever is
    dropped was itself compared with what stays, and no chain of likenesses swallows others. The
    order of the pairs doesn't matter.
    """
    near: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        near[max(first, second)].add(min(first, second))
    dropped: dict[str, str] = {}
    for rank in sorted(near):
        kept = sorted(other for other in near[rank] if other not in dropped)
        found = next((other for other in kept if same(other, rank)), None)
        if found is not None:
            dropped[rank] = found
    return dropped


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """From pairs of names to each name's smallest connected one, whatever the order of pairs."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {node: root(node) for node in list(parent)}


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
    related = [
        row
        for row in pairs
        if (row.pair.verdict == "near" or row.pair.similarity >= VERSION_SIMILARITY)
        and row.kept_document
        and row.other_document
    ]
    for document, root in joined((r.kept_document, r.other_document) for r in related).items():
        yield beam.pvalue.TaggedOutput(DOCUMENTS, (document, root))


class Settled(NamedTuple):
    """`pairs`: PCollection[Duplicate]; `roots`: of (document, root)."""

    pairs: Any
    roots: Any


class SettlePairs(Composite):
    """Pairs judged to rows of the duplicates table and documents that belong together."""

    def expand(self, judged: Any) -> Settled:
        outcome = (
            judged
            | "OneKey" >> beam.Map(lambda row: (0, row)).with_output_types(tuple[int, Judged])
            | "Gather" >> beam.GroupByKey()
            | "Settle"
            >> beam.FlatMap(lambda kv: settled(kv[1]))
            .with_output_types(Duplicate, documents=tuple[str, str])
            .with_outputs(DOCUMENTS, main="main")
        )
        return Settled(outcome.main, outcome.documents)
