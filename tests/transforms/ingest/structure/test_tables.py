"""Tables of pages from their rulings: cells, spans, heads, open sides, and what is no table."""

import pytest

from gyogwa.schemas.page import Cell
from gyogwa.schemas.records import Page
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.tasks.tables import table_html
from tests.transforms.ingest.pdf_outcomes import image_of
from tests.transforms.ingest.pdf_pages import FONT, HEIGHT, TOP, WIDTH, Draw, Sheet, pdf_of
from tests.transforms.ingest.structure.reading import blocks_of, truths_of
from tests.transforms.tasks.pages import SETTING

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
CELLS = {
    "ko": [["지역", "인원", ""], ["", "남자", "여자"], ["서울", "10", "20"], ["부산", "5", "7"]],
    "en": [["City", "Folk", ""], ["", "Men", "Women"], ["Seoul", "10", "20"], ["Busan", "5", "7"]],
}  # fmt: skip
LEFT, WIDE, HIGH, LOW = 60, 120, 26, 120
"""Points: the left edge, a column's width, a row's height, the lower edge of the last row."""
ROWS = range(5)


def spread(sheet: Sheet, head: bool = True, sides: bool = True, whole: bool = True) -> None:
    """A table of four rows and three columns; the first row spans two columns, its first cell two
    rows."""
    top = LOW + 4 * HIGH
    right = LEFT + 3 * WIDE
    sheet.text(sheet.lines[0], 40, TOP)
    if head:
        sheet.bar(LEFT, top - 2 * HIGH, 3 * WIDE, 2 * HIGH, grey=220)
    for at in ROWS:
        y = top - at * HIGH
        sheet.rule(LEFT + WIDE if at == 1 else LEFT, y, right, y)
    for column in range(4):
        x = LEFT + column * WIDE
        if column in (0, 3) and not sides:
            continue
        end = top - HIGH if column == 2 else top
        sheet.rule(x, LOW if whole else LOW + HIGH, x, end)
    for row, texts in enumerate(CELLS[sheet.language]):
        for column, text in enumerate(texts):
            if text:
                sheet.text(text, LEFT + column * WIDE + 8, top - (row + 1) * HIGH + 8, size=11)
    sheet.text(sheet.lines[1], 40, 60)


def told(cells: list[Cell]) -> list[tuple[int, int, int, int, bool, str]]:
    return [(c.row, c.column, c.row_span, c.column_span, c.header, c.text) for c in cells]


def expected(language: str, heads: bool) -> list[tuple[int, int, int, int, bool, str]]:
    rows = CELLS[language]
    found = [(0, 0, 2, 1, heads, rows[0][0]), (0, 1, 1, 2, heads, rows[0][1])]
    found += [(1, column, 1, 1, heads, rows[1][column]) for column in (1, 2)]
    return found + [
        (row, column, 1, 1, False, rows[row][column]) for row in (2, 3) for column in range(3)
    ]


@LANGUAGES
@pytest.mark.parametrize("rotation", [0, 90])
def test_a_ruled_table_is_known_with_its_spans_and_heads(rotation: int, language: str) -> None:
    (page,) = truths_of(pdf_of(spread, language, rotation))
    (table,) = page.tables
    assert table.known
    assert told(table.cells) == expected(language, heads=True)
    assert [kind for kind, _ in blocks_of(page)] == ["paragraph", "table", "paragraph"]


@LANGUAGES
def test_sides_may_be_open_and_without_a_sign_nothing_is_a_head(language: str) -> None:
    (page,) = truths_of(pdf_of(lambda sheet: spread(sheet, head=False, sides=False), language))
    assert told(page.tables[0].cells) == expected(language, heads=False)


def boxed(sheet: Sheet) -> None:
    sheet.body()
    for x in (30, 560):
        sheet.rule(x, 80, x, 400)
    for y in (80, 400):
        sheet.rule(30, y, 560, y)


def underlined(sheet: Sheet) -> None:
    sheet.body()
    for at in range(4):
        sheet.rule(40, TOP - 4 - 26 * at, 300, TOP - 4 - 26 * at)


def empty_grid(sheet: Sheet) -> None:
    sheet.body(sheet.lines[:3])
    for at in range(6):
        sheet.rule(100, 60 + 30 * at, 400, 60 + 30 * at)
        sheet.rule(100 + 60 * at, 60, 100 + 60 * at, 210)


@LANGUAGES
@pytest.mark.parametrize("draw", [boxed, underlined, empty_grid])
def test_frames_underlines_and_empty_grids_are_no_tables(draw: Draw, language: str) -> None:
    (page,) = truths_of(pdf_of(draw, language))
    assert page.tables == []


@LANGUAGES
def test_a_table_whose_words_lie_over_rulings_is_not_known(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        spread(sheet)
        sheet.text(sheet.lines[2].replace(" ", ""), LEFT + 20, LOW + 8, size=11)

    (page,) = truths_of(pdf_of(draw, language))
    assert not any(table.known for table in page.tables)


@LANGUAGES
def test_a_cell_that_the_end_of_the_page_cuts_off_makes_the_table_unknown(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        spread(sheet)
        sheet.text(sheet.lines[2].split()[0], LEFT + 8, LOW - 10, size=11)

    (page,) = truths_of(pdf_of(draw, language))
    assert [table.known for table in page.tables] == [False]


@LANGUAGES
def test_a_line_of_text_directly_below_leaves_a_table_known(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        spread(sheet)
        sheet.text(sheet.lines[2], LEFT - 20, LOW - 10, size=11)

    (page,) = truths_of(pdf_of(draw, language))
    assert [table.known for table in page.tables] == [True]


@LANGUAGES
def test_tables_of_a_page_are_asked_for(language: str) -> None:
    (truth,) = truths_of(pdf_of(spread, language))
    image = image_of(WIDTH, HEIGHT)
    page = Page(image, annotate_truth(image, truth))
    (draft,) = table_html(page, SETTING)
    answer = draft.conversation[-1].content
    assert answer.count("<tr>") == 4
    assert f'<th colspan="2">{CELLS[language][0][1]}</th>' in answer
    assert f"<td>{CELLS[language][3][2]}</td>" in answer


def painted(sheet: Sheet, rows: int = 4, every: int = 1, gap: float = 0) -> None:
    """Cells of three columns told by their ground alone; every how many rows are painted, and how
    far the painted areas lie apart."""
    for row in range(rows):
        for column in range(3):
            x, y = LEFT + column * WIDE, LOW + (rows - 1 - row) * HIGH
            if row % every == 0:
                sheet.bar(x, y, WIDE - gap, HIGH - gap, grey=255 if gap and row else 220)
            sheet.text(f"{sheet.lines[row].split()[0]}{column}", x + 8, y + 8, size=11)


@LANGUAGES
def test_cells_that_are_white_on_a_dark_ground_are_cells(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.bar(LEFT - 1, LOW - 1, 3 * WIDE + 1, 4 * HIGH + 1, grey=60)
        painted(sheet, gap=1)

    (page,) = truths_of(pdf_of(draw, language))
    (table,) = page.tables
    assert table.known
    assert [(c.row, c.column, c.row_span, c.column_span) for c in table.cells] == [
        (row, column, 1, 1) for row in range(4) for column in range(3)
    ]


@LANGUAGES
def test_rows_beside_painted_ones_make_the_table_unknown(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.bar(LEFT, LOW + 4 * HIGH, WIDE, HIGH, grey=150)
        sheet.bar(LEFT + WIDE, LOW + 4 * HIGH, WIDE, HIGH, grey=150)
        sheet.bar(LEFT + 2 * WIDE, LOW + 4 * HIGH, WIDE, HIGH, grey=150)
        for column in range(3):
            x = LEFT + column * WIDE + 8
            sheet.text(f"{sheet.lines[5].split()[0]}", x, LOW + 4 * HIGH + 8, size=11)
        painted(sheet, every=2)

    (page,) = truths_of(pdf_of(draw, language))
    assert page.tables
    assert not any(table.known for table in page.tables)


@LANGUAGES
@pytest.mark.parametrize("turn", [(0, 1, -1, 0), (0, -1, 1, 0)])
def test_a_table_with_words_set_upwards_in_it_is_not_known(
    turn: tuple[float, float, float, float], language: str
) -> None:
    def draw(sheet: Sheet) -> None:
        spread(sheet)
        x, y = (6, 4) if turn[1] > 0 else (14, 22)
        sheet.text("No", LEFT + 3 * WIDE - x, LOW + y, size=11, turn=turn)

    (page,) = truths_of(pdf_of(draw, language))
    assert [table.known for table in page.tables] == [False]
    assert not any(block.known for block in page.blocks if block.kind == "table")


@LANGUAGES
@pytest.mark.parametrize("room", [5, 8])
def test_a_table_with_a_table_in_a_cell_is_not_known(room: int, language: str) -> None:
    def draw(sheet: Sheet) -> None:
        for edge, top in ((LEFT, 80), (LEFT + 60, 180), (LEFT + 300, 206)):
            sheet.rule(LEFT, top, LEFT + 300, top)
            sheet.rule(edge, 80, edge, 206)
        words = sheet.lines[0].split()
        for word, right, foot in zip(words, (6, 70, 6), (188, 188, 120), strict=False):
            sheet.text(word, LEFT + right, foot, size=11)
        left, right, low, high = LEFT + 60 + room, LEFT + 300 - room, 80 + room, 180 - room
        for at in range(3):
            y, x = low + at * (high - low) / 2, left + at * (right - left) / 2
            sheet.rule(left, y, right, y)
            sheet.rule(x, low, x, high)
            for column in (0, 1):
                if at < 2:
                    sheet.text(f"{at}{column}", left + 20 + 110 * column, y + 12, size=11)

    (page,) = truths_of(pdf_of(draw, language))
    outer = max(page.tables, key=lambda table: table.box[2] - table.box[0])
    assert not outer.known
