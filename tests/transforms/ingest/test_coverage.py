"""Coverage: the share of strokes in the boxes of words."""

import numpy as np
import pytest

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Coverage
from gyogwa.transforms.ingest.coverage import coverage_of

WORDS: list[Box] = [[0.1, 0.1, 0.4, 0.15], [0.5, 0.1, 0.8, 0.15], [0.1, 0.3, 0.4, 0.35]]


def page(*extra: Box) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """400 by 400 pixels of white with a word's worth of strokes in each box."""
    pixels = np.full((400, 400), 255, np.uint8)
    for box in [*WORDS, *extra]:
        x0, y0, x1, y1 = (round(value * 400) for value in box)
        pixels[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2 : 4] = 0
    return pixels


def test_all_strokes_in_words_are_covered_and_rules_do_not_count() -> None:
    pixels = page()
    pixels[200:202, 10:390] = 0
    pixels[10:390, 385:387] = 0
    assert coverage_of(page(), WORDS) == Coverage(1.0, 0)
    assert coverage_of(pixels, WORDS).share > 0.99  # what is left is where rules end and cross


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_words_that_were_not_read_are_missing_from_it(lost: int) -> None:
    found = coverage_of(page(), WORDS[lost:])
    assert found.share == pytest.approx(1 - lost / 3, abs=0.02)
    assert found.bare == 0


def test_boxes_without_ink_are_counted_and_an_empty_page_is_covered() -> None:
    elsewhere: Box = [0.1, 0.7, 0.4, 0.75]
    assert coverage_of(page(), [*WORDS, elsewhere]).bare == 1
    assert coverage_of(np.full((400, 400), 255, np.uint8), []).share == 1.0


def test_large_images_are_looked_at_in_part() -> None:
    large = np.repeat(np.repeat(page(), 8, axis=0), 8, axis=1)
    assert coverage_of(large, WORDS[1:]).share == pytest.approx(2 / 3, abs=0.02)
