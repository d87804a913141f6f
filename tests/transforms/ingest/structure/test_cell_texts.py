"""Texts of cells that go over several lines: hyphens, paths, Korean words, and what isn't sure."""

import pytest

from gyogwa.schemas.page import Table
from tests.transforms.ingest.pdf_pages import FONT, Sheet, pdf_of
from tests.transforms.ingest.structure.reading import truths_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")


def table_of(lines: list[str], beside: str, language: str = "en") -> Table:
    """A table of two columns and two rows: its last cell has these lines; a line of text stands
    below it."""

    def draw(sheet: Sheet) -> None:
        for y in (360, 330, 200):
            sheet.rule(60, y, 400, y)
        for x in (60, 160, 400):
            sheet.rule(x, 360, x, 200)
        for x, y, text in ((70, 340, "Key"), (170, 340, "Meaning"), (70, 310, "one")):
            sheet.text(text, x, y, size=11)
        for at, line in enumerate(lines):
            sheet.text(line, 170, 310 - 14 * at, size=11)
        sheet.text(beside, 40, 120)

    (page,) = truths_of(pdf_of(draw, language))
    (table,) = page.tables
    return table


CITY = "이 말은 서울특별시에서 흔히 쓴다"
JOINED = [
    (["said of the exam-", "ple"], "is an example of it", "said of the example"),
    (["one that is well-", "known"], "a well-known page", "one that is well-known"),
    (["is a 32-", "bit number"], "and more of it", "is a 32-bit number"),
    (["in /usr/share/", "doc"], "and more of it", "in /usr/share/doc"),
    (["takes 3 /", "4 ms"], "and more of it", "takes 3 / 4 ms"),
    (["말은 서울특별", "시에서 쓴다"], CITY, "말은 서울특별시에서 쓴다"),
]
IN_DOUBT = [
    ["said of the exam-", "ple"],
    ["see https://example.org/a", "b.html"],
    ["가나", "다라"],
]


@pytest.mark.parametrize(("lines", "beside", "text"), JOINED)
def test_lines_of_a_cell_are_joined_by_what_the_document_says(
    lines: list[str], beside: str, text: str
) -> None:
    table = table_of(lines, beside, "ko" if beside == CITY else "en")
    assert table.known
    assert table.cells[-1].text == text


@pytest.mark.parametrize("lines", IN_DOUBT)
def test_where_nothing_tells_the_table_is_not_known(lines: list[str]) -> None:
    assert not table_of(lines, "and more of it").known


def test_korean_lines_that_had_room_end_between_words() -> None:
    lines = ["앞면 왼쪽", "아래와 그 옆의 뒷면", "위와", "오른쪽 아래에 그려지는 선"]
    table = table_of(lines, "그 밖의 것", "ko")
    assert table.known
    assert table.cells[-1].text == " ".join(lines)
