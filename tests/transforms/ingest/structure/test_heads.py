"""Heads of ruled tables that a double ruling sets off."""

import pytest

from tests.transforms.ingest.pdf_pages import FONT, Sheet, pdf_of
from tests.transforms.ingest.structure.reading import truths_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LEFT, WIDE, HIGH, TOP = 60, 120, 24, 300
"""Points: the left edge, a column's width, a row's height, the upper edge."""


def doubled(sheet: Sheet, after: list[int], title: bool = False) -> None:
    """Five rows of three columns, a double ruling below some of them, the first a title or not."""
    right = LEFT + 3 * WIDE
    for at in range(6):
        y = TOP - HIGH * at
        for offset in (0, 2.4)[: 1 + (at in after)]:
            sheet.rule(LEFT, y - offset, right, y - offset)
    for column in range(4):
        x = LEFT + column * WIDE
        inner = title and column in (1, 2)
        sheet.rule(x, TOP - HIGH * inner, x, TOP - HIGH * 5)
    words = sheet.lines[0].split()
    for row in range(5):
        for column in range(1 if title and row == 0 else 3):
            text = f"{words[row]}{row * column}"
            sheet.text(text, LEFT + column * WIDE + 8, TOP - HIGH * (row + 1) + 7, size=10)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("after", "title", "rows"),
    [
        ([1], False, 1),
        ([0, 2, 5], False, 2),
        ([], False, 0),
        ([1, 3], False, 0),
        ([4], False, 0),
        ([1], True, 0),
    ],
    ids=["head", "frame too", "none", "groups", "sum", "title"],
)
def test_the_only_double_ruling_inside_sets_off_the_head(
    after: list[int], title: bool, rows: int, language: str
) -> None:
    (page,) = truths_of(pdf_of(lambda sheet: doubled(sheet, after, title), language))
    (table,) = page.tables
    assert table.known
    assert {cell.row for cell in table.cells if cell.header} == set(range(rows))
