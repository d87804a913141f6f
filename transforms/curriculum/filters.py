"""Rule filters: pure functions from a page and the curriculum's bounds to what each rule finds.

Confidence is asked only of what OCR read, language, text and posture by the annotation, sharpness,
contrast and ink by what ingest saw in the pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.schemas.curriculum import Filters
from gyogwa.schemas.ledger import FilterRule, LicenceRule
from gyogwa.schemas.records import Page

_COVERED = ("document", "table")
"""Kinds of images whose ink is mostly text."""


@dataclass(frozen=True)
class Failed:
    """The first rule a page breaks, its value and the rule's threshold, as text."""

    rule: FilterRule | LicenceRule
    value: str
    threshold: str
    message: str


@dataclass(frozen=True)
class Check:
    """A rule that a page is held against: what was found of the page, the bound, whether it passes,
    and what is wrong with pages that don't."""

    rule: FilterRule
    value: object
    threshold: object
    passed: bool
    message: str


def failed_rule(page: Page, bounds: Filters) -> Failed | None:
    """The first rule broken: size, then text, pixels and posture; None when the page passes."""
    for check in checks(page, bounds):
        if not check.passed:
            value, threshold = str(check.value), str(check.threshold)
            return Failed(check.rule, value, threshold, check.message)
    return None


def checks(page: Page, bounds: Filters) -> Iterator[Check]:
    """Every rule that says something about this page and is bounded, in order: size, text, pixels,
    posture."""
    yield from _size(page, bounds)
    yield from _text(page, bounds)
    yield from _pixels(page, bounds)
    yield from _posture(page, bounds)


def _size(page: Page, bounds: Filters) -> Iterator[Check]:
    image = page.image
    short, long = sorted((image.width, image.height))
    yield _at_least("min_side", short, bounds.min_side, "the shorter side has too few pixels")
    if bounds.max_side is not None:
        yield _at_most("max_side", long, bounds.max_side, "the longer side has too many pixels")
    aspect, most = long / short, bounds.max_aspect
    yield Check("max_aspect", f"{aspect:.2f}", most, aspect <= most, "too long and thin")


def _text(page: Page, bounds: Filters) -> Iterator[Check]:
    image, found = page.image, page.annotation
    if found.origin == "ocr" and found.words:
        sure = bounds.min_confidence
        yield _at_least("min_confidence", found.confidence, sure, "OCR is not sure enough")
    if image.kind in _COVERED and found.words:
        yield _at_least(
            "min_coverage", found.coverage, bounds.min_coverage, "much of its ink is in no word"
        )
    if bounds.languages is not None:
        passed = found.language in {*bounds.languages, ""}
        asked = ",".join(bounds.languages)
        yield Check("languages", found.language, asked, passed, "another language")
    if found.language:
        least = bounds.min_language_share
        yield _at_least("min_language_share", found.language_share, least, "too mixed a language")
    characters = sum(len(word.text) for word in found.words)
    yield _at_least("min_characters", characters, bounds.min_characters, "too little text")
    if bounds.max_characters is not None:
        yield _at_most("max_characters", characters, bounds.max_characters, "too much text")
    if bounds.kinds is not None:
        passed = image.kind in bounds.kinds
        yield Check("kinds", image.kind, ",".join(bounds.kinds), passed, "another kind of image")
    if found.words:
        least = bounds.min_text_height
        yield _at_least("min_text_height", found.text_height, least, "the print is too small")


def _pixels(page: Page, bounds: Filters) -> Iterator[Check]:
    seen = page.image.signals
    yield _at_least("min_contrast", seen.contrast, bounds.min_contrast, "too faint")
    yield _at_least("min_ink", seen.ink, bounds.min_ink, "too little on it")
    yield _at_most("max_ink", seen.ink, bounds.max_ink, "too much ink for a page")
    yield _at_least("min_sharpness", seen.sharpness, bounds.min_sharpness, "too blurred")


def _posture(page: Page, bounds: Filters) -> Iterator[Check]:
    found = page.annotation
    if bounds.upright:
        message = "it was scanned on its side or upside down"
        yield Check("upright", found.turned, 0, not found.turned, message)
    if bounds.max_skew is not None:
        passed = abs(found.skew) <= bounds.max_skew
        yield Check("max_skew", found.skew, bounds.max_skew, passed, "it was scanned askew")
    if bounds.directions is not None:
        allowed = ",".join(bounds.directions)
        passed = found.direction in {*bounds.directions, ""}
        yield Check("directions", found.direction, allowed, passed, "its text runs another way")


def _at_least(rule: FilterRule, value: float, least: float, message: str) -> Check:
    return Check(rule, value, least, value >= least, message)


def _at_most(rule: FilterRule, value: float, most: float, message: str) -> Check:
    return Check(rule, value, most, value <= most, message)
