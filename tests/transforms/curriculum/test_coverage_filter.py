"""`min_coverage` asks of documents and tables that their ink was read."""

import pytest

from gyogwa.schemas.curriculum import Filters
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import Annotation, Image, ImageRef, Page, Signals
from gyogwa.transforms.curriculum.filters import failed_rule


def page(kind: str, coverage: float, words: int) -> Page:
    image = Image(
        *("0" * 32, ImageRef("", 0, 0), "s", "u", "l", kind, "d", 1, 800, 1000, "PNG", "", "", ""),
        signals=Signals(1.0, 1.0, 0.1),
    )
    found = Annotation(
        image_id=image.image_id,
        width=800,
        height=1000,
        origin="ocr",
        engine="e",
        words=[Word("word", [0.1, 0.1, 0.2, 0.2])] * words,
        lines=[],
        blocks=[],
        tables=[],
        charts=[],
        language="en",
        language_share=1.0,
        confidence=0.9,
        text_height=20.0,
        coverage=coverage,
    )
    return Page(image, found)


@pytest.mark.parametrize(
    ("kind", "coverage", "words", "fails"),
    [
        ("document", 0.49, 1, True),
        ("table", 0.49, 1, True),
        ("document", 0.5, 1, False),
        ("chart", 0.1, 1, False),
        ("image", 0.1, 1, False),
        ("document", 0.0, 0, False),
    ],
)
def test_min_coverage(kind: str, coverage: float, words: int, fails: bool) -> None:
    failed = failed_rule(page(kind, coverage, words), Filters(min_coverage=0.5))
    assert (failed is not None and failed.rule == "min_coverage") == fails
