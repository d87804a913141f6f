"""What glyphs say, and how they stand: mirrored, upside down, drawn twice, marked with another
text, without spaces that PDFium makes up. Each in Korean and in English."""

import ctypes

import pypdfium2.raw as pdfium_c
import pytest

from gyogwa.transforms.ingest.sources.pdf_actual_text import agrees
from gyogwa.transforms.ingest.sources.pdf_characters import Char
from gyogwa.transforms.ingest.sources.pdf_doubled import drawn_once
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_words import layer_words
from tests.transforms.ingest.pdf_outcomes import judged, opened, spoken, words
from tests.transforms.ingest.pdf_pages import FONT, STEP, TOP, WIDTH, Sheet, pdf_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
MIRRORS = pytest.mark.parametrize("mirror", [(-1, 0, 0, 1), (1, 0, 0, -1)])
SAID = {"ko": "비밀은", "en": "secret"}
NAME = {"ko": "이름", "en": "name"}


def mark(sheet: Sheet, drawn: object, text: str) -> None:
    """Mark a text object with what it is said to mean."""
    tag = pdfium_c.FPDFPageObj_AddMark(drawn, b"Span")
    raw = b"\xfe\xff" + text.encode("utf-16-be")
    value = (ctypes.c_ubyte * len(raw)).from_buffer_copy(raw)
    pdfium_c.FPDFPageObjMark_SetBlobParam(
        sheet.document.raw, drawn, tag, b"ActualText", value, len(raw)
    )


@LANGUAGES
@MIRRORS
def test_a_page_in_a_mirror_is_refused(
    mirror: tuple[float, float, float, float], language: str
) -> None:
    def draw(sheet: Sheet) -> None:
        for at, line in enumerate(sheet.lines):
            sheet.text(line, WIDTH - 40 if mirror[0] < 0 else 40, TOP - STEP * at, turn=mirror)

    layer = judged(pdf_of(draw, language))
    assert (layer.verdict, layer.truth) == ("refused", None)
    assert "mirror" in layer.reason


@LANGUAGES
@MIRRORS
def test_a_mirrored_line_goes_nowhere(
    mirror: tuple[float, float, float, float], language: str
) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        sheet.text(sheet.lines[0], WIDTH - 40 if mirror[0] < 0 else 40, 40, turn=mirror)

    layer = judged(pdf_of(draw, language))
    assert layer.verdict == "believed"
    assert words(layer) == spoken(language)


@LANGUAGES
def test_a_negative_size_and_half_a_turn_stand_upright(language: str) -> None:
    layer = judged(pdf_of(lambda sheet: sheet.body(size=-14, turn=(-1, 0, 0, -1)), language))
    assert layer.verdict == "believed"
    assert words(layer) == spoken(language)
    assert layer.truth is not None
    assert not any(layer.truth.turns)


def test_a_shadow_that_is_drawn_glyph_by_glyph_says_nothing() -> None:
    """As PDFium sorts it: each glyph with its shadow behind it; `ll` is two letters."""

    def glyph(text: str, x: float, drawn_by: int, shift: float = 0.0) -> Char:
        return Char(text, [x + shift, 0.1 + shift, x + 0.01, 0.12 + shift], drawn_by)

    texts = "all"
    pairs = [
        (glyph(t, 0.1 + 0.01 * n, n), glyph(t, 0.1 + 0.01 * n, n + 9, 0.002))
        for n, t in enumerate(texts)
    ]
    found = drawn_once([char for pair in pairs for char in pair])
    assert "".join(char.text for char in found if char) == texts
    apart = [pair[0] for pair in pairs]
    assert drawn_once([*apart, None, *apart]) == [*apart, None, *apart]


@LANGUAGES
def test_a_marked_text_that_says_something_else_is_not_what_is_seen(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        mark(sheet, sheet.text(NAME[sheet.language], 40, 40), SAID[sheet.language])

    assert words(judged(pdf_of(draw, language))) == [*spoken(language), NAME[language]]


@LANGUAGES
def test_a_marked_text_stands_for_glyphs_without_meaning(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        mark(sheet, sheet.text(NAME[sheet.language], 40, 40), NAME[sheet.language])

    page = flattened(opened(pdf_of(draw, language, says=lambda code: 0xE000 + code % 4000)), 0)
    assert [word.text for word in layer_words(page)] == [NAME[language]]


@pytest.mark.parametrize(
    ("text", "glyphs", "told"),
    [
        ("ffi", ["\uf001"], True),
        ("fi", ["\ufb01"], True),
        ("\u1112\u1161\u11ab", ["한"], True),
        ("각", [""], True),
        ("A", ["a"], True),
        ("secret", ["o", "p", "e", "n"], False),
        ("a picture of a cat", ["•"], False),
        ("\u00ad", ["-"], False),
    ],
)
def test_what_a_marked_text_may_stand_for(text: str, glyphs: list[str], told: bool) -> None:
    assert agrees(text, glyphs) is told


def test_no_space_is_made_up_within_words_beside_vertical_text() -> None:
    """PDFium takes such a page to be set downwards, and ends a line behind every glyph."""

    def draw(sheet: Sheet) -> None:
        for line, word in enumerate(["홍길동", "김철수"]):
            for at, char in enumerate(word):
                sheet.text(char, 60 + 12.88 * at, 300 - 30 * line)
        for column in range(3):
            for at, char in enumerate("월요일"):
                sheet.text(char, 200 + 40 * column, 380 - 15 * at, turn=(-1, 0, 0, -1))

    page = flattened(opened(pdf_of(draw, "ko")), 0)
    assert {"홍길동", "김철수"} <= {word.text for word in layer_words(page)}
