"""Search among 256-bit hashes: all pairs within a Hamming radius, in time nearly linear.

The bits are dealt to 12 bands of 21 or 22 bits. Two hashes that differ in at most 23 bits differ in
at most one bit of some band (12 x 2 > 23), so each band looks every value up as it is and with each
of its bits turned: every pair within `EXACT` is found (Norouzi, Punjani and Fleet, "Fast exact
search in Hamming space with multi-index hashing", 2014). Beyond it a pair is found if chance puts
at most one of its differing bits into some band: 97 % of pairs at 31 bits, 87 % at 40.

Equal hashes are searched for once. Where more than `CROWD` hashes meet in one place of a band, as
pages with next to nothing on them do, each is compared with `NEIGHBOURS` that follow in the order
of its other bits instead of with all; what is passed over so is counted.

Cost: 12 bands x 22 look-ups a hash, and N^2 / 6,700 comparisons where hashes are spread evenly (a
million: 75 million of them). Memory: 100 bytes a hash of one band, and 300 MB of buffers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]

BITS = 256
BANDS = 12
EXACT = 2 * BANDS - 1
CROWD = 512
NEIGHBOURS = 64
_CHUNK = 1 << 20

_DEALT = np.concatenate([np.arange(band, BITS, BANDS) for band in range(BANDS)])
_WIDTHS = [len(range(band, BITS, BANDS)) for band in range(BANDS)]
_STARTS = np.concatenate([[0], np.cumsum(_WIDTHS)])


@dataclass(frozen=True)
class Found:
    """Pairs by place, `first` < `second`, sorted, each once; how many comparisons crowds cost."""

    first: Places
    second: Places
    distance: NDArray[np.int64]
    passed_over: int


def words_of(hashes: Iterable[str]) -> Words:
    """Hashes of 64 hex digits as rows of four words, their bits dealt band by band."""
    packed = np.frombuffer(b"".join(bytes.fromhex(value) for value in hashes), np.uint8)
    return dealt(packed.reshape(-1, BITS // 8))


def dealt(packed: NDArray[np.uint8]) -> Words:
    """Rows of 32 bytes as rows of four words in which each band's bits stand together."""
    words = np.empty((len(packed), 4), np.uint64)
    for start in range(0, len(packed), _CHUNK // 8):
        bits = np.unpackbits(packed[start : start + _CHUNK // 8], axis=1)[:, _DEALT]
        words[start : start + len(bits)] = np.ascontiguousarray(np.packbits(bits, axis=1)).view(
            ">u8"
        )
    return words


def pairs_within(words: Words, radius: int) -> Found:
    """All pairs of distinct rows within `radius` that some band finds; rows must differ."""
    parts = [pairs_in_band(words, band, radius) for band in range(BANDS)]
    key = np.concatenate([part.first * len(words) + part.second for part in parts])
    distance = np.concatenate([part.distance for part in parts])
    unique, at = np.unique(key, return_index=True)
    first, second = np.divmod(unique, max(len(words), 1))
    return Found(first, second, distance[at], sum(part.passed_over for part in parts))


def pairs_in_band(words: Words, band: int, radius: int) -> Found:
    """The pairs within `radius` that differ in at most one bit of this band."""
    values = band_values(words, band)
    order = np.argsort(values, kind="stable")
    ordered = words[order]
    size = 1 << _WIDTHS[band]
    counts = np.bincount(values, minlength=size)
    starts = np.cumsum(counts) - counts
    present = counts > 0  # small enough to stay in the processor's cache
    taken = np.flatnonzero(present)
    alone = np.ascontiguousarray(ordered[:, :2].T)
    none = np.empty(0, np.int64)
    found: list[tuple[Places, Places, NDArray[np.int64]]] = [(none, none, none)]
    passed_over = 0
    for bit in [0, *(1 << bit for bit in range(_WIDTHS[band]))]:
        here = taken[(taken & bit) == 0]
        here = here[present[here | bit]] if bit else here[counts[here] > 1]
        there = here | bit
        sizes = counts[here] * counts[there]
        single = sizes == 1
        found.append(_near(ordered, alone, starts[here[single]], starts[there[single]], radius))
        here, there, sizes = here[~single], there[~single], sizes[~single]
        crowded = sizes > CROWD**2
        for a, b in zip(here[crowded], there[crowded], strict=True):
            places = _range(starts[a], counts[a])
            if bit:
                places = np.concatenate([places, _range(starts[b], counts[b])])
            all_pairs = counts[a] * counts[b] if bit else counts[a] * (counts[a] - 1) // 2
            crowd, compared = _crowd(ordered, alone, places, band, radius)
            found.append(crowd)
            passed_over += max(0, int(all_pairs) - compared)
        here, there = here[~crowded], there[~crowded]
        for first, second in _products(starts, counts, here, there):
            if not bit:
                once = first < second
                first, second = first[once], second[once]
            found.append(_near(ordered, alone, first, second, radius))
    first, second, distance = (np.concatenate(column) for column in zip(*found, strict=True))
    first, second = order[first], order[second]
    return Found(np.minimum(first, second), np.maximum(first, second), distance, passed_over)


def band_values(words: Words, band: int) -> Places:
    """The bits of one band of each row, as a number."""
    start, width = int(_STARTS[band]), _WIDTHS[band]
    word, offset = divmod(start, 64)
    value = words[:, word] << np.uint64(offset)
    if offset + width > 64:
        value = value | (words[:, word + 1] >> np.uint64(64 - offset))
    return (value >> np.uint64(64 - width)).astype(np.int64)


def _range(start: int, count: int) -> Places:
    return np.arange(start, start + count, dtype=np.int64)


def _products(
    starts: Places, counts: Places, here: Places, there: Places
) -> Iterator[tuple[Places, Places]]:
    """Every member of each bucket `here` with every one of its bucket `there`, in chunks."""
    sizes = counts[here] * counts[there]
    ends = np.cumsum(sizes)
    low = 0
    while low < len(here):
        done = ends[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + _CHUNK, "right")))
        part = slice(low, high)
        bucket = np.repeat(np.arange(low, high), sizes[part])
        rank = np.arange(len(bucket)) - (ends[bucket] - sizes[bucket] - done)
        row, column = np.divmod(rank, counts[there[bucket]])
        yield starts[here[bucket]] + row, starts[there[bucket]] + column
        low = high


def _near(
    words: Words, halves: Words, first: Places, second: Places, radius: int
) -> tuple[Places, Places, NDArray[np.int64]]:
    """Those of the pairs that are within the radius; half of the bits, `halves` by column, settle
    nearly all."""
    half = np.bitwise_count(halves[0][first] ^ halves[0][second])
    half = half + np.bitwise_count(halves[1][first] ^ halves[1][second])
    close = half <= radius
    first, second = first[close], second[close]
    distance = np.bitwise_count(words[first] ^ words[second]).sum(axis=1, dtype=np.int64)
    near = distance <= radius
    return first[near], second[near], distance[near]


def _crowd(
    words: Words, halves: Words, places: Places, band: int, radius: int
) -> tuple[tuple[Places, Places, NDArray[np.int64]], int]:
    """The near pairs among neighbours in the order of the bits that follow this band, and how many
    were compared."""
    turned = np.roll(words[places], -(int(_STARTS[band]) // 64 + 1), axis=1)
    places = places[np.lexsort(turned.T[::-1])]
    parts = [
        _near(words, halves, places[:-step], places[step:], radius)
        for step in range(1, min(NEIGHBOURS, len(places) - 1) + 1)
    ]
    compared = sum(len(places) - step for step in range(1, len(parts) + 1))
    first, second, distance = (np.concatenate(column) for column in zip(*parts, strict=True))
    return (first, second, distance), compared
