"""Copies inside a crowd: each image with its nearest, by what the crowd varies in and by hashes.

The view of a crowd (`variation`) comes from a sample of it, and is applied where its members are;
only the short vectors and two hashes meet at one worker, where `likeness` tells which few of an
image's neighbours are asked about at once. What else is near is `LATER`: it is only asked about
where both images have been found to have a copy. Images that are next to the same are tied to the
first of them, later as well, so that of any number of copies one is kept. Cost: 7 ms an image;
memory of a crowd's worker: 600 bytes an image and what `neighbours` takes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.likeness import Crowd, pairs_of
from gyogwa.transforms.dedup.variation import SAMPLE, View, seen, view_of
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.ingest.sketch import cells_of

_SHARDS = 16
_CHUNK = 1024

Ranked = tuple[tuple[str, str], int]


class Member(Row, frozen=True):
    """An image that may be of a crowd: its sketch, and the hashes of the whole, of the box around
    the ink and around its centre, 32 bytes each."""

    rank: str
    sketch: bytes
    whole: bytes
    boxed: bytes
    centred: bytes


class Seen(Row, frozen=True):
    """Images of a crowd in its view: vectors are float32, images x n; hashes 32 bytes each, joined.
    `apart`: see `variation.View`."""

    ranks: list[str]
    vectors: bytes
    whole: bytes
    boxed: bytes
    apart: float


class PairsWithin(Composite):
    """(Crowd, Member) to ((rank, rank), 0 or `LATER`); a pair may come from several crowds."""

    def expand(self, members: Any) -> Any:
        shard = tuple[str, int]
        sharded = members | "Shard" >> beam.Map(_sharded).with_output_types(tuple[shard, Member])
        views = (
            sharded
            | "GroupShard" >> beam.GroupByKey()
            | "Sample" >> beam.FlatMap(_sampled).with_output_types(tuple[str, Member])
            | "GroupSample" >> beam.GroupByKey()
            | "Views" >> beam.FlatMap(_viewed).with_output_types(tuple[shard, View])
        )
        return (
            {"members": sharded, "views": views}
            | "See" >> Join(_seen, {"members": Member, "views": View}, gives=tuple[str, Seen])
            | "GroupCrowd" >> beam.GroupByKey()
            | "Nearest" >> beam.FlatMap(_nearest).with_output_types(Ranked)
        )


def _drawn(rank: str) -> str:
    return hash_of("crowd", rank)


def _sharded(element: tuple[str, Member]) -> tuple[tuple[str, int], Member]:
    crowd, member = element
    return (crowd, int(_drawn(member.rank)[:8], 16) % _SHARDS), member


def _sampled(element: tuple[tuple[str, int], Iterable[Member]]) -> Iterator[tuple[str, Member]]:
    (crowd, _), members = element
    drawn = sorted(members, key=lambda m: _drawn(m.rank))
    for member in drawn[: SAMPLE // _SHARDS]:
        yield crowd, member


def _viewed(element: tuple[str, Iterable[Member]]) -> Iterator[tuple[tuple[str, int], View]]:
    crowd, members = element
    drawn = sorted(members, key=lambda m: _drawn(m.rank))
    view = view_of(cells_of([member.sketch for member in drawn]))
    for shard in range(_SHARDS):
        yield (crowd, shard), view


def _seen(key: tuple[str, int], found: Found) -> Iterator[tuple[str, Seen]]:
    members = sorted(found["members"], key=lambda m: m.rank)
    for view in found["views"] if members else ():
        for low in range(0, len(members), _CHUNK):
            some = members[low : low + _CHUNK]
            vectors = seen(view, cells_of([member.sketch for member in some]))
            yield (
                key[0],
                Seen(
                    [member.rank for member in some],
                    vectors.tobytes(),
                    b"".join(member.whole for member in some),
                    b"".join(member.boxed for member in some),
                    view.apart,
                ),
            )


def _nearest(element: tuple[str, Iterable[Seen]]) -> Iterator[Ranked]:
    parts = list(element[1])
    ranks = np.array([rank for part in parts for rank in part.ranks])
    order = np.argsort(ranks)
    ranked = ranks[order].tolist()

    def rows(name: str, kind: type) -> Any:
        data = b"".join(getattr(part, name) for part in parts)
        return np.frombuffer(data, kind).reshape(len(ranks), -1)[order]

    vectors, whole, boxed = (
        rows("vectors", np.float32),
        *(rows(name, np.uint8) for name in ("whole", "boxed")),
    )
    for first, second, distance in pairs_of(Crowd(vectors, whole, boxed, parts[0].apart)):
        yield (ranked[first], ranked[second]), distance
