"""Which images may be copies of one another: those with a hash of one kind within the radius, and
those that say the same (`words`).

Images of one template would all be proposed to one another. They are found first (`crowds`) and
compared by their sketches instead (`within`), each with its few nearest; what has no sketch, or is
no template's, is searched for by hash.

Images whose hashes are equal are searched for as one. The first `TOGETHER` of them, in the order of
their names, stand for the rest: every pair among those and of each with all others is proposed, so
that ten thousand blank pages are tied together by 160 thousand pairs and not by 50 million. Of two
hashes near one another as many stand for each, and the first of each is tied to all of the other.
So where names are ranks, the image that is kept of a crowd was compared with all of it.

Hashes travel in blocks of some hundred images. A band's search holds all hashes of its kind that
are in no crowd: 32 bytes and a rank each.

Beam counters, namespace "duplicates": `skipped`, comparisons of hashes that were not made because
too many are alike; `crowds`, hashes that more than `TOGETHER` images share; `crowded`, images whose
copies were looked for inside a crowd.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics

from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.crowds import centres_of, placed
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.hash_index import BANDS, Found, Words, pairs_in_band, words_of
from gyogwa.transforms.dedup.judge import NAMESPACE
from gyogwa.transforms.dedup.within import Member, PairsWithin
from gyogwa.transforms.dedup.words import PairsByWords
from gyogwa.transforms.flow.steps import Composite, LeastByKey
from gyogwa.transforms.ingest.hashes import KINDS

TOGETHER = 16
_BLOCKS = 256
_HEX = 64
MEMBERS, EQUAL = "members", "equal"

Pair = tuple[str, str, int]


def same_hash(ids: Iterable[str]) -> Iterator[Pair]:
    """Pairs at distance 0 among images of one hash."""
    ordered = sorted(ids)
    for place, first in enumerate(ordered[:TOGETHER]):
        for second in ordered[place + 1 :]:
            yield first, second, 0


def near_hashes(
    band: int,
    hashes: Iterable[tuple[str, str]],
    radius: int,
    skipped: Callable[[int], None] | None = None,
) -> Iterator[Pair]:
    """Pairs of images with different hashes that this band finds; a pair may come from several.

    `hashes` are (id, 64 hex digits). Ids within a pair are in order. `skipped` is told how many
    comparisons crowds cost, if any.
    """
    grouped = groups(hashes)
    distinct = sorted(grouped)
    if len(distinct) < 2:
        return
    found = pairs_in_band(words_of(distinct), band, radius)
    if skipped is not None and found.skipped:
        skipped(found.skipped)
    yield from spread(found, distinct, grouped)


def groups(hashes: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Hash to the ids that have it, in order; images without a hash are left out."""
    found: dict[str, list[str]] = {}
    for image_id, value in sorted(hashes):
        if value:
            found.setdefault(value, []).append(image_id)
    return found


def spread(found: Found, distinct: Sequence[str], grouped: dict[str, list[str]]) -> Iterator[Pair]:
    """Pairs of hashes as pairs of the images that have them."""
    rows = np.stack([found.first, found.second, found.distance], axis=1).tolist()
    for first, second, distance in rows:
        ones, others = grouped[distinct[first]], grouped[distinct[second]]
        for place, one in enumerate(ones):
            tied = others if place == 0 else others[:TOGETHER] if place < TOGETHER else others[:1]
            for other in tied:
                low, high = sorted((one, other))
                yield low, high, distance


class Hashed(Row, frozen=True):
    """Of many images the rank, the hashes of one kind, 64 hex digits each, joined, and sketches
    where they are needed."""

    kind: str
    ranks: list[str]
    hashes: str
    sketches: list[str]


class Centres(Row, frozen=True):
    """The centres of the crowds of one kind, 64 hex digits each, joined, sorted."""

    kind: str
    hashes: str


class ProposePairs(Composite):
    """Fingerprints to ((rank, rank), distance), each pair once with its least distance in bits;
    that of a pair found by words is 0, by sketch 0 or `within.LATER`."""

    def __init__(self, radius: int) -> None:
        super().__init__()
        self.radius = radius

    def expand(self, prints: Any) -> Any:
        pair = tuple[tuple[str, str], int]
        blocks = (
            prints
            | "ToBlock"
            >> beam.Map(
                lambda f: (zlib.crc32(f.rank.encode()) % _BLOCKS, _slim(f))
            ).with_output_types(tuple[int, Slim])
            | "GroupBlock" >> beam.GroupByKey()
            | "Block" >> beam.FlatMap(_hashed).with_output_types(Hashed)
        )
        centres = (
            blocks
            | "HashesOfKind"
            >> beam.Map(lambda b: (b.kind, b.hashes)).with_output_types(tuple[str, str])
            | "GroupKind" >> beam.GroupByKey()
            | "Centres" >> beam.Map(_centres).with_output_types(Centres)
        )
        dealt = blocks | "Deal" >> beam.FlatMap(
            _dealt, beam.pvalue.AsList(centres)
        ).with_output_types(
            tuple[str, Hashed], members=tuple[str, Member], equal=tuple[str, str]
        ).with_outputs(MEMBERS, EQUAL, main="main")
        equal = (
            dealt.equal
            | "GroupHash" >> beam.GroupByKey()
            | "EqualHashes" >> beam.FlatMap(_equal).with_output_types(pair)
        )
        near = (
            dealt.main
            | "GroupBand" >> beam.GroupByKey()
            | "PairsInBand" >> beam.FlatMap(_near, radius=self.radius).with_output_types(pair)
        )
        within = dealt.members | "Within" >> PairsWithin()
        said = prints | "Words" >> PairsByWords()
        return (
            (equal, near, within, said) | "Proposed" >> beam.Flatten() | "Nearest" >> LeastByKey()
        )


class Slim(Row, frozen=True):
    """What the search needs of a fingerprint."""

    rank: str
    whole: str
    boxed: str
    centred: str
    sketch: str


def _slim(print_: Fingerprint) -> Slim:
    hashes = print_.hashes
    return Slim(print_.rank, hashes.whole, hashes.boxed, hashes.centred, hashes.sketch)


def _hashed(element: tuple[int, Iterable[Slim]]) -> Iterator[Hashed]:
    slim = sorted(element[1], key=lambda s: s.rank)
    for kind in KINDS:
        having = [s for s in slim if getattr(s, kind)]
        if having:
            hashes = "".join(getattr(s, kind) for s in having)
            yield Hashed(kind, [s.rank for s in having], hashes, [s.sketch for s in having])


def _words(hashes: str) -> Words:
    return words_of([hashes]) if hashes else words_of([])


def _centres(element: tuple[str, Iterable[str]]) -> Centres:
    kind, hashes = element
    found = centres_of(_words("".join(hashes)))
    return Centres(kind, found.astype(">u8").tobytes().hex())


def _dealt(block: Hashed, centres: list[Centres]) -> Iterator[Any]:
    """Images of crowds to their crowd; the others to every band, and to those of equal hash."""
    of_kind = next(c for c in centres if c.kind == block.kind)
    crowds, core = placed(_words(block.hashes), _words(of_kind.hashes))
    loose = []
    for at, (rank, sketch) in enumerate(zip(block.ranks, block.sketches, strict=True)):
        for crowd in crowds[at] if sketch else ():
            yield beam.pvalue.TaggedOutput(
                MEMBERS, (f"{block.kind}-{crowd:06d}", Member(rank, sketch))
            )
        if core[at] and sketch:
            Metrics.counter(NAMESPACE, "crowded").inc()
            continue
        loose.append(at)
        value = block.hashes[_HEX * at : _HEX * (at + 1)]
        yield beam.pvalue.TaggedOutput(EQUAL, (block.kind + value, rank))
    if loose:
        hashes = "".join(block.hashes[_HEX * at : _HEX * (at + 1)] for at in loose)
        rest = Hashed(block.kind, [block.ranks[at] for at in loose], hashes, [])
        for band in range(BANDS):
            yield f"{block.kind}-{band}", rest


def _keyed(pairs: Iterable[Pair]) -> Iterator[tuple[tuple[str, str], int]]:
    for first, second, distance in pairs:
        yield (first, second), distance


def _equal(element: tuple[str, Iterable[str]]) -> Iterator[tuple[tuple[str, str], int]]:
    ranks = list(element[1])
    beyond = len(ranks) - TOGETHER
    if beyond > 0:
        Metrics.counter(NAMESPACE, "crowds").inc()
        Metrics.counter(NAMESPACE, "skipped").inc(beyond * (beyond - 1) // 2)
    yield from _keyed(same_hash(ranks))


def _near(
    element: tuple[str, Iterable[Hashed]], radius: int
) -> Iterator[tuple[tuple[str, str], int]]:
    key, blocks = element
    hashes = [
        (rank, block.hashes[_HEX * at : _HEX * (at + 1)])
        for block in blocks
        for at, rank in enumerate(block.ranks)
    ]
    skipped = Metrics.counter(NAMESPACE, "skipped")
    yield from _keyed(near_hashes(int(key.split("-")[1]), hashes, radius, skipped.inc))
