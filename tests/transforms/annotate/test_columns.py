"""Columns of running text are read one after the other; tables stay rows."""

import random

import pytest

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.arranging import arranged
from gyogwa.transforms.annotate.columns import columns_of

HEIGHT = 0.02


def column(left: float, right: float, top: float, lines: int, name: str, gap: float) -> list[Word]:
    """Lines of words from edge to edge, each word said once on the page."""
    chance = random.Random(f"{left} {name}")
    words: list[Word] = []
    for line in range(lines):
        x, y = left, top + 1.4 * HEIGHT * line
        while x < right - 0.02:
            end = min(x + chance.uniform(0.04, 0.09), right)
            words.append(Word(f"{name}{len(words)}", [x, y, end, y + HEIGHT]))
            x = end + gap
    return words


def read(words: list[Word]) -> list[str]:
    shuffled = list(words)
    random.Random(0).shuffle(shuffled)
    found = arranged("ocr", shuffled, 1.0)
    assert not found.tables
    return [word.text for word in found.words]


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("gutter", [0.8, 1.6])
@pytest.mark.parametrize("unlevel", [0.0, 0.4])
def test_columns_with_narrow_gutters(count: int, gutter: float, unlevel: float) -> None:
    """Headline across, columns of which the last ends early, footer: unlevel lines and gutters
    under two letter heights."""
    gutter *= HEIGHT
    wide = (0.9 - (count - 1) * gutter) / count
    words = column(0.05, 0.95, 0.05, 1, "headline", 0.01)
    for n in range(count):
        left = 0.05 + n * (wide + gutter)
        top = 0.12 + unlevel * HEIGHT * (n % 2)
        words += column(left, left + wide, top, 20 if n < count - 1 else 12, f"c{n}-", 0.3 * HEIGHT)
    words += column(0.05, 0.95, 0.8, 1, "footer", 0.01)
    assert read(words) == [word.text for word in words]


def test_a_table_is_not_parted() -> None:
    words = [
        Word(f"{row} {cell}", [left, 0.1 + 0.03 * row, left + wide, 0.12 + 0.03 * row])
        for row in range(10)
        for cell, (left, wide) in enumerate([(0.1, 0.2), (0.5, 0.06), (0.7, 0.05), (0.85, 0.08)])
    ]
    assert len(columns_of(words, 1.0)) == 1
    assert arranged("ocr", words, 1.0).tables


def test_lines_of_one_column_are_not_parted() -> None:
    assert len(columns_of(column(0.1, 0.9, 0.1, 30, "w", 0.3 * HEIGHT), 1.0)) == 1


def listing(left: float, lines: int) -> list[Word]:
    """Lines of one word, long and short in turn."""
    return [
        Word(
            f"option{line}",
            [left, 0.12 + 1.4 * HEIGHT * line, left + (0.2, 0.08)[line % 2], 0.14 + 0.028 * line],
        )
        for line in range(lines)
    ]


def test_beside_columns_a_listing_is_one_too() -> None:
    words = [
        *column(0.05, 0.3, 0.12, 20, "a", 0.3 * HEIGHT),
        *column(0.34, 0.59, 0.12, 20, "b", 0.3 * HEIGHT),
        *listing(0.63, 12),
    ]
    assert read(words) == [word.text for word in words]


def test_beside_one_column_short_cells_are_rows() -> None:
    text = column(0.05, 0.45, 0.12, 12, "a", 0.3 * HEIGHT)
    assert len(columns_of([*text, *listing(0.6, 12)], 1.0)) == 1
