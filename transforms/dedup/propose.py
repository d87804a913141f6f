"""Which images may be copies of one another: those with a hash of one kind within the radius, and
those that say the same (`words`).

Images of one template would all be proposed to one another. They are found first (`crowds`) and
compared by their sketches instead (`within`), each with its few nearest; what has no sketch, or is
no template's, is searched for by hash.

Hashes travel in blocks of some hundred images, all kinds together, and on to the search in `SHARES`
of the bands: each holds all hashes of its kind that are in no crowd, 32 bytes and a rank each, and
tells a pair once however many of its bands find it.

Beam counters, namespace "duplicates": `skipped`, comparisons of hashes that were not made because
too many are alike; `crowds`, hashes that more than `by_hash.TOGETHER` images share; `crowded`,
images whose copies were looked for inside a crowd.
"""

import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics

from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.by_hash import (
    TOGETHER,
    Pair,
    groups,
    near_hashes,
    same_hash,
    without_crowds,
)
from gyogwa.transforms.dedup.crowds import Crowds, centres_of
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.hash_index import BANDS, Words, as_words
from gyogwa.transforms.dedup.judge import NAMESPACE
from gyogwa.transforms.dedup.within import Member, PairsWithin
from gyogwa.transforms.dedup.words import PairsByWords
from gyogwa.transforms.flow.steps import Composite, LeastByKey
from gyogwa.transforms.ingest.hashes import KINDS

SHARES = 3
_BLOCKS = 256
_BYTES = 32


class Slim(Row, frozen=True):
    """What the search by hash needs of a fingerprint: hashes of 32 bytes, in the order of `KINDS`,
    empty where there is none, and whether there is a sketch."""

    rank: str
    hashes: list[bytes]
    sketched: bool


class Block(Row, frozen=True):
    """Some images, in the order of their ranks."""

    images: list[Slim]

    def having(self, kind: int) -> tuple[list[Slim], bytes]:
        """Those that have a hash of a kind, and these hashes, joined."""
        having = [image for image in self.images if image.hashes[kind]]
        return having, b"".join(image.hashes[kind] for image in having)


class Hashed(Row, frozen=True):
    """Of many images the rank, the hashes of one kind, joined, and the crowds of other kinds whose
    members they are."""

    ranks: list[str]
    hashes: bytes
    crowds: list[list[str]]


class Centres(Row, frozen=True):
    """The centres of the crowds of one kind, joined, sorted."""

    kind: str
    hashes: bytes


class ProposePairs(Composite):
    """Fingerprints to ((rank, rank), distance), each pair once with its least distance in bits;
    that of a pair found by words is 0, inside a crowd 0 or `likeness.LATER`."""

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
            | "Block" >> beam.Map(_block).with_output_types(Block)
        )
        centres = (
            blocks
            | "HashesOfKind" >> beam.FlatMap(_of_kinds).with_output_types(tuple[str, bytes])
            | "GroupKind" >> beam.GroupByKey()
            | "Centres" >> beam.Map(_centres).with_output_types(Centres)
        )
        near = (
            blocks
            | "Deal"
            >> beam.FlatMap(_dealt, beam.pvalue.AsList(centres)).with_output_types(
                tuple[str, Hashed]
            )
            | "GroupShare" >> beam.GroupByKey()
            | "PairsInShare" >> beam.FlatMap(_near, radius=self.radius).with_output_types(pair)
        )
        within = (
            prints
            | "Sketched" >> beam.FlatMap(_sketched).with_output_types(Member)
            | "Members"
            >> beam.FlatMap(_members, beam.pvalue.AsList(centres)).with_output_types(
                tuple[str, Member]
            )
            | "Within" >> PairsWithin()
        )
        said = prints | "Words" >> PairsByWords()
        return (near, within, said) | "Proposed" >> beam.Flatten() | "Nearest" >> LeastByKey()


def _slim(print_: Fingerprint) -> Slim:
    hashes = print_.hashes
    of_kinds = [bytes.fromhex(getattr(hashes, kind)) for kind in KINDS]
    return Slim(print_.rank, of_kinds, bool(hashes.sketch))


def _block(element: tuple[int, Iterable[Slim]]) -> Block:
    return Block(sorted(element[1], key=lambda image: image.rank))


def _words(hashes: bytes) -> Words:
    return as_words(np.frombuffer(hashes, np.uint8))


def _of_kinds(block: Block) -> Iterator[tuple[str, bytes]]:
    for number, kind in enumerate(KINDS):
        yield kind, block.having(number)[1]


def _centres(element: tuple[str, Iterable[bytes]]) -> Centres:
    kind, hashes = element
    found = centres_of(_words(b"".join(hashes)))
    return Centres(kind, found.astype(">u8").tobytes())


class _Placed(NamedTuple):
    """Of some images with a hash of a kind, the crowds that each takes part in and whether it is
    compared there alone."""

    images: list[Slim]
    crowds: list[list[str]]
    core: list[bool]


@lru_cache(len(KINDS))  # asked for every image that has a sketch
def _crowds(centres: bytes) -> Crowds:
    return Crowds.of(_words(centres))


def _placed(block: Block, centres: list[Centres]) -> Iterator[_Placed]:
    """By kind, where the images of a block belong; one without a sketch belongs to no crowd."""
    for number, kind in enumerate(KINDS):
        having, hashes = block.having(number)
        of_kind = next((c.hashes for c in centres if c.kind == kind), b"")
        if not of_kind:
            yield _Placed(having, [[] for _ in having], [False] * len(having))
            continue
        found, core = _crowds(of_kind).placed(_words(hashes))
        crowds = [
            [f"{kind}-{crowd:06d}" for crowd in names] if slim.sketched else []
            for slim, names in zip(having, found, strict=True)
        ]
        inside = [c and slim.sketched for slim, c in zip(having, core.tolist(), strict=True)]
        yield _Placed(having, crowds, inside)


def _sketched(print_: Fingerprint) -> Iterator[Member]:
    """What a crowd needs of an image, if it can be of any; it waits for the centres as this."""
    if print_.hashes.sketch:
        yield Member(print_.rank, b64decode(print_.hashes.sketch), *_slim(print_).hashes)


def _members(member: Member, centres: list[Centres]) -> Iterator[tuple[str, Member]]:
    """An image to each crowd that it takes part in."""
    if any(of_kind.hashes for of_kind in centres):
        hashes = [member.whole, member.boxed, member.centred]
        for found in _placed(Block([Slim(member.rank, hashes, True)]), centres):
            for names in found.crowds:
                for name in names:
                    yield name, member


def _dealt(block: Block, centres: list[Centres]) -> Iterator[tuple[str, Hashed]]:
    """The images that aren't compared inside a crowd alone, to every share of the bands."""
    by_kind = list(_placed(block, centres))
    crowded: dict[str, list[str]] = {slim.rank: [] for slim in block.images}
    for found in by_kind:
        Metrics.counter(NAMESPACE, "crowded").inc(sum(found.core))
        for slim, names in zip(found.images, found.crowds, strict=True):
            crowded[slim.rank] += names
    for number, (kind, found) in enumerate(zip(KINDS, by_kind, strict=True)):
        rest = [slim for slim, core in zip(found.images, found.core, strict=True) if not core]
        if rest:
            joined = b"".join(slim.hashes[number] for slim in rest)
            ranks = [slim.rank for slim in rest]
            hashed = Hashed(ranks, joined, [crowded[rank] for rank in ranks])
            for share in range(SHARES):
                yield f"{kind}-{share}", hashed


def _near(
    element: tuple[str, Iterable[Hashed]], radius: int
) -> Iterator[tuple[tuple[str, str], int]]:
    key, blocks = element
    hashes, crowds = [], {}
    for block in blocks:
        for at, rank in enumerate(block.ranks):
            hashes.append((rank, block.hashes[_BYTES * at : _BYTES * (at + 1)]))
            if block.crowds[at]:
                crowds[rank] = frozenset(block.crowds[at])
    skipped = Metrics.counter(NAMESPACE, "skipped")
    share = int(key.split("-")[1])
    found: list[Iterator[Pair]] = []
    if share == 0:
        for ranks in groups(hashes).values():
            beyond = len(ranks) - TOGETHER
            if beyond > 0:
                Metrics.counter(NAMESPACE, "crowds").inc()
                skipped.inc(beyond * (beyond - 1) // 2)
            found.append(same_hash(ranks))
    bands = range(share, BANDS, SHARES)
    found.append(near_hashes(bands, hashes, radius, skipped.inc))
    for first, second, distance in without_crowds(chain.from_iterable(found), crowds):
        yield (first, second), distance
