"""Blocks of pages from their setting, furniture from the pages around, figures, and their order."""

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from gyogwa.transforms.annotate.arranging import arranged
from gyogwa.transforms.ingest.coverage import coverage_of
from gyogwa.transforms.ingest.sources.pdf_words import layer_words
from tests.transforms.ingest.pdf_pages import (
    FONT,
    HEIGHT,
    TEXTS,
    TOP,
    WIDTH,
    Sheet,
    pages_of,
    pdf_of,
)
from tests.transforms.ingest.structure.reading import blocks_of, texts_of, truths_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
HEADS = {"ko": ["제 1 장 총칙", "1.1 목적"], "en": ["Chapter 1 General", "1.1 Purpose"]}
RUNNING = {"ko": "도서관 운영 규정", "en": "Rules of the library"}


def chapter(sheet: Sheet) -> None:
    title, section = HEADS[sheet.language]
    sheet.text(title, 40, TOP, size=20)
    sheet.text(section, 40, TOP - 40, size=14)
    for at in range(3):
        sheet.text(sheet.lines[at], 40, TOP - 66 - 16 * at, size=10)
    for at in range(3):
        sheet.text(f"- {sheet.lines[3 + at]}", 52, TOP - 130 - 16 * at, size=10)
    sheet.text(f"1) {sheet.lines[7]}", 40, 60, size=8)


@LANGUAGES
def test_headings_lists_and_notes_are_told_by_how_they_are_set(language: str) -> None:
    (page,) = truths_of(pdf_of(chapter, language))
    kinds = [block.kind for block in page.blocks]
    assert kinds == ["heading", "heading", "paragraph", "list", "footnote"]
    assert [block.level for block in page.blocks[:2]] == [1, 2]
    assert [text for _, text in blocks_of(page)[:2]] == HEADS[language]
    assert all(block.known for block in page.blocks)


@LANGUAGES
def test_paragraphs_end_where_a_line_is_short_or_indented(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        texts = [" ".join(sheet.lines[at : at + 2]) for at in range(4)]
        for at, text in enumerate(texts):
            sheet.text(text, 40, TOP - 16 * at, size=10)
        sheet.text(sheet.lines[8].split()[0] + ".", 40, TOP - 64, size=10)
        for at, text in enumerate(texts):
            sheet.text(text, 40, TOP - 80 - 16 * at, size=10)

    (page,) = truths_of(pdf_of(draw, language))
    assert [(b.kind, b.last - b.first) for b in page.blocks] == [("paragraph", 5), ("paragraph", 4)]


@LANGUAGES
def test_columns_are_read_one_after_the_other(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.text(HEADS[sheet.language][0], 40, TOP, size=20)
        for at in reversed(range(6)):
            sheet.text(sheet.lines[at], 40, TOP - 50 - 16 * at, size=9)
            sheet.text(sheet.lines[6 + at], 320, TOP - 50 - 16 * at, size=9)

    (page,) = truths_of(pdf_of(draw, language))
    assert texts_of(page) == [HEADS[language][0], *TEXTS[language]]


def entries(sheet: Sheet) -> None:
    """Contents whose chapters are in bold and have no leaders."""
    for at in range(6):
        sheet.text(
            f"{at + 1}.1 {sheet.lines[at][:12]} . . . . . . . . . {at + 4}", 60, TOP - 20 * at
        )
    for at, name in enumerate((f"7 {HEADS[sheet.language][0]}", HEADS[sheet.language][0])):
        y = TOP - 140 - 26 * at
        for x in (40, 40.4):
            sheet.text(name, x, y, size=15)
        sheet.text(str(40 + at), 480, y)


@LANGUAGES
def test_chapters_whose_number_stands_apart_are_contents(language: str) -> None:
    (page,) = truths_of(pdf_of(entries, language))
    assert {block.kind for block in page.blocks} == {"contents"}


def numbered(number: int, sheet: Sheet) -> None:
    sheet.text(RUNNING[sheet.language], 40, 400, size=9)
    for at in range(6):
        sheet.text(sheet.lines[(at + number) % 12], 40, TOP - 30 - 20 * at, size=12)
    sheet.text(str(number), 290, 14, size=9)


@LANGUAGES
def test_furniture_is_told_by_the_pages_around_however_a_document_is_cut(language: str) -> None:
    data = pages_of([lambda s, n=n: numbered(n, s) for n in range(3, 9)], language)  # type: ignore[misc]
    pages = truths_of(data)
    for number, page in enumerate(pages, 3):
        kinds = blocks_of(page)
        assert kinds[0] == ("page-header", RUNNING[language])
        assert kinds[-1] == ("page-number", str(number))
        assert {kind for kind, _ in kinds[1:-1]} == {"paragraph"}
    assert truths_of(data, 2, 4) == pages[2:4]


@LANGUAGES
def test_a_page_that_stands_twice_or_grows_tells_no_furniture(language: str) -> None:
    def slide(sheet: Sheet, lines: int) -> None:
        sheet.text(HEADS[sheet.language][1], 40, 392, size=20)
        for at in range(lines):
            sheet.text(sheet.lines[at], 60, TOP - 70 - 40 * at, size=14)

    for counts in ((3, 3), (2, 3, 4)):
        data = pages_of([lambda s, n=n: slide(s, n) for n in counts], language)  # type: ignore[misc]
        for page in truths_of(data):
            assert "page-header" not in {block.kind for block in page.blocks}


@LANGUAGES
def test_the_head_of_a_table_that_goes_on_is_no_furniture(language: str) -> None:
    number = {"ko": "표 1. ", "en": "Table 1. "}

    def sheet_of(sheet: Sheet, page: int) -> None:
        sheet.text(number[sheet.language] + RUNNING[sheet.language], 40, 402, size=9)
        for row in range(7):
            for column in range(3):
                said = f"{sheet.lines[row].split()[column]}{page * min(row, 1)}"
                sheet.text(said, 46 + 160 * column, 382 - 22 * row, size=10)
            sheet.rule(40, 398 - 22 * row, 520, 398 - 22 * row)
        for column in range(4):
            sheet.rule(40 + 160 * column, 398, 40 + 160 * column, 266)

    data = pages_of([lambda s, n=n: sheet_of(s, n) for n in (1, 2, 3)], language)  # type: ignore[misc]
    for page in truths_of(data):
        assert [block.kind for block in page.blocks][:2] == ["caption", "table"]
        (table,) = page.tables
        assert [cell.text for cell in table.cells[:3]] == [
            f"{TEXTS[language][0].split()[column]}0" for column in range(3)
        ]


@LANGUAGES
def test_an_initial_begins_the_first_line_beside_it(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        texts = [sheet.lines[at] for at in range(6)]
        sheet.text(texts[0][0], 40, TOP - 30, size=40)
        for at, text in enumerate([texts[0][1:], *texts[1:]]):
            beside = 78 if sheet.language == "ko" else 68
            sheet.text(text, beside if at < 3 else 40, TOP - 16 * at, size=10)

    (page,) = truths_of(pdf_of(draw, language))
    lines = texts_of(page)
    first = TEXTS[language][0]
    assert [line.replace(" ", "") for line in lines] == [
        line.replace(" ", "") for line in TEXTS[language][:6]
    ]
    assert lines[0].startswith(f"{first[0]} ")


def test_a_title_that_is_set_wide_is_one_line() -> None:
    def draw(sheet: Sheet) -> None:
        for at, char in enumerate("서울특별시장"):
            sheet.text(char, 60 + 70 * at, 60, size=16)
        for at in range(4):
            sheet.text(sheet.lines[at], 40, TOP - 20 * at, size=10)

    (page,) = truths_of(pdf_of(draw, "ko"))
    assert texts_of(page)[-1] == "서 울 특 별 시 장"


@LANGUAGES
def test_a_large_title_above_what_stands_further_in_is_a_heading(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.text(HEADS[sheet.language][0], 40, TOP, size=20)
        sheet.text(sheet.lines[8].split()[0], 300, TOP - 28, size=10)
        for at in range(5):
            sheet.text(sheet.lines[at], 40, TOP - 60 - 18 * at, size=10)

    (page,) = truths_of(pdf_of(draw, language))
    assert blocks_of(page)[0] == ("heading", HEADS[language][0])


def test_a_picture_is_a_region_whose_strokes_are_not_held_against_the_words() -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body(sheet.lines[:4])
        noise = np.random.default_rng(3).integers(0, 255, (40, 60, 3), np.uint8)
        sheet.picture(Image.fromarray(noise), 100, 60, 300, 180)

    (page,) = truths_of(pdf_of(draw, "en"))
    (picture,) = page.pictures
    expected = [100 / WIDTH, 1 - 240 / HEIGHT, 400 / WIDTH, 1 - 60 / HEIGHT]
    assert picture.box == pytest.approx(expected, abs=0.005)
    assert picture.before == len(page.blocks)
    rng = np.random.default_rng(4)
    grey = np.full((HEIGHT, WIDTH), 255, np.uint8)
    grey[180:360, 100:400] = rng.integers(0, 255, (180, 300))
    for word in page.words:
        x0, y0, x1, y1 = (round(v * s) for v, s in zip(word.box, (WIDTH, HEIGHT) * 2, strict=True))
        grey[y0:y1, x0:x1:3] = 0
    boxes = [word.box for word in page.words]
    assert coverage_of(grey, boxes).share < 0.5
    assert coverage_of(grey, boxes, [picture.box]).share > 0.97


def test_pages_set_downwards_leave_lines_to_those_who_know_columns_from_the_right() -> None:
    def draw(sheet: Sheet) -> None:
        for column, text in enumerate(("주민설명회안내문", "담당자홍길동")):
            for at, letter in enumerate(text):
                sheet.text(letter, 350 - 50 * column, TOP - 26 * at, size=20)

    (page,) = truths_of(pdf_of(draw, "ko"))
    assert sorted(word.text for word in page.words) == ["담당자홍길동", "주민설명회안내문"]
    assert not page.lines
    words = arranged("text_layer", page.words, HEIGHT / WIDTH).words
    assert [word.text for word in words] == ["주민설명회안내문", "담당자홍길동"]


def test_digits_that_lie_in_vertical_lines_belong_to_them() -> None:
    def draw(sheet: Sheet) -> None:
        for column, text in enumerate(("주민설명회안내문", "담당자홍길동")):
            for at, letter in enumerate(text):
                sheet.text(letter, 350 - 50 * column, TOP - 26 * at, size=20)
        sheet.text("12", 353, TOP - 26 * 7 - 8, size=20, turn=(0, -1, 1, 0))

    (page,) = truths_of(pdf_of(draw, "ko"))
    assert not page.lines
    assert not page.turns
    words = arranged("text_layer", page.words, HEIGHT / WIDTH).words
    assert [word.text for word in words] == ["주민설명회안내문", "12", "담당자홍길동"]


def test_sizes_are_those_on_the_page_also_within_forms() -> None:
    """A page of an imposition: drawn at twice its size in a form that is reduced."""
    inner = pdfium.PdfDocument(pdf_of(lambda sheet: sheet.text("제목", 40, 300, size=40), "ko"))
    outer = pdfium.PdfDocument.new()
    page = outer.new_page(WIDTH, HEIGHT)
    shown = inner.page_as_xobject(0, outer).as_pageobject()
    shown.set_matrix(pdfium.PdfMatrix().scale(0.5, 0.5))
    page.insert_obj(shown)
    page.gen_content()
    (word,) = layer_words(page)
    assert [char.face.size for char in word.chars] == [20.0, 20.0]
