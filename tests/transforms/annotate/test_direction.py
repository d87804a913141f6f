"""Vertical text is told from horizontal, and read column by column from the right."""

from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.arranging import arranged
from gyogwa.transforms.annotate.direction import is_vertical

COLUMNS = ["나랏말싸미", "듕귁에달아", "문자와로서"]


def stacked(columns: list[str]) -> list[Word]:
    """Syllables below each other, the first column at the right."""
    return [
        Word(char, [0.8 - 0.1 * column, 0.1 + 0.06 * row, 0.85 - 0.1 * column, 0.15 + 0.06 * row])
        for column, text in enumerate(columns)
        for row, char in enumerate(text)
    ]


def tall(columns: list[str]) -> list[Word]:
    """A word a column, taller than wide."""
    return [Word(text, [0.8 - 0.1 * n, 0.1, 0.85 - 0.1 * n, 0.4]) for n, text in enumerate(columns)]


def across(columns: list[str]) -> list[Word]:
    """The same syllables as single words on rows, as engines split Korean."""
    return [
        Word(char, [0.1 + 0.06 * n, 0.1 + 0.1 * row, 0.15 + 0.06 * n, 0.15 + 0.1 * row])
        for row, text in enumerate(columns)
        for n, char in enumerate(text)
    ]


def test_columns_are_read_from_the_right() -> None:
    for words in (stacked(COLUMNS), tall(COLUMNS)):
        found = arranged("ocr", list(reversed(words)), 1.0)
        assert "".join(word.text for word in found.words) == "".join(COLUMNS)
        assert len(found.lines) == len(COLUMNS)
        assert found.lines[0].box[0] > found.lines[1].box[0]


def test_rows_of_split_syllables_are_horizontal() -> None:
    assert is_vertical(stacked(COLUMNS), 1.0)
    assert not is_vertical(across(COLUMNS), 1.0)
    assert not is_vertical([], 1.0)


def test_latin_is_never_vertical() -> None:
    assert not is_vertical(tall(["abc", "defg", "hi"]), 1.0)


@given(st.permutations(stacked(COLUMNS)))
def test_the_order_of_the_words_does_not_matter(words: list[Word]) -> None:
    assert arranged("ocr", words, 1.3) == arranged("ocr", stacked(COLUMNS), 1.3)
