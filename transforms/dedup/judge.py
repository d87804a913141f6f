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
from msgspec.structs import replace
from rapidfuzz import fuzz

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ids import ID_DIGITS, fingerprint_of
from gyogwa.schemas.ledger import Duplicate, Scope
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.alignment import Alignment, inverse
from gyogwa.transforms.dedup.alignment import alignment as aligned
from gyogwa.transforms.dedup.contamination.images import is_evaluation
from gyogwa.transforms.dedup.fingerprint import Fingerprint, id_of
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.perspective import flattened
from gyogwa.transforms.dedup.picture import Picture, load
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.flow.tables import ReadFiles
from gyogwa.transforms.ingest.hashes import KINDS
from gyogwa.transforms.ingest.phash import distance

NAMESPACE = "duplicates"
LOOK_VERSION = 3
"""Raise it when the same pixels differ by another number."""
_SHARES = 4
_SAME_WORDS = 92.0  # of 100
_SOME = 40  # letters

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
    alignment: Alignment | None = None,
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
        alignment=alignment or [],
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
    """The verdict on a pair whose pixels are read and compared, unless the words settle it. Where
    they differ but the words don't, once more with the other laid flat (`perspective`).

    `pixels` reads an image, by default from its place. Raises GyogwaError where the bytes of one
    aren't those that were ingested.
    """
    if other_digits(first, second):
        return judge(first, second, bits, rules)
    read = pixels or _pixels
    kept, other = sorted((first, second), key=lambda f: f.rank)
    turn = (other.turned - kept.turned) % 360
    apart = difference(read(kept), read(other), turn)
    if apart > rules.max_difference and says_the_same(kept.text, other.text):
        flat = flattened(read(kept), read(other).turned(turn))
        apart = apart if flat is None else min(apart, difference(read(kept), flat))
    placed = aligned(read(kept), read(other), turn) if apart <= rules.max_difference else None
    return judge(kept, other, bits, rules, apart, placed)


def says_the_same(first: str, second: str) -> bool:
    """Whether two texts are so alike, their digits too, that one may be read from a photograph of
    the other: fillings of a form seldom are."""
    alike = fuzz.ratio(first, second) >= _SAME_WORDS and min(len(first), len(second)) >= _SOME
    return alike and fuzz.ratio(_digits(first), _digits(second)) >= _SAME_WORDS


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
        sides = {"images": Fingerprint, "pairs": Pair}
        shown = {
            "images": prints
            | "PrintKey" >> beam.Map(_by_rank).with_output_types(tuple[str, Fingerprint]),
            "pairs": pairs | "Ends" >> beam.FlatMap(_ends).with_output_types(tuple[str, Pair]),
        } | "Show" >> Join(_shown, sides, gives=tuple[Place, Shown])
        known = (
            prints.pipeline
            | "ReadLooks" >> ReadFiles(self.looks, Duplicate)
            | "Known" >> beam.FlatMap(_known).with_output_types(tuple[Place, Known])
        )
        return {"shown": shown, "known": known} | "Look" >> Join(
            _looked, {"shown": Shown, "known": Known}, gives=Judged, rules=self.rules
        )


def _by_rank(print_: Fingerprint) -> tuple[str, Fingerprint]:
    return print_.rank, replace(print_, hashes=replace(print_.hashes, sketch=""))


def _ends(proposed: tuple[tuple[str, str], int]) -> Iterator[tuple[str, Pair]]:
    pair = Pair(*proposed[0])
    if not is_evaluation(id_of(pair.first)) or not is_evaluation(id_of(pair.second)):
        yield pair.first, pair
        yield pair.second, pair


def _shown(_: str, found: Found) -> Iterator[tuple[Place, Shown]]:
    """An image to each place where it is looked at, once."""
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


def _looked(_: Place, found: Found, rules: Duplicates) -> Iterator[Judged]:
    known = {known.look: known for known in found["known"]}
    pixels = lru_cache(maxsize=4)(_pixels)
    images = {shown.image.rank: shown.image for shown in found["shown"]}
    pairs = {(pair.first, pair.second) for shown in found["shown"] for pair in shown.pairs}
    for first, second in sorted(pairs):
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
    if before is None or other_digits(kept, other):
        pair = look(kept, other, bits, rules, pixels)
        Metrics.counter(NAMESPACE, "looked").inc(pair.difference >= 0)
    else:
        same_way = before.kept == kept.image_id
        placed = before.alignment if same_way else inverse(before.alignment)
        pair = judge(kept, other, bits, rules, before.difference, placed)
        Metrics.counter(NAMESPACE, "known").inc()
    documents = (kept.document, other.document)
    if not (kept.hashes.boxed or other.hashes.boxed):
        documents = ("", "")
    return Judged(kept.rank, other.rank, *documents, pair)
