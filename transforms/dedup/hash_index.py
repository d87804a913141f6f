"""Search among 256-bit hashes: all pairs within a Hamming radius, in time nearly linear.

The bits are dealt to 12 bands of 21 or 22 bits. Two hashes that differ in at most 23 bits differ in
at most one bit of some band (12 x 2 > 23), so each band looks every value up as it is and with each
of its bits turned: every pair within `EXACT` is found (Norouzi, Punjani and Fleet, "Fast exact
search in Hamming space with multi-index hashing", 2014). Beyond it a pair is found if chance puts
at most one of its differing bits into some band, and at most 23 into the first 64 of the hash: 99 %
of pairs at 31 bits, 95 % at 36, 85 % at 40.

Equal hashes are searched for once. Where more than `CROWD` hashes meet in one place of a band, as
pages with next to nothing on them do, each is compared with `NEIGHBOURS` that follow in the order
of its other bits instead of with all; what is skipped so is counted.

Cost: 12 bands x 22 look-ups a hash, and N^2 / 18,600 comparisons where hashes are spread evenly (a
million: 53 million of them). Memory: 150 bytes a hash and 40 MB for the table of a band.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
_Pairs = tuple[Places, Places, Places]

BITS = 256
BANDS = 12
EXACT = 2 * BANDS - 1
CROWD = 512
NEIGHBOURS = 64
_CHUNK = 1 << 16  # what a step works on stays in the processor's cache


@dataclass(frozen=True)
class Found:
    """Pairs by place, `first` < `second`, sorted, each once; how many comparisons crowds cost."""

    first: Places
    second: Places
    distance: NDArray[np.int64]
    skipped: int


def words_of(hashes: Iterable[str]) -> Words:
    """Hashes of 64 hex digits as rows of four words."""
    return as_words(np.frombuffer(b"".join(map(bytes.fromhex, hashes)), np.uint8))


def as_words(packed: NDArray[np.uint8]) -> Words:
    """Bytes, 32 a hash, as rows of four words."""
    return packed.view(">u8").astype(np.uint64).reshape(-1, BITS // 64)


def pairs_within(words: Words, radius: int) -> Found:
    """All pairs of distinct rows within `radius` that some band finds; rows must differ."""
    return pairs_in_bands(words, range(BANDS), radius)


def pairs_in_bands(words: Words, bands: Iterable[int], radius: int) -> Found:
    """Those that some of these bands find."""
    parts = [pairs_in_band(words, band, radius) for band in bands]
    key = np.concatenate([part.first * len(words) + part.second for part in parts])
    distance = np.concatenate([part.distance for part in parts])
    unique, at = np.unique(key, return_index=True)
    first, second = np.divmod(unique, max(len(words), 1))
    return Found(first, second, distance[at], sum(part.skipped for part in parts))


def pairs_in_band(words: Words, band: int, radius: int) -> Found:
    """The pairs within `radius` that differ in at most one bit of this band."""
    rows = _Band.of(words, band)
    none = np.empty(0, np.int64)
    found: list[_Pairs] = [(none, none, none)]
    skipped = 0
    for here, there in rows.facing(_width(band)):
        crowded = rows.sizes(here, there) > CROWD**2
        if crowded.any():
            for one, other in zip(here[crowded], there[crowded], strict=True):
                crowd, left_out = rows.crowd(one, other)
                found.append(rows.near(crowd, radius))
                skipped += left_out
            here, there = here[~crowded], there[~crowded]
        for pairs in rows.products(here, there):
            found.append(rows.near(pairs, radius))
    first, second, distance = (np.concatenate(column) for column in zip(*found, strict=True))
    first, second = rows.order[first], rows.order[second]
    return Found(np.minimum(first, second), np.maximum(first, second), distance, skipped)


def band_values(words: Words, band: int) -> Places:
    """The bits of one band of each row, as a number."""
    values = np.zeros(len(words), np.int64)
    for low in range(0, len(words), _CHUNK // 4):
        columns, value = words[low : low + _CHUNK // 4].T, values[low : low + _CHUNK // 4]
        for word, place in (divmod(bit, 64) for bit in range(band, BITS, BANDS)):
            value <<= 1
            value |= (columns[word] >> np.uint64(63 - place) & np.uint64(1)).view(np.int64)
    return values


def _width(band: int) -> int:
    return len(range(band, BITS, BANDS))


@dataclass(frozen=True)
class _Band:
    """The hashes in the order of the values they have in one band; equal values are a bucket.

    `order` are their places among `words`, `one` the first word of each; `taken` are the values
    that are there. Of each value, `present` says whether it is, `starts` where its bucket begins,
    `counts` its size.
    """

    words: Words
    order: Places
    one: Words
    taken: Places
    present: NDArray[np.bool_]
    starts: NDArray[np.int32]
    counts: NDArray[np.int32]

    @classmethod
    def of(cls, words: Words, band: int) -> "_Band":
        # One sort of numbers, value and place in each, is several times faster than an argsort.
        both = np.sort(band_values(words, band) << 32 | np.arange(len(words)))
        order, values = both & 0xFFFFFFFF, both >> 32
        begins = np.flatnonzero(np.diff(values, prepend=-1))
        taken = values[begins]
        starts, counts = np.zeros((2, 1 << _width(band)), np.int32)
        starts[taken] = begins
        counts[taken] = np.diff(begins, append=len(values))
        return cls(words, order, words[:, 0].take(order), taken, counts > 0, starts, counts)

    def facing(self, width: int) -> Iterator[tuple[Places, Places]]:
        """Buckets beside those that differ in one bit, and buckets of several hashes beside
        themselves; some at a time."""
        for low in range(0, len(self.taken), _CHUNK):
            taken = self.taken[low : low + _CHUNK]
            several = taken[self.counts.take(taken) > 1]
            yield several, several
            for bit in range(width):
                here = taken[(taken >> bit & 1) == 0]
                here = here[self.present.take(here | 1 << bit)]
                yield here, here | 1 << bit

    def sizes(self, here: Places, there: Places) -> Places:
        """How many pairs a bucket and another have."""
        sizes = self.counts.take(here).astype(np.int64)
        sizes *= self.counts.take(there)
        return sizes

    def products(self, here: Places, there: Places) -> Iterator[tuple[Places, Places]]:
        """Every member of each bucket with every one of the other, once, in chunks."""
        ends = np.cumsum(self.sizes(here, there))
        low = 0
        while low < len(here):
            done = ends[low - 1] if low else 0
            high = max(low + 1, int(np.searchsorted(ends, done + _CHUNK, "right")))
            ones, others = here[low:high], there[low:high]
            wide = self.counts.take(others)
            sizes = self.counts.take(ones) * wide
            bucket = np.repeat(np.arange(high - low), sizes)
            before = np.cumsum(sizes, dtype=np.int32) - sizes
            rank = np.arange(len(bucket), dtype=np.int32) - before.take(bucket)
            row, column = np.divmod(rank, wide.take(bucket))
            first = self.starts.take(ones).take(bucket) + row
            second = self.starts.take(others).take(bucket) + column
            once = first < second  # a bucket beside itself has each pair twice
            yield (first, second) if once.all() else (first[once], second[once])
            low = high

    def crowd(self, one: int, other: int) -> tuple[tuple[Places, Places], int]:
        """Each of a crowd with neighbours in an order of all bits; how many pairs that leaves out.

        The order is one of four, so that bands don't leave out the same.
        """
        ones, others = int(self.counts[one]), int(self.counts[other])
        buckets = [(self.starts[one], ones), (self.starts[other], others)][: 1 + (one != other)]
        places = np.concatenate([np.arange(start, start + count) for start, count in buckets])
        words = self.words.take(self.order.take(places), axis=0)
        places = places[np.lexsort(np.roll(words, one, axis=1).T)]
        steps = range(1, min(NEIGHBOURS, len(places) - 1) + 1)
        first = np.concatenate([places[:-step] for step in steps])
        second = np.concatenate([places[step:] for step in steps])
        pairs = ones * others if one != other else ones * (ones - 1) // 2
        return (first, second), max(0, pairs - len(first))

    def near(self, pairs: tuple[Places, Places], radius: int) -> _Pairs:
        """Those of the pairs that are within the radius; their first words settle nearly all."""
        first, second = pairs
        close = np.bitwise_count(self.one[first] ^ self.one[second]) <= EXACT
        first, second = first[close], second[close]
        one, other = (self.words.take(self.order.take(at), axis=0) for at in (first, second))
        distance = np.bitwise_count(one ^ other).sum(axis=1, dtype=np.int64)
        near = distance <= radius
        return first[near], second[near], distance[near]
