"""Tables whose rows or columns no ruling parts: those told, texts that go on, what is in doubt."""

import pytest

from gyogwa.schemas.page import Table
from tests.transforms.ingest.pdf_pages import FONT, Sheet, pdf_of
from tests.transforms.ingest.structure.reading import truths_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
HEADS = {"ko": ["번호", "이름", "쓰는 곳"], "en": ["Bit", "Name", "Where it is used"]}
ROWS = {
    "ko": [
        ["1", "왼쪽", "앞면 왼쪽 아래"],
        ["2", "위", "앞면 위"],
        ["512", "없음", "뒷면"],
        ["1024", "오른쪽 위", "뒷면 오른쪽 위"],
    ],
    "en": [
        ["1", "left", "bottom left front"],
        ["2", "top", "front"],
        ["512", "none", "back"],
        ["1024", "right top", "right back and top"],
    ],
}
BELOW = {"ko": "그 앞면에 그린 선을 뒤에서 보면 오른쪽이다", "en": "It is to the right from behind"}
"""What tells how Korean lines of a cell go on."""
EDGES = [60, 120, 220, 420]
"""Points of the upright rulings, from the left."""
TOP, HEAD, LEAD = 300, 24, 15
"""Points: the upper edge, the head's height, and from line to line."""


def columns_ruled(sheet: Sheet, rows: list[list[str]]) -> None:
    """A table whose head is ruled off, and whose body has a line for each of these rows."""
    low = TOP - HEAD - LEAD * len(rows) - 6
    for y in (TOP, TOP - HEAD, low):
        sheet.rule(EDGES[0], y, EDGES[-1], y)
    for x in EDGES:
        sheet.rule(x, TOP, x, low)
    for x, text in zip(EDGES, HEADS[sheet.language], strict=False):
        sheet.text(text, x + 6, TOP - HEAD + 8, size=10)
    for at, row in enumerate(rows, 1):
        for x, text in zip(EDGES, row, strict=False):
            if text:
                sheet.text(text, x + 6, TOP - HEAD - LEAD * at + 2, size=10)
    sheet.text(BELOW[sheet.language], 40, 60)


def table_of(rows: list[list[str]], language: str) -> Table:
    (page,) = truths_of(pdf_of(lambda sheet: columns_ruled(sheet, rows), language))
    (table,) = page.tables
    return table


@LANGUAGES
def test_rows_that_end_on_purpose_are_rows_under_a_head(language: str) -> None:
    table = table_of(ROWS[language], language)
    assert table.known
    texts = [HEADS[language], *ROWS[language]]
    assert [(c.row, c.column, c.text, c.header) for c in table.cells] == [
        (row, column, text, row == 0)
        for row, own in enumerate(texts)
        for column, text in enumerate(own)
    ]


LONG = {
    "ko": ["앞면의 왼쪽 아래에 그려지는 긴 선이며 뒤에서", "보면 오른쪽이다"],
    "en": ["is drawn at the lower left of the front side", "and seen from behind"],
}


@LANGUAGES
def test_the_rest_of_a_full_line_belongs_to_its_row(language: str) -> None:
    first, last = LONG[language]
    rows = [*ROWS[language], ["2048", ROWS[language][0][1], first], ["", "", last]]
    table = table_of(rows, language)
    assert table.known
    assert [cell.text for cell in table.cells if cell.row == 5][2] == f"{first} {last}"
    assert max(cell.row for cell in table.cells) == 5


@LANGUAGES
def test_texts_that_go_on_beside_each_other_are_one_row(language: str) -> None:
    first, last = LONG[language]
    names = {"ko": ["왼쪽 아래의 앞면에", "그린 선"], "en": ["the lower left of", "the front"]}
    rows = [["1", names[language][0], first], ["", names[language][1], last]]
    table = table_of(rows, language)
    assert table.known
    assert [cell.text for cell in table.cells if cell.row == 1] == [
        "1",
        " ".join(names[language]),
        f"{first} {last}",
    ]


@LANGUAGES
def test_lines_that_may_be_rows_or_not_make_the_table_unknown(language: str) -> None:
    rows = [list(row) for row in ROWS[language]]
    rows[1][0] = rows[3][0] = ""
    assert not table_of(rows, language).known


@LANGUAGES
def test_columns_that_no_ruling_parts_make_the_table_unknown(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        for at in range(4):
            sheet.rule(60, 300 - 24 * at, 420, 300 - 24 * at)
        for x in (60, 120, 420):
            sheet.rule(x, 300, x, 300 - 24 * 3)
        for at, row in enumerate([HEADS[language], *ROWS[language][:2]]):
            for x, text in zip((66, 126, 260), row, strict=True):
                sheet.text(text, x, 300 - 24 * at - 16, size=10)
        sheet.text(BELOW[language], 40, 60)

    (page,) = truths_of(pdf_of(draw, language))
    assert [table.known for table in page.tables] == [False]
