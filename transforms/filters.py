"""Rule filters: a pure function from a page and the curriculum's bounds to a failed rule, or none.

Confidence is asked only of what OCR read, and language and text length by the annotation.
"""

from dataclasses import dataclass

from schemas.curriculum import Filters
from transforms.tasks.page import Page


@dataclass(frozen=True)
class Failed:
    """The first rule a page breaks, its value and the rule's threshold, as text."""

    rule: str
    value: str
    threshold: str
    message: str


def failed_rule(page: Page, bounds: Filters) -> Failed | None:
    """The first rule broken, in the order of `Filters`; None when the page passes."""
    image, found = page.image, page.annotation
    short, long = sorted((image.width, image.height))
    if short < bounds.min_side:
        return _failed("min_side", short, bounds.min_side, "the shorter side has too few pixels")
    if bounds.max_side is not None and long > bounds.max_side:
        return _failed("max_side", long, bounds.max_side, "the longer side has too many pixels")
    if long / short > bounds.max_aspect:
        return _failed("max_aspect", f"{long / short:.2f}", bounds.max_aspect, "too long and thin")
    if found.origin == "ocr" and found.words and found.confidence < bounds.min_confidence:
        return _failed(
            "min_confidence", found.confidence, bounds.min_confidence, "OCR is not sure enough"
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
    return None


def _failed(rule: str, value: object, threshold: object, message: str) -> Failed:
    return Failed(rule, str(value), str(threshold), message)
