"""Which few images of a crowd may be copies of one: settled by what is kept of them, not by pixels.

Three measures tell how near two images are: the crowd's view of the sketches, the hash of the whole
and that of the box around the ink. In each a distance is taken by what is usual where the two are:
the distance of each one's `_USUAL`-th nearest (L. Zelnik-Manor and P. Perona, "Self-tuning spectral
clustering", 2004), or the crowd's, if that is more, since many copies of one are near each other.
Where the sketches tell fillings apart, a pair is asked about if it is among the `_FEW` nearest of
one of them and its least share of the usual is no more than `_SHARE`, or if its sketches are the
same. Where they don't, as on screens full to the edges, of which a crop takes some away, the
nearest by each measure are.

Chosen on the first 1,000 to 1,200 fillings each of three templates and 100 copies of each
(`benchmarks.templates`), whose sketches were laid on the template: copies lie within .34 of one
another where the sketch could be laid, the nearest others .44 to .53 in the middle.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gyogwa.transforms.dedup.hash_index import Places
from gyogwa.transforms.dedup.neighbours import fewest, nearest
from gyogwa.transforms.dedup.variation import Vectors

LATER = 1_000
"""The distance of a pair that is asked about only if both images have a copy."""
MOST = 0.8
"""One less the cosine of two vectors; that of two fillings is 1 on average."""
COUNT = 8
"""How many neighbours of an image are pairs by each measure."""
_USUAL = 4
_FEW, _SHARE = 2, 0.8
_NEAREST = (2, 4, 4)
_TELLS = 0.29
"""How far the nearest of 512 others is in the middle: forms .48, slides .58, screens .51."""
_SAME, _TIED, _LEADERS = 0.25, 0.27, 8
_CHUNK = 1 << 16


class Crowd(NamedTuple):
    """Images in the order of their ranks: `vectors` of unit length, the hashes `whole` and `boxed`,
    images x 32 bytes, and how far apart others are by the vectors (`variation.View`)."""

    vectors: Vectors
    whole: NDArray[np.uint8]
    boxed: NDArray[np.uint8]
    apart: float


def pairs_of(crowd: Crowd) -> Iterator[tuple[int, int, int]]:
    """Places of images to compare, the lower first, and 0, or `LATER`; a pair may come twice."""
    measures = [crowd.vectors, _signs(crowd.whole), _signs(crowd.boxed)]
    count = len(crowd.vectors)
    found = [nearest(vectors, COUNT, MOST) for vectors in measures]
    keys = [first * count + second for first, second, _, _ in found]
    pairs = np.unique(np.concatenate(keys))
    first, second = np.divmod(pairs, max(1, count))
    if crowd.apart >= _TELLS:
        share = np.min(
            [
                _share(vectors, first, second, _usual(near, count))
                for vectors, near in zip(measures, found, strict=True)
            ],
            axis=0,
        )
        ones, others, least, order = fewest(first, second, share, COUNT)
        close = (order < _FEW) & ((least <= _SHARE) | _same(crowd.vectors, ones, others))
        at_once = ones[close] * count + others[close]
    else:
        at_once = np.concatenate(
            [key[near[3] < few] for key, near, few in zip(keys, found, _NEAREST, strict=True)]
        )
    later = np.where(np.isin(pairs, at_once), 0, LATER)
    yield from zip(first.tolist(), second.tolist(), later.tolist(), strict=True)
    yield from _tied(found[0], count)


def _signs(hashes: NDArray[np.uint8]) -> Vectors:
    """Hashes as vectors of unit length; one less their cosine is 2 for the share of other bits."""
    signs: Vectors = np.unpackbits(hashes, axis=1).astype(np.float32) * 2 - 1
    return signs / np.float32(max(1, signs.shape[1]) ** 0.5)


def _usual(near: tuple[Any, Any, Any, Any], count: int) -> Vectors:
    """How far each one's `_USUAL`-th nearest is, at least as far as that of most."""
    first, second, apart, _ = near
    ones = np.concatenate([first, second])
    both = np.concatenate([apart, apart])
    order = np.lexsort((both, ones))
    ones, both = ones[order], both[order]
    begins = np.searchsorted(ones, np.arange(count))
    at = begins + _USUAL - 1
    usual = np.full(count, MOST, np.float32)
    there = at < np.searchsorted(ones, np.arange(count), side="right")
    usual[there] = both[at[there]]
    found: Vectors = np.maximum(usual, max(np.float32(np.median(usual)), np.float32(1e-3)))
    return found


def _share(vectors: Vectors, first: Places, second: Places, usual: Vectors) -> Vectors:
    share: Vectors = _apart(vectors, first, second) / np.sqrt(usual[first] * usual[second])
    return share


def _same(vectors: Vectors, first: Places, second: Places) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = _apart(vectors, first, second) <= _SAME
    return same


def _apart(vectors: Vectors, first: Places, second: Places) -> Vectors:
    found = np.empty(len(first), np.float32)
    for low in range(0, len(first), _CHUNK):
        part = slice(low, low + _CHUNK)
        found[part] = 1 - np.einsum("ij,ij->i", vectors[first[part]], vectors[second[part]])
    return found


def _tied(near: tuple[Any, Any, Any, Any], count: int) -> Iterator[tuple[int, int, int]]:
    """Images that are next to the same, each with the first of them."""
    first, second, apart, _ = near
    same = apart <= _TIED
    ties = coo_matrix((np.ones(np.count_nonzero(same)), (first[same], second[same])), [count] * 2)
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(connected_components(ties, directed=False)[1].tolist()):
        leaders = groups[group]
        for leader in leaders:
            yield leader, place, LATER
        if len(leaders) < _LEADERS:
            leaders.append(place)
