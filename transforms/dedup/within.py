"""Copies inside a crowd: each image with its nearest by what the crowd varies in.

The views of a crowd (`variation`) come from a sample of it, and are applied where its members are;
only the short vectors meet at one worker. A copy of an image is its nearest in one of the views, or
next to it, unless other copies are. So an image's first few are asked about, and what else is near
is `LATER`: it is only asked about where both images have been found to have a copy. Images that are
next to the same in a view are tied to the first of them, later as well, so that of any number of
copies one is kept. Cost: 1 ms an image; memory of a crowd's worker: 300 bytes an image and view.

Of 216 copies of each of three templates (form, slide, screen; turned, cropped, shifted, half the
size, noisy, of one bit) among 240 fillings, each was the nearest in one of the two views.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import apache_beam as beam
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.neighbours import nearest
from gyogwa.transforms.dedup.variation import SAMPLE, View, seen, views_of
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.ingest.sketch import cells_of

NEAREST = (8, 4)
"""How many neighbours of an image are pairs in each view."""
FIRST = (2, 1)
"""How many of them are asked about at once."""
LATER = 1_000
"""The distance of a pair that is asked about only if both images have a copy."""
MOST = 0.8
"""One less the cosine of two vectors; that of two fillings is 1 on average."""
_SAME, _LEADERS = 0.25, 8
_SHARDS = 32

Ranked = tuple[tuple[str, str], int]


class Member(Row, frozen=True):
    """An image of a crowd."""

    rank: str
    sketch: str


class Seen(Row, frozen=True):
    """Images of a crowd in one view: vectors are float32, images x n."""

    ranks: list[str]
    vectors: bytes


class PairsWithin(Composite):
    """(Crowd, Member) to ((rank, rank), 0 or `LATER`); a pair may come from several crowds and
    views."""

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
            | "See"
            >> Join(_seen, {"members": Member, "views": View}, gives=tuple[tuple[str, int], Seen])
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
    for view in views_of(cells_of([member.sketch for member in drawn])):
        for shard in range(_SHARDS):
            yield (crowd, shard), view


def _seen(key: tuple[str, int], found: Found) -> Iterator[tuple[tuple[str, int], Seen]]:
    members = sorted(found["members"], key=lambda m: m.rank)
    if not members:
        return
    cells = cells_of([member.sketch for member in members])
    for number, view in enumerate(sorted(found["views"], key=lambda v: v.blur)):
        vectors = seen(view, cells).astype(np.float32)
        yield (key[0], number), Seen([member.rank for member in members], vectors.tobytes())


def _nearest(element: tuple[tuple[str, int], Iterable[Seen]]) -> Iterator[Ranked]:
    (_, view), parts = element
    listed = list(parts)
    ranks = list(chain.from_iterable(part.ranks for part in listed))
    data = b"".join(part.vectors for part in listed)
    vectors = np.frombuffer(data, np.float32).reshape(len(ranks), -1)
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    ranked = [ranks[at] for at in order]
    for first, second, distance in pairs_of(vectors[order], NEAREST[view], FIRST[view]):
        yield (ranked[first], ranked[second]), distance


def pairs_of(
    vectors: np.ndarray[Any, Any], count: int, at_once: int
) -> Iterator[tuple[int, int, int]]:
    """Places of vectors to be compared, in order of their rank, and 0, or `LATER` for those beyond
    the `at_once` nearest; each pair once or twice."""
    first, second, apart, order = nearest(vectors, count, MOST)
    later = np.where(order < at_once, 0, LATER)
    yield from zip(first.tolist(), second.tolist(), later.tolist(), strict=True)
    same = apart <= _SAME
    ties = coo_matrix(
        (np.ones(np.count_nonzero(same)), (first[same], second[same])), [len(vectors)] * 2
    )
    groups: dict[int, list[int]] = {}
    for place, group in enumerate(connected_components(ties, directed=False)[1].tolist()):
        leaders = groups.setdefault(group, [])
        for leader in leaders:
            yield leader, place, LATER
        if len(leaders) < _LEADERS:
            leaders.append(place)
