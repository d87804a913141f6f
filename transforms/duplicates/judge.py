"""The verdict on a proposed pair, from the words where both are known and from the pixels.

Truth against truth, the words settle it when they differ in their digits: one changed number makes
another document, whatever the pixels look like. Else the pixels decide, because words that were
read from a worn copy differ everywhere a little.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from schemas.curriculum import Duplicates
from schemas.records import Duplicate, ImageRef
from transforms.duplicates.fingerprints import Hashes
from transforms.duplicates.pixels import difference, load
from transforms.storage import read_ref
from transforms.tasks.page import Page


@dataclass(frozen=True)
class Fingerprint:
    """What duplicates are told by. `rank` sorts the one to keep first: truth before OCR, then more
    pixels, then the id."""

    image_id: str
    document: str
    hashes: Hashes
    text: str
    truth: bool
    rank: str
    ref: ImageRef
    source: str = ""


def fingerprint(page: Page) -> Fingerprint:
    """The fingerprint of a page."""
    pixels = page.image.width * page.image.height
    truth = page.annotation.origin != "ocr"
    rank = f"{0 if truth else 1}-{10**12 - pixels:013d}-{page.image.image_id}"
    text = "\n".join(page.line_texts())
    image = page.image
    hashes = Hashes(image.phash, image.boxed, image.centred)
    return Fingerprint(
        image.image_id, image.document, hashes, text, truth, rank, image.ref, image.source
    )


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1 (normalised indel similarity); 1 for two empty ones."""
    return fuzz.ratio(first, second) / 100


def judge(
    first: Fingerprint,
    second: Fingerprint,
    distance: int,
    rules: Duplicates,
    apart: float | None = None,
) -> Duplicate:
    """The verdict on a pair: near, or different. `cluster` is filled in later.

    `apart` is the difference of the pixels (see `pixels.difference`); without it the words decide
    alone, and without any words the hash, at half the radius.
    """
    kept, other = sorted((first, second), key=lambda f: f.rank)
    alike = similarity(first.text, second.text)
    if apart is not None:
        same = apart <= rules.max_difference
    elif not first.text and not second.text:
        same = distance <= rules.max_distance // 2
    else:
        same = alike >= rules.min_similarity
    if other_digits(first, second):
        same = False
    return Duplicate(
        cluster="",
        member=other.image_id,
        kept=kept.image_id,
        distance=distance,
        similarity=round(alike, 4),
        verdict="near" if same else "different",
        difference=-1.0 if apart is None else round(min(apart, 99.0), 4),
        scope=scope_of(kept.source, other.source),
    )


def scope_of(first: str, second: str) -> str:
    """Whether a pair lies within one source or across two."""
    return "within" if first == second else "across"


def look(first: Fingerprint, second: Fingerprint, distance: int, rules: Duplicates) -> Duplicate:
    """The verdict on a pair whose pixels are read and compared, unless the words settle it."""
    if other_digits(first, second):
        return judge(first, second, distance, rules)
    apart = difference(load(read_ref(first.ref)), load(read_ref(second.ref)))
    return judge(first, second, distance, rules, apart)


def other_digits(first: Fingerprint, second: Fingerprint) -> bool:
    """Whether both texts are known for certain and hold different digits."""
    certain = first.truth and second.truth
    return certain and _digits(first.text) != _digits(second.text)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
