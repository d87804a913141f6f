"""Pairs of images whose hashes of one kind are equal or near one another.

Images whose hashes are equal are searched for as one. The first `TOGETHER` of them, in the order of
their names, stand for the rest: every pair among those and of each with all others is proposed, so
that ten thousand blank pages are tied together by 160 thousand pairs and not by 50 million. Of two
hashes near one another as many stand for each, and the first of each is tied to all of the other.
So where names are ranks, the image that is kept of a crowd was compared with all of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from gyogwa.transforms.dedup.hash_index import Found, as_words, pairs_in_bands

TOGETHER = 16
_NO_CROWD: frozenset[str] = frozenset()

Pair = tuple[str, str, int]
"""Two images and how many bits their hashes differ by."""


def same_hash(ids: Iterable[str]) -> Iterator[Pair]:
    """Pairs at distance 0 among images of one hash."""
    ordered = sorted(ids)
    for place, first in enumerate(ordered[:TOGETHER]):
        for second in ordered[place + 1 :]:
            yield first, second, 0


def near_hashes(
    bands: Iterable[int],
    hashes: Iterable[tuple[str, bytes]],
    radius: int,
    skipped: Callable[[int], None] | None = None,
) -> Iterator[Pair]:
    """Pairs of images with different hashes that one of these bands finds, each once.

    `hashes` are (id, 32 bytes). Ids within a pair are in order. `skipped` is told how many
    comparisons crowds cost, if any.
    """
    grouped = groups(hashes)
    distinct = sorted(grouped)
    if len(distinct) < 2:
        return
    found = pairs_in_bands(as_words(np.frombuffer(b"".join(distinct), np.uint8)), bands, radius)
    if skipped is not None and found.skipped:
        skipped(found.skipped)
    yield from spread(found, distinct, grouped)


def groups(hashes: Iterable[tuple[str, bytes]]) -> dict[bytes, list[str]]:
    """Hash to the ids that have it, in order; images without a hash are left out."""
    found: dict[bytes, list[str]] = {}
    for image_id, value in sorted(hashes):
        if value:
            found.setdefault(value, []).append(image_id)
    return found


def spread(
    found: Found, distinct: Sequence[bytes], grouped: dict[bytes, list[str]]
) -> Iterator[Pair]:
    """Pairs of hashes as pairs of the images that have them."""
    rows = np.stack([found.first, found.second, found.distance], axis=1).tolist()
    for first, second, distance in rows:
        ones, others = grouped[distinct[first]], grouped[distinct[second]]
        for place, one in enumerate(ones):
            tied = others if place == 0 else others[:TOGETHER] if place < TOGETHER else others[:1]
            for other in tied:
                low, high = sorted((one, other))
                yield low, high, distance


def without_crowds(pairs: Iterable[Pair], crowds: dict[str, frozenset[str]]) -> Iterator[Pair]:
    """Pairs less those of one crowd, be it by another hash: they were compared inside it."""
    for pair in pairs:
        first, second = (crowds.get(rank, _NO_CROWD) for rank in pair[:2])
        if first.isdisjoint(second):
            yield pair
