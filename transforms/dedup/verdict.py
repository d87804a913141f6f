"""The verdict on a pair, from the words where both are known and from the pixels.

Truth against truth, the words settle it when they differ in their digits: one changed number makes
another document, whatever the pixels look like. Else the pixels decide, because words that were
read from a worn copy differ everywhere a little.
"""

from collections import Counter
from collections.abc import Callable

from rapidfuzz import fuzz

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ids import ID_DIGITS, fingerprint_of
from gyogwa.schemas.ledger import Duplicate, Scope
from gyogwa.transforms.dedup.alignment import Alignment
from gyogwa.transforms.dedup.alignment import alignment as aligned
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.perspective import flattened
from gyogwa.transforms.dedup.picture import Picture, load
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.ingest.hashes import KINDS
from gyogwa.transforms.ingest.phash import distance

LOOK_VERSION = 8
"""Raise it when the same pixels differ by another number."""
_SAME_WORDS = 92.0  # of 100
_SOME = 40  # letters


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
    read = pixels or pixels_of
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


def pixels_of(print_: Fingerprint) -> Picture:
    """The picture of an image. Raises GyogwaError where its bytes aren't those ingested."""
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
