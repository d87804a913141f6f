"""Rule filters: a pure function from a page and the curriculum's bounds to a failed rule, or none.

Confidence is asked only of what OCR read, language, text and posture by the annotation, sharpness,
contrast and ink by what ingest saw in the pixels.
"""

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


def failed_rule(page: Page, bounds: Filters) -> Failed | None:
    """The first rule broken: size, then text, pixels and posture; None when the page passes."""
    for check in (_size, _text, _pixels, _posture):
        failed = check(page, bounds)
        if failed is not None:
            return failed
    return None


def _size(page: Page, bounds: Filters) -> Failed | None:
    image = page.image
    short, long = sorted((image.width, image.height))
    if short < bounds.min_side:
        return _failed("min_side", short, bounds.min_side, "the shorter side has too few pixels")
    if bounds.max_side is not None and long > bounds.max_side:
        return _failed("max_side", long, bounds.max_side, "the longer side has too many pixels")
    if long / short > bounds.max_aspect:
        return _failed("max_aspect", f"{long / short:.2f}", bounds.max_aspect, "too long and thin")
    return None


def _text(page: Page, bounds: Filters) -> Failed | None:
    image, found = page.image, page.annotation
    if found.origin == "ocr" and found.words and found.confidence < bounds.min_confidence:
        return _failed(
            "min_confidence", found.confidence, bounds.min_confidence, "OCR is not sure enough"
        )
    if image.kind in _COVERED and found.words and found.coverage < bounds.min_coverage:
        return _failed(
            "min_coverage", found.coverage, bounds.min_coverage, "much of its ink is in no word"
        )
    if bounds.languages is not None and found.language not in {*bounds.languages, ""}:
        return _failed("languages", found.language, ",".join(bounds.languages), "another language")
    if found.language and found.language_share < bounds.min_language_share:
        return _failed(
            "min_language_share",
            found.language_share,
            bounds.min_language_share,
            "too mixed a language",
        )
    characters = sum(len(word.text) for word in found.words)
    if characters < bounds.min_characters:
        return _failed("min_characters", characters, bounds.min_characters, "too little text")
    if bounds.max_characters is not None and characters > bounds.max_characters:
        return _failed("max_characters", characters, bounds.max_characters, "too much text")
    if bounds.kinds is not None and image.kind not in bounds.kinds:
        return _failed("kinds", image.kind, ",".join(bounds.kinds), "another kind of image")
    if found.words and found.text_height < bounds.min_text_height:
        return _failed(
            "min_text_height", found.text_height, bounds.min_text_height, "the print is too small"
        )
    return None


def _pixels(page: Page, bounds: Filters) -> Failed | None:
    seen = page.image.signals
    if seen.contrast < bounds.min_contrast:
        return _failed("min_contrast", seen.contrast, bounds.min_contrast, "too faint")
    if seen.ink < bounds.min_ink:
        return _failed("min_ink", seen.ink, bounds.min_ink, "too little on it")
    if seen.ink > bounds.max_ink:
        return _failed("max_ink", seen.ink, bounds.max_ink, "too much ink for a page")
    if seen.sharpness < bounds.min_sharpness:
        return _failed("min_sharpness", seen.sharpness, bounds.min_sharpness, "too blurred")
    return None


def _posture(page: Page, bounds: Filters) -> Failed | None:
    found = page.annotation
    if bounds.upright and found.turned:
        return _failed("upright", found.turned, 0, "it was scanned on its side or upside down")
    if bounds.max_skew is not None and abs(found.skew) > bounds.max_skew:
        return _failed("max_skew", found.skew, bounds.max_skew, "it was scanned askew")
    if bounds.directions is not None and found.direction not in {*bounds.directions, ""}:
        allowed = ",".join(bounds.directions)
        return _failed("directions", found.direction, allowed, "its text runs another way")
    return None


def _failed(rule: FilterRule, value: object, threshold: object, message: str) -> Failed:
    return Failed(rule, str(value), str(threshold), message)
