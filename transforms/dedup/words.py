"""Pages that may be copies because they say the same, whatever became of their pixels.

A page turned by some degrees, photographed or framed has other hashes, but the same words in the
same order. Of each page the `SKETCH` least hashes of three words in a row are kept (A. Broder, "On
the resemblance and containment of documents", 1997); pages that share `SHARED` of them are
proposed. What more than `CROWD` pages say is a template's and says nothing.

Cost: 1 us a word, and `SKETCH` rows a page through a shuffle.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from heapq import nsmallest
from itertools import combinations, pairwise
from typing import Any

import apache_beam as beam

from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.flow.steps import Composite, SumByKey

SKETCH = 16
SHARED = 3
CROWD = 16
_FEWEST = 12
"""Of three words in a row: shorter texts are anybody's."""


def shingles_of(text: str) -> list[int]:
    """The least hashes of a text, at most `SKETCH`; [] of a short one."""
    words = ["".join(filter(str.isalnum, word)).casefold() for word in text.split()]
    pairs = pairwise(filter(None, words))
    threes = {f"{one} {two} {three}" for (one, two), (_, three) in pairwise(pairs)}
    if len(threes) < _FEWEST:
        return []
    return nsmallest(SKETCH, map(_hashed, threes))


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


class PairsByWords(Composite):
    """Fingerprints to ((rank, rank), 0) of those that say the same."""

    def expand(self, prints: Any) -> Any:
        pair = tuple[str, str]
        return (
            prints
            | "Shingles" >> beam.FlatMap(_shingles).with_output_types(tuple[int, str])
            | "GroupShingle" >> beam.GroupByKey()
            | "Sharing"
            >> beam.FlatMap(_sharing).with_output_types(tuple[tuple[str, str], tuple[int]])
            | "Shared" >> SumByKey(1)
            | "Enough" >> beam.Filter(lambda found: found[1][0] >= SHARED)
            | "Pairs" >> beam.Map(lambda found: (found[0], 0)).with_output_types(tuple[pair, int])
        )


def _shingles(print_: Fingerprint) -> Iterator[tuple[int, str]]:
    for value in shingles_of(print_.text):
        yield value, print_.rank


def _sharing(element: tuple[int, Iterable[str]]) -> Iterator[tuple[tuple[str, str], tuple[int]]]:
    ranks = sorted(set(element[1]))
    if len(ranks) <= CROWD:
        for pair in combinations(ranks, 2):
            yield pair, (1,)
