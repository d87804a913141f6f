"""Which images may be copies of one another: those with a hash of one kind within the radius.

Images whose hashes are equal are searched for as one. The first `TOGETHER` of them, in the order of
their names, stand for the rest: every pair among those and of each with all others is proposed, so
that ten thousand blank pages are tied together by 160 thousand pairs and not by 50 million. Of two
hashes near one another as many stand for each, and the first of each is tied to all of the other.
So where names are ranks, the image that is kept of a crowd was compared with all of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from transforms.duplicates.index import Found, pairs_in_band, words_of

TOGETHER = 16

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
    passed_over: Callable[[int], None] | None = None,
) -> Iterator[Pair]:
    """Pairs of images with different hashes that this band finds; a pair may come from several.

    `hashes` are (id, 64 hex digits). Ids within a pair are in order. `passed_over` is told how many
    comparisons crowds cost, if any.
    """
    grouped = groups(hashes)
    distinct = sorted(grouped)
    if len(distinct) < 2:
        return
    found = pairs_in_band(words_of(distinct), band, radius)
    if passed_over is not None and found.passed_over:
        passed_over(found.passed_over)
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
