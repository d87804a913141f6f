"""Text layers of PDFs against the pixels: faults of many kinds, each in Korean and in English."""

import pypdfium2 as pdfium
import pytest

from gyogwa.schemas.page import Truth
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.sources.pdf_layer import judge
from tests.transforms.ingest.pdf_faults import (
    NAME,
    OTHER,
    bar_over,
    bar_that_is_not_quite_black_over,
    bar_with_words_on_it,
    faint,
    invisible,
    layer_behind,
    layer_in_front,
    layer_of_another_page,
    light_on_dark,
    next_one,
    off_the_page,
    over_other_words,
    picture_over,
    ruled,
    specks,
    thick_rules_over,
    transparent,
    twice,
    upwards,
    white,
    white_below_other_words,
)
from tests.transforms.ingest.pdf_outcomes import image_of, judged, spoken, words
from tests.transforms.ingest.pdf_pages import FONT, HEIGHT, TEXTS, WIDTH, Draw, Sheet, pdf_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


@LANGUAGES
@pytest.mark.parametrize("draw", [Sheet.body, twice, upwards, light_on_dark, ruled])
def test_sound_layers_are_believed(draw: Draw, language: str) -> None:
    layer = judged(pdf_of(draw, language))
    assert (layer.verdict, layer.reason, layer.covered) == ("believed", "", 0)
    assert sorted(words(layer)) == sorted(spoken(language))


@LANGUAGES
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_pages_are_read_in_their_own_direction(rotation: int, language: str) -> None:
    layer = judged(pdf_of(Sheet.body, language, rotation))
    assert layer.verdict == "believed"
    assert layer.truth is not None
    size = (WIDTH, HEIGHT) if rotation == 180 else (HEIGHT, WIDTH)
    page = annotate_truth(image_of(*size), layer.truth)
    assert page.turned == rotation
    lines = [" ".join(w.text for w in page.words[n.first : n.last]) for n in page.lines]
    assert lines == TEXTS[language]


@LANGUAGES
def test_a_stamp_up_the_margin_and_a_watermark_are_apart_from_the_lines(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.text("SAMPLE", 150, 60, size=70, grey=215, turn=(0.8, 0.6, -0.6, 0.8))
        sheet.body()
        sheet.text("DOC-000123", 30, 100, turn=(0, 1, -1, 0))

    layer = judged(pdf_of(draw, language))
    assert layer.verdict == "believed"
    assert layer.truth is not None
    page = annotate_truth(image_of(WIDTH, HEIGHT), layer.truth)
    lines = [" ".join(w.text for w in page.words[n.first : n.last]) for n in page.lines]
    assert lines == [*TEXTS[language], "DOC-000123", "SAMPLE"]


@LANGUAGES
def test_underscores_drawn_as_rules_belong_to_their_words(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        sheet.text("asn", 40, 30)
        sheet.bar(62.3, 28.6, 5.4, 1)
        sheet.text("get", 68, 30)
        sheet.text("tag", 140, 30)
        sheet.bar(100, 4, 200, 1)  # a rule below

    assert words(judged(pdf_of(draw, language))) == [*spoken(language), "asn_get", "tag"]


@LANGUAGES
def test_white_words_below_other_words_go_nowhere(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        white_below_other_words(sheet)
        sheet.body()

    assert words(judged(pdf_of(draw, language))) == spoken(language)


@LANGUAGES
@pytest.mark.parametrize(
    "hidden", [white, faint, invisible, transparent, specks, over_other_words, off_the_page]
)
@pytest.mark.parametrize("first", [False, True])
def test_words_that_are_not_seen_go_nowhere(hidden: Draw, first: bool, language: str) -> None:
    def draw(sheet: Sheet) -> None:
        for each in (hidden, Sheet.body) if first else (Sheet.body, hidden):
            each(sheet)

    layer = judged(pdf_of(draw, language))
    assert layer.verdict == "believed"
    assert sorted(words(layer)) == sorted(spoken(language))
    if hidden is not off_the_page:
        assert (layer.unseen, layer.covered) == (len(OTHER[language].split()), 0)


@LANGUAGES
@pytest.mark.parametrize(
    "over",
    [
        *(bar_over, bar_that_is_not_quite_black_over, thick_rules_over, bar_with_words_on_it),
        picture_over,
    ],
)
def test_covered_words_go_nowhere_and_are_told(over: Draw, language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        sheet.text(NAME[sheet.language], 300, 60)
        over(sheet)

    layer = judged(pdf_of(draw, language))
    assert layer.covered == 1
    assert layer.verdict == "believed"
    assert [w for w in words(layer) if w != "XXXXXXXX"] == spoken(language)
    assert NAME[language] not in str(layer)


@LANGUAGES
def test_words_under_an_annotation_are_covered(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        sheet.text(NAME[sheet.language], 300, 60)
        sheet.black_annotation(290, 50, 200, 30)

    layer = judged(pdf_of(draw, language))
    assert (words(layer), layer.covered) == (spoken(language), 1)


@LANGUAGES
def test_a_word_that_is_half_covered_goes_nowhere(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body()
        sheet.text("account7788", 300, 60)
        sheet.bar(345, 50, 100, 30)

    layer = judged(pdf_of(draw, language))
    assert words(layer) == spoken(language)
    assert (layer.unseen, layer.covered) == (1, 1)


@LANGUAGES
@pytest.mark.parametrize("draw", [layer_in_front, layer_behind, layer_of_another_page])
def test_hidden_layers_of_scans_are_refused_and_not_taken_for_redactions(
    draw: Draw, language: str
) -> None:
    layer = judged(pdf_of(draw, language))
    assert (layer.verdict, layer.truth, layer.covered) == ("refused", None, 0)


@LANGUAGES
def test_glyphs_without_meaning_are_refused(language: str) -> None:
    layer = judged(pdf_of(Sheet.body, language, says=lambda code: 0xE000 + code % 4000))
    assert (layer.verdict, layer.truth) == ("refused", None)


def test_a_page_that_asks_for_no_layer_has_none() -> None:
    page = pdfium.PdfDocument(pdf_of(Sheet.body, "en"))[0]
    refused = judge(page, "never")
    assert refused is not None
    assert (refused.verdict, refused.truth) == ("refused", None)
    always = judge(pdfium.PdfDocument(pdf_of(Sheet.body, "en", says=next_one))[0], "always")
    assert always is not None
    assert isinstance(always.truth, Truth)
