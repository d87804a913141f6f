"""The verdict on a proposed pair, from the words where both are known and from the pixels.

Truth against truth, the words settle it when they differ in their digits: one changed number makes
another document, whatever the pixels look like. Else the pixels decide, because words that were
read from a worn copy differ everywhere a little.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from rapidfuzz import fuzz

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ids import ID_DIGITS, fingerprint_of
from gyogwa.schemas.ledger import Duplicate, Scope
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.contamination.images import is_evaluation
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import Picture, load
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.flow.measures import advance, expect, timed
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.flow.tables import ReadFiles
from gyogwa.transforms.ingest.hashes import KINDS
from gyogwa.transforms.ingest.phash import distance

NAMESPACE = "duplicates"
LOOK_VERSION = 2
"""Raise it when the same pixels differ by another number."""
_SHARES = 4

Place = tuple[str, int]


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1 (normalised indel similarity); 1 for two empty ones."""
    return fuzz.ratio(first, second) / 100


def judge(
    first: Fingerprint,
    second: Fingerprint,
    bits: int,
    rules: Duplicates,
    apart: float | None = None,
) -> Duplicate:
    """The verdict on a pair: near, or different. `cluster` is filled in later.

    `bits` is the distance of their nearest hashes, `apart` the difference of the pixels (see
    `pixels.difference`); without it the words decide alone, and without any words the hash, at half
    the radius.
    """
    kept, other = sorted((first, second), key=lambda f: f.rank)
    if apart is not None:
        apart = round(min(apart, 99.0), 4)
    alike = similarity(first.text, second.text)
    if apart is not None:
        same = apart <= rules.max_difference
    elif not first.text and not second.text:
        same = bits <= rules.max_distance // 2
    else:
        same = alike >= rules.min_similarity
    if other_digits(first, second):
        same = False
    return Duplicate(
        cluster="",
        member=other.image_id,
        kept=kept.image_id,
        distance=bits,
        similarity=round(alike, 4),
        verdict="near" if same else "different",
        difference=-1.0 if apart is None else apart,
        scope=scope_of(kept.source, other.source),
        look="" if apart is None else look_of(kept, other),
    )


def look_of(first: Fingerprint, second: Fingerprint) -> str:
    """The name of a look at two images: the same for the same bytes, whichever comes first, until
    one is known to be turned otherwise."""
    named = sorted((f.sha256, f.turned) for f in (first, second))
    return fingerprint_of([LOOK_VERSION, *named])[:ID_DIGITS]


def scope_of(first: str, second: str) -> Scope:
    """Whether a pair lies within one source or across two."""
    return "within" if first == second else "across"


def look(
    first: Fingerprint,
    second: Fingerprint,
    bits: int,
    rules: Duplicates,
    pixels: Callable[[Fingerprint], Picture] | None = None,
) -> Duplicate:
    """The verdict on a pair whose pixels are read and compared, unless the words settle it.

    `pixels` reads an image, by default from its place. Raises GyogwaError where the bytes of one
    aren't those that were ingested.
    """
    if other_digits(first, second):
        return judge(first, second, bits, rules)
    read = pixels or _pixels
    apart = difference(read(first), read(second), (second.turned - first.turned) % 360)
    return judge(first, second, bits, rules, apart)


def hash_distance(first: Fingerprint, second: Fingerprint) -> int:
    """In how many bits the nearest of their hashes differ."""
    pairs = [(getattr(first.hashes, kind), getattr(second.hashes, kind)) for kind in KINDS]
    return min(distance(one, other) for one, other in pairs if one and other)


def _pixels(print_: Fingerprint) -> Picture:
    return load(read_verified(print_.ref, print_.sha256))


def other_digits(first: Fingerprint, second: Fingerprint) -> bool:
    """Whether both texts are known for certain and hold different digits.

    Where the words of one are all among the other's, fewer of them may have been labelled: that is
    no difference of the images.
    """
    if not (first.truth and second.truth) or _digits(first.text) == _digits(second.text):
        return False
    fewer, more = sorted((Counter(p.text.split()) for p in (first, second)), key=Counter.total)
    return not fewer <= more


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


class Compared(Row, frozen=True):
    """A pair to be looked at, the better image first."""

    kept: Fingerprint
    other: Fingerprint


class First(Row, frozen=True):
    """The better image of a pair on its way to the other."""

    kept: Fingerprint


class Known(Row, frozen=True):
    """A look that an earlier run has made."""

    look: str
    difference: float


class Judged(Row, frozen=True):
    """A pair with its verdict; ranks and documents of the better and the other image. Documents
    are "" where the images are blank: to share a blank page is no relation."""

    kept_rank: str
    other_rank: str
    kept_document: str
    other_document: str
    pair: Duplicate


class JudgePairs(Composite):
    """(Fingerprints, pairs proposed) to pairs judged.

    `looks` are tables of `Duplicate` that earlier runs wrote: a pair of the same bytes that they
    hold is not looked at again. The pairs of one image meet in a few places, so that it is decoded
    a few times and not once a pair. Beam counters: `looked`, pairs whose pixels were compared;
    `known`, those that an earlier run had compared.
    """

    def __init__(self, rules: Duplicates, looks: list[str]) -> None:
        super().__init__()
        self.rules, self.looks = rules, looks

    def expand(self, inputs: tuple[Any, Any]) -> Any:
        prints, pairs = inputs
        by_rank = prints | "PrintKey" >> beam.Map(lambda f: (f.rank, f)).with_output_types(
            tuple[str, Fingerprint]
        )
        first = {
            "prints": by_rank,
            "pairs": pairs
            | "FirstKey"
            >> beam.MapTuple(lambda ranks, _: ranks).with_output_types(tuple[str, str]),
        } | "First" >> Join(
            _with_first, {"prints": Fingerprint, "pairs": str}, gives=tuple[str, First]
        )
        compared = {"prints": by_rank, "firsts": first} | "Second" >> Join(
            _with_second, {"prints": Fingerprint, "firsts": First}, gives=tuple[Place, Compared]
        )
        known = (
            prints.pipeline
            | "ReadLooks" >> ReadFiles(self.looks, Duplicate)
            | "Known" >> beam.FlatMap(_known).with_output_types(tuple[Place, Known])
        )
        return {"compared": compared, "known": known} | "Look" >> Join(
            _looked, {"compared": Compared, "known": Known}, gives=Judged, rules=self.rules
        )


def _with_first(_: str, found: Found) -> Iterator[tuple[str, First]]:
    for print_ in found["prints"]:
        for other in found["pairs"]:
            yield other, First(print_)


def _with_second(_: str, found: Found) -> Iterator[tuple[Place, Compared]]:
    for second in found["prints"]:
        for first in found["firsts"]:
            kept = first.kept
            if not (is_evaluation(kept.image_id) and is_evaluation(second.image_id)):
                expect("pairs")
                yield _place(kept.image_id, second.image_id), Compared(kept, second)


def _place(first: str, second: str) -> Place:
    """Where a pair is looked at: with others of the image named first, but not with all."""
    low, high = sorted((first, second))
    return low, zlib.crc32(high.encode()) % _SHARES


def _known(pair: Duplicate) -> Iterator[tuple[Place, Known]]:
    if pair.look:
        yield _place(pair.kept, pair.member), Known(pair.look, pair.difference)


def _looked(_: Place, found: Found, rules: Duplicates) -> Iterator[Judged]:
    known = {known.look: known.difference for known in found["known"]}
    pixels = lru_cache(maxsize=4)(_pixels)
    for compared in sorted(found["compared"], key=lambda c: (c.kept.rank, c.other.rank)):
        yield judged(compared, rules, known, pixels)


def judged(
    compared: Compared,
    rules: Duplicates,
    known: dict[str, float],
    pixels: Callable[[Fingerprint], Picture] | None = None,
) -> Judged:
    """The verdict on a pair, in the order of ranks; `known` are differences by `look_of`."""
    kept, other = compared.kept, compared.other
    bits = hash_distance(kept, other)
    apart = known.get(look_of(kept, other))
    if apart is None or other_digits(kept, other):
        with timed(NAMESPACE, "look"):
            pair = look(kept, other, bits, rules, pixels)
        Metrics.counter(NAMESPACE, "looked").inc(pair.difference >= 0)
    else:
        pair = judge(kept, other, bits, rules, apart)
        Metrics.counter(NAMESPACE, "known").inc()
    advance("pairs")
    documents = (kept.document, other.document)
    if not (kept.hashes.boxed or other.hashes.boxed):
        documents = ("", "")
    return Judged(kept.rank, other.rank, *documents, pair)
