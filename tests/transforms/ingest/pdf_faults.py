"""What is right and what is wrong with a page's text layer: functions that draw such pages.

Each draws on a `Sheet`; what they add to the text of the page is no part of what a reader sees,
unless they say so.
"""

from random import Random

import numpy as np
import pypdfium2.raw as pdfium_c
from PIL import Image as Pictures

from tests.transforms.ingest.pdf_pages import HEIGHT, STEP, TEXTS, TOP, WIDTH, Draw, Sheet
from tests.transforms.ingest.pdf_pages import scan_of as scan

OTHER = {"ko": "숨은 글자는 보이지 않는다", "en": "hidden words nobody can see"}
NAME = {"ko": "김아무개", "en": "Gildong"}
SHORT = {"ko": "도서 목록 제3호", "en": "List of books, No. 3"}
STAMP = "DOC-000123"


def twice(sheet: Sheet) -> None:
    """Drawn twice, to look bold."""
    sheet.body()
    for at, line in enumerate(sheet.lines):
        sheet.text(line, 40.4, TOP - STEP * at)


def upwards(sheet: Sheet) -> None:
    """The last line first."""
    for at in reversed(range(len(sheet.lines))):
        sheet.text(sheet.lines[at], 40, TOP - STEP * at)


def light_on_dark(sheet: Sheet) -> None:
    sheet.bar(20, 20, WIDTH - 40, HEIGHT - 40, grey=30)
    sheet.body(grey=250)


def ruled(sheet: Sheet) -> None:
    for at in range(12):
        sheet.bar(30, TOP - 6 - STEP * at, WIDTH - 60, 1)
    sheet.body()


def word_by_word(sheet: Sheet) -> None:
    """Each word by itself, as justified lines are written."""
    for at, line in enumerate(sheet.lines):
        x = 40.0
        for word in line.split():
            sheet.text(word, x, TOP - STEP * at)
            x += sum(15.0 if ord(char) > 255 else 9.5 for char in word) + 5


def small(sheet: Sheet) -> None:
    sheet.body(size=7)


def grey(sheet: Sheet) -> None:
    sheet.body(grey=140)


def highlighted(sheet: Sheet) -> None:
    """A translucent marker over a line."""
    sheet.body()
    sheet.bar(36, TOP - 5, 400, 18, grey=200, alpha=110)


def struck_through(sheet: Sheet) -> None:
    sheet.body()
    sheet.rule(40, TOP + 5, 360, TOP + 5)


def framed(sheet: Sheet) -> None:
    sheet.body()
    for y in (40, 400):
        sheet.rule(20, y, WIDTH - 20, y)
    for x in (20, WIDTH - 20):
        sheet.rule(x, 40, x, 400)


def with_logo(sheet: Sheet) -> None:
    sheet.body()
    dots = np.random.default_rng(3).integers(90, 160, (3, 3, 3), np.uint8)
    sheet.picture(Pictures.fromarray(dots), 520, 10, 40, 26)


def cropped(sheet: Sheet) -> None:
    sheet.body()
    sheet.page.set_cropbox(20, 20, WIDTH - 10, HEIGHT - 5)


def on_a_tint(sheet: Sheet) -> None:
    sheet.bar(0, 0, WIDTH, HEIGHT, grey=225)
    sheet.body()


def white(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, grey=255)


def faint(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, grey=243)


def invisible(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, mode=3)


def transparent(sheet: Sheet) -> None:
    drawn = sheet.text(OTHER[sheet.language], 40, 60)
    pdfium_c.FPDFPageObj_SetFillColor(drawn, 0, 0, 0, 0)


def specks(sheet: Sheet) -> None:
    """Letters of a third of a point, as instructions to machines are hidden."""
    sheet.text(OTHER[sheet.language], 40, 60, size=0.3)


def over_other_words(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, TOP + 1, mode=3)


def white_below_other_words(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, TOP - STEP + 1, grey=255)


def off_the_page(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, -30)


def bar_over(sheet: Sheet) -> None:
    sheet.bar(290, 50, 200, 30)


def white_bar_over(sheet: Sheet) -> None:
    sheet.bar(290, 50, 200, 30, grey=255)


def bar_that_is_not_quite_black_over(sheet: Sheet) -> None:
    sheet.bar(290, 50, 200, 30, alpha=217)


def thick_rules_over(sheet: Sheet) -> None:
    """Strokes of a pen, one below the other."""
    for y in range(52, 80, 2):
        sheet.rule(290, y, 490, y, width=3)


def bar_with_words_on_it(sheet: Sheet) -> None:
    bar_over(sheet)
    sheet.text("XXXXXXXX", 300, 60, grey=255)


def picture_over(sheet: Sheet) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (4, 20, 3), np.uint8)
    sheet.picture(Pictures.fromarray(noise), 290, 50, 200, 30)


def annotation_over(sheet: Sheet) -> None:
    sheet.black_annotation(290, 50, 200, 30)


def layer_in_front(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.body(mode=3)


def layer_behind(sheet: Sheet) -> None:
    sheet.body()
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)


def layer_of_another_page(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.body(lines=[OTHER[sheet.language]] * 9, mode=3)


def layer_off_by_a_line(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    for at, line in enumerate(sheet.lines):
        sheet.text(line, 40, TOP - STEP * (at + 1), mode=3)


def upside_down_scan(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines).rotate(180), 0, 0, WIDTH, HEIGHT)
    sheet.body(mode=3)


def white_layer(sheet: Sheet) -> None:
    """A layer that is painted, in the tone of the paper, over the scan."""
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.body(lines=[OTHER[sheet.language]] * 9, grey=246)


def stamp_on_a_scan(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.text(STAMP, 480, 8, size=9)


def header_on_a_scan(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.text("2024-05-13 09:00 " + sheet.lines[5], 40, 400, size=9)


def half_a_scan(sheet: Sheet) -> None:
    """Half of the text is a picture."""
    sheet.body(sheet.lines[:6])
    scanned = scan(sheet.lines[6:]).crop((0, 0, 2 * WIDTH, HEIGHT))
    sheet.picture(scanned, 0, 0, WIDTH, HEIGHT / 2)


def few_words(sheet: Sheet) -> None:
    sheet.body(lines=[SHORT[sheet.language]])


def and_body(hidden: Draw, name: bool = False, first: bool = False) -> Draw:
    """The text of the page, and what is wrong above it (or below); `name`: what it covers."""

    def draw(sheet: Sheet) -> None:
        if first:
            hidden(sheet)
        sheet.body()
        if name:
            sheet.text(NAME[sheet.language], 300, 60)
        if not first:
            hidden(sheet)

    return draw


def next_one(code: int) -> int:
    return code + 1 if code > 32 else code


def shuffled(code: int) -> int:
    """One of the other letters of all texts."""
    letters = sorted({ord(c) for lines in TEXTS.values() for line in lines for c in line} - {32})
    others = Random(5).sample(letters, len(letters))
    return dict(zip(letters, others, strict=True)).get(code, code)


def private(code: int) -> int:
    """A character of private use."""
    return 0xE000 + code % 4000
