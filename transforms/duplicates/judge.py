"""The verdict on a proposed pair, from the words where both are known and from the pixels.

Truth against truth, the words settle it when they differ in their digits: one changed number makes
another document, whatever the pixels look like. Else the pixels decide, because words that were
read from a worn copy differ everywhere a little.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from schemas.curriculum import Duplicates
from schemas.records import Duplicate
from transforms.tasks.page import Page


@dataclass(frozen=True)
class Fingerprint:
    """What duplicates are told by. `rank` sorts the one to keep first: truth before OCR, then more
    pixels, then the id."""

    image_id: str
    document: str
    phash: str
    text: str
    truth: bool
    rank: str


def fingerprint(page: Page) -> Fingerprint:
    """The fingerprint of a page."""
    pixels = page.image.width * page.image.height
    truth = page.annotation.origin != "ocr"
    rank = f"{0 if truth else 1}-{10**12 - pixels:013d}-{page.image.image_id}"
    text = "\n".join(page.line_texts())
    image = page.image
    return Fingerprint(image.image_id, image.document, image.phash, text, truth, rank)


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1 (normalised indel similarity); 1 for two empty ones."""
    return fuzz.ratio(first, second) / 100


def judge(
    first: Fingerprint,
    second: Fingerprint,
    distance: int,
    rules: Duplicates,
    difference: float | None = None,
) -> Duplicate:
    """The verdict on a pair: near, or different. `cluster` is filled in later.

    `difference` is that of the pixels (see `pixels.difference`); without it the words decide alone,
    and without any words the hash, at half the radius.
    """
    kept, other = sorted((first, second), key=lambda f: f.rank)
    alike = similarity(first.text, second.text)
    if difference is not None:
        same = difference <= rules.max_difference
    elif not first.text and not second.text:
        same = distance <= rules.max_distance // 2
    else:
        same = alike >= rules.min_similarity
    if first.truth and second.truth:
        same = same and _digits(first.text) == _digits(second.text)
    return Duplicate(
        cluster="",
        member=other.image_id,
        kept=kept.image_id,
        distance=distance,
        similarity=round(alike, 4),
        verdict="near" if same else "different",
    )


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
