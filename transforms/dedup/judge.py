"""Pairs proposed to pairs judged, each looked at once, by whatever run.

The pairs of one image meet in a few places. What a crowd has put off comes second
(`likeness.LATER`).
"""

import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.alignment import Alignment, inverse
from gyogwa.transforms.dedup.contamination.images import is_evaluation
from gyogwa.transforms.dedup.fingerprint import Fingerprint, id_of
from gyogwa.transforms.dedup.likeness import LATER
from gyogwa.transforms.dedup.picture import Picture
from gyogwa.transforms.dedup.verdict import (
    hash_distance,
    judge,
    look,
    look_of,
    other_digits,
    pixels_of,
)
from gyogwa.transforms.flow.measures import advance, expect, timed
from gyogwa.transforms.flow.steps import Composite, Found, Join

NAMESPACE = "duplicates"
_SHARES = 4
_WAITING = "waiting"

Place = tuple[str, int]


class Compared(Row, frozen=True):
    """A pair to be looked at, the better image first."""

    kept: Fingerprint
    other: Fingerprint


class Pair(Row, frozen=True):
    """Two images to be looked at, by rank, the better first."""

    first: str
    second: str


class Shown(Row, frozen=True):
    """An image where pairs of it are looked at, without its sketch."""

    image: Fingerprint
    pairs: list[Pair]


class Known(Row, frozen=True):
    """A look that an earlier run has made, with `kept` as the better image."""

    look: str
    kept: str
    difference: float
    alignment: Alignment


class Judged(Row, frozen=True):
    """A pair with its verdict; ranks and documents of the better and the other image. Documents
    are "" where the images are blank: to share a blank page is no relation."""

    kept_rank: str
    other_rank: str
    kept_document: str
    other_document: str
    pair: Duplicate


class JudgePairs(Composite):
    """(Fingerprints, pairs proposed, looks) to pairs judged.

    Looks are the rows of `Duplicate` that earlier runs wrote: a pair of the same bytes that they
    hold is not looked at again. The pairs of one image meet in a few places, so that it is decoded
    a few times and not once a pair. Pairs of a crowd that are `LATER` come second, and only those
    of two images that both have a copy by then. Beam counters: `looked`, pairs whose pixels were
    compared; `known`, those that an earlier run had compared; `other_digits`, those that two truths
    told apart by their digits, whatever the pixels look like.
    """

    def __init__(self, rules: Duplicates) -> None:
        super().__init__()
        self.rules = rules

    def expand(self, inputs: tuple[Any, Any, Any]) -> Any:
        prints, pairs, looks = inputs
        images = prints | "PrintKey" >> beam.Map(_by_rank).with_output_types(
            tuple[str, Fingerprint]
        )
        known = looks | "Known" >> beam.FlatMap(_known).with_output_types(tuple[Place, Known])
        split = pairs | "Split" >> beam.FlatMap(_split).with_output_types(
            tuple[str, str], **{_WAITING: tuple[str, str]}
        ).with_outputs(_WAITING, main="main")
        at_once = (images, split.main, known) | "AtOnce" >> _LookAt(self.rules)
        copied = at_once | "Copied" >> beam.FlatMap(_copied).with_output_types(tuple[str, int])
        later = (images, split[_WAITING], known, copied) | "Later" >> _LookAt(self.rules)
        return (at_once, later) | "Judged" >> beam.Flatten()


class _LookAt(Composite):
    """((rank, Fingerprint), (rank, rank), looks known) to pairs judged; with (rank, number) of
    images that have a copy beside it, only the pairs of two such."""

    def __init__(self, rules: Duplicates) -> None:
        super().__init__()
        self.rules = rules

    def expand(self, inputs: tuple[Any, ...]) -> Any:
        images, pairs, known, *copied = inputs
        sides = {
            "images": images,
            "pairs": pairs | "Ends" >> beam.FlatMap(_ends).with_output_types(tuple[str, Pair]),
        }
        kinds: dict[str, Any] = {"images": Fingerprint, "pairs": Pair}
        if copied:
            sides["copied"], kinds["copied"] = copied[0], int
        shown = sides | "Show" >> Join(_shown, kinds, gives=tuple[Place, Shown])
        return {"shown": shown, "known": known} | "Look" >> Join(
            _looked,
            {"shown": Shown, "known": Known},
            gives=Judged,
            rules=self.rules,
            expected=not copied,
        )


def _split(proposed: tuple[tuple[str, str], int]) -> Iterator[Any]:
    ranks, distance = proposed
    yield ranks if distance < LATER else beam.pvalue.TaggedOutput(_WAITING, ranks)


def _copied(judged: Judged) -> Iterator[tuple[str, int]]:
    """The images that were found to have a copy."""
    if judged.pair.verdict == "near":
        yield judged.kept_rank, 1
        yield judged.other_rank, 1


def _by_rank(print_: Fingerprint) -> tuple[str, Fingerprint]:
    return print_.rank, replace(print_, hashes=replace(print_.hashes, sketch=""))


def _ends(ranks: tuple[str, str]) -> Iterator[tuple[str, Pair]]:
    pair = Pair(*ranks)
    if not is_evaluation(id_of(pair.first)) or not is_evaluation(id_of(pair.second)):
        yield pair.first, pair
        yield pair.second, pair


def _shown(rank: str, found: Found) -> Iterator[tuple[Place, Shown]]:
    """An image to each place where it is looked at, once."""
    if not found.get("copied", True):
        return
    if "copied" not in found:  # of pairs put off it isn't known yet how many are looked at
        expect("pairs", sum(pair.first == rank for pair in found["pairs"]))
    places: dict[Place, list[Pair]] = {}
    for pair in found["pairs"]:
        places.setdefault(_place(id_of(pair.first), id_of(pair.second)), []).append(pair)
    for image in found["images"]:
        for place, pairs in places.items():
            yield place, Shown(image, pairs)


def _place(first: str, second: str) -> Place:
    """Where a pair is looked at: with others of the image named first, but not with all."""
    low, high = sorted((first, second))
    return low, zlib.crc32(high.encode()) % _SHARES


def _known(pair: Duplicate) -> Iterator[tuple[Place, Known]]:
    if pair.look:
        known = Known(pair.look, pair.kept, pair.difference, pair.alignment)
        yield _place(pair.kept, pair.member), known


def _looked(_: Place, found: Found, rules: Duplicates, expected: bool) -> Iterator[Judged]:
    known = {known.look: known for known in found["known"]}
    pixels = lru_cache(maxsize=4)(pixels_of)
    images = {shown.image.rank: shown.image for shown in found["shown"]}
    named = {(pair.first, pair.second) for shown in found["shown"] for pair in shown.pairs}
    pairs = [pair for pair in sorted(named) if images.keys() >= set(pair)]
    if not expected:
        expect("pairs", len(pairs))
    for first, second in pairs:
        yield judged(Compared(images[first], images[second]), rules, known, pixels)


def judged(
    compared: Compared,
    rules: Duplicates,
    known: dict[str, Known],
    pixels: Callable[[Fingerprint], Picture] | None = None,
) -> Judged:
    """The verdict on a pair, in the order of ranks; `known` are looks by `look_of`."""
    kept, other = compared.kept, compared.other
    bits = hash_distance(kept, other)
    before = known.get(look_of(kept, other))
    by_digits = other_digits(kept, other)
    Metrics.counter(NAMESPACE, "other_digits").inc(by_digits)
    if before is None or by_digits:
        with timed(NAMESPACE, "look"):
            pair = look(kept, other, bits, rules, pixels)
        Metrics.counter(NAMESPACE, "looked").inc(pair.difference >= 0)
    else:
        same_way = before.kept == kept.image_id
        placed = before.alignment if same_way else inverse(before.alignment)
        pair = judge(kept, other, bits, rules, before.difference, placed)
        Metrics.counter(NAMESPACE, "known").inc()
    advance("pairs")
    documents = (kept.document, other.document)
    if not (kept.hashes.boxed or other.hashes.boxed):
        documents = ("", "")
    return Judged(kept.rank, other.rank, *documents, pair)
