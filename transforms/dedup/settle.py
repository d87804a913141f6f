"""From pairs found to be the same to what is kept and what is dropped, without chains.

Each dropped image was itself compared with the one that stays for it. Pairs are settled where their
connected component is; what is as large as the run is 16 bytes a copy (`components`). The outcome
depends neither on their order nor on who found them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.ledger import VERSION_SIMILARITY, Duplicate
from gyogwa.transforms.dedup.components import Components, component_of
from gyogwa.transforms.dedup.judge import Judged
from gyogwa.transforms.flow.steps import Composite, Found, Join

NEAR, DOCUMENTS, ROOTS = "near", "documents", "roots"


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


def settled(rows: Iterable[Judged]) -> Iterator[Duplicate]:
    """The rows of the duplicates table from pairs that are near, of one component or of several.

    Verdict "near" names the pair that drops its member; "alike" a pair that is as near, but whose
    member is dropped for another or whose better image is dropped itself.
    """
    pairs = sorted(rows, key=lambda row: (row.kept_rank, row.other_rank))
    instead = kept_instead((row.kept_rank, row.other_rank) for row in pairs)
    for row in pairs:
        if instead.get(row.other_rank) == row.kept_rank:
            yield replace(row.pair, cluster=row.pair.kept)
        else:
            yield replace(row.pair, verdict="alike")


class Settled(NamedTuple):
    """`pairs`: PCollection[Duplicate], a row of the duplicates table for each pair; `roots`: of
    (document, root), of documents that belong on one side of a split because pages of theirs are
    alike."""

    pairs: Any
    roots: Any


class SettlePairs(Composite):
    """Pairs judged to rows of the duplicates table and documents that belong together.

    Pairs that differ pass; those that are near meet by connected component (`components`), and so
    do documents, in the same steps.
    """

    def expand(self, judged: Any) -> Settled:
        names = tuple[str, str]
        told = judged | "Tell" >> beam.FlatMap(_told).with_output_types(
            Duplicate, near=Judged, documents=names
        ).with_outputs(NEAR, DOCUMENTS, main="main")
        links = (
            told.near | "Ranks" >> beam.Map(_ranks).with_output_types(names),
            told.documents | "Documents" >> beam.Map(_documents).with_output_types(names),
        ) | "Links" >> beam.Flatten()
        components = beam.pvalue.AsList(links | "Components" >> Components())
        met = {
            "near": told.near
            | "OfImages" >> beam.Map(_by_image, components).with_output_types(tuple[int, Judged]),
            "documents": told.documents
            | "OfDocuments"
            >> beam.Map(_by_document, components).with_output_types(tuple[int, names]),
        } | "Meet" >> Join(
            _settled,
            {"near": Judged, "documents": names},
            gives=Duplicate,
            tagged={ROOTS: names},
        )
        return Settled((told.main, met.main) | "Pairs" >> beam.Flatten(), met[ROOTS])


def _told(row: Judged) -> Iterator[Any]:
    near = row.pair.verdict == "near"
    yield beam.pvalue.TaggedOutput(NEAR, row) if near else row.pair
    related = near or row.pair.similarity >= VERSION_SIMILARITY
    if related and row.kept_document and row.other_document:
        yield beam.pvalue.TaggedOutput(DOCUMENTS, (row.kept_document, row.other_document))


def _image(rank: str) -> str:
    return f"image {rank}"


def _document(name: str) -> str:
    return f"document {name}"


def _ranks(row: Judged) -> tuple[str, str]:
    return _image(row.kept_rank), _image(row.other_rank)


def _documents(pair: tuple[str, str]) -> tuple[str, str]:
    return _document(pair[0]), _document(pair[1])


def _by_image(row: Judged, found: list[bytes]) -> tuple[int, Judged]:
    return component_of(_image(row.kept_rank), found), row


def _by_document(pair: tuple[str, str], found: list[bytes]) -> tuple[int, tuple[str, str]]:
    return component_of(_document(pair[0]), found), pair


def _settled(_: int, found: Found) -> Iterator[Any]:
    """What becomes of a component, be it of images or of documents."""
    yield from settled(found["near"])
    for names in joined(found["documents"]).items():
        yield beam.pvalue.TaggedOutput(ROOTS, names)
