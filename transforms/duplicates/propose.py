"""Which images may be copies of one another: those with a hash of one kind within the radius.

Images whose hashes are equal are searched for as one. Up to `TOGETHER` of them stand for the rest,
in the order of their ids: every pair among those and of each with all others is proposed, so that
ten thousand blank pages are tied together by 160 thousand pairs and not by 50 million. Of two
hashes near one another as many stand for each.
"""

from collections.abc import Iterable, Iterator, Sequence

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


def near_hashes(band: int, hashes: Iterable[tuple[str, str]], radius: int) -> Iterator[Pair]:
    """Pairs of images with different hashes that this band finds; a pair may come from several.

    `hashes` are (id, 64 hex digits). Ids within a pair are in order.
    """
    grouped = groups(hashes)
    distinct = sorted(grouped)
    if len(distinct) < 2:
        return
    yield from spread(pairs_in_band(words_of(distinct), band, radius), distinct, grouped)


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
        for one in grouped[distinct[first]][:TOGETHER]:
            for other in grouped[distinct[second]][:TOGETHER]:
                low, high = sorted((one, other))
                yield low, high, distance
