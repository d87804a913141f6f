"""Text layers of PDFs against the pixels: faults of many kinds, each in Korean and in English."""

import io
from collections.abc import Callable
from random import Random

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image as Pictures
from rapidfuzz.distance import Levenshtein

from gyogwa.schemas.page import TextLayer, Truth
from gyogwa.schemas.records import Annotation, Image, ImageRef, Signals
from gyogwa.transforms.annotate.annotation import annotate_doubted, annotate_truth
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.ingest.sources.pdf_layer import judge
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_render import rendered
from tests.transforms.ingest.pdf_pages import (
    FONT,
    HEIGHT,
    STEP,
    TEXTS,
    TOP,
    WIDTH,
    Draw,
    Sheet,
    pdf_of,
)
from tests.transforms.ingest.pdf_pages import scan_of as scan

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
OTHER = {"ko": "숨은 글자는 보이지 않는다", "en": "hidden words nobody can see"}
NAME = {"ko": "김아무개", "en": "Gildong"}
SHORT = {"ko": "도서 목록 제3호", "en": "List of books, No. 3"}


def judged(data: bytes) -> TextLayer:
    document = pdfium.PdfDocument(data)
    document.init_forms()
    layer = judge(flattened(document, 0))
    assert layer is not None
    return layer


def words(layer: TextLayer) -> list[str]:
    return [word.text for word in layer.truth.words] if layer.truth else []


def spoken(language: str) -> list[str]:
    return " ".join(TEXTS[language]).split()


def twice(sheet: Sheet) -> None:
    sheet.body()
    for at, line in enumerate(sheet.lines):
        sheet.text(line, 40.4, TOP - STEP * at)


def upwards(sheet: Sheet) -> None:
    for at in reversed(range(len(sheet.lines))):
        sheet.text(sheet.lines[at], 40, TOP - STEP * at)


def light_on_dark(sheet: Sheet) -> None:
    sheet.bar(20, 20, WIDTH - 40, HEIGHT - 40, grey=30)
    sheet.body(grey=250)


def ruled(sheet: Sheet) -> None:
    for at in range(12):
        sheet.bar(30, TOP - 6 - STEP * at, WIDTH - 60, 1)
    sheet.body()


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


def white(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, grey=255)


def faint(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, grey=243)


def invisible(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, 60, mode=3)


def over_other_words(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, TOP + 1, mode=3)


def white_below_other_words(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, TOP - STEP + 1, grey=255)


@LANGUAGES
def test_white_words_below_other_words_go_nowhere(language: str) -> None:
    def draw(sheet: Sheet) -> None:
        white_below_other_words(sheet)
        sheet.body()

    assert words(judged(pdf_of(draw, language))) == spoken(language)


def off_the_page(sheet: Sheet) -> None:
    sheet.text(OTHER[sheet.language], 40, -30)


@LANGUAGES
@pytest.mark.parametrize("hidden", [white, faint, invisible, over_other_words, off_the_page])
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


def bar_over(sheet: Sheet) -> None:
    sheet.bar(290, 50, 200, 30)


def bar_with_words_on_it(sheet: Sheet) -> None:
    bar_over(sheet)
    sheet.text("XXXXXXXX", 300, 60, grey=255)


def picture_over(sheet: Sheet) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (4, 20, 3), np.uint8)
    sheet.picture(Pictures.fromarray(noise), 290, 50, 200, 30)


@LANGUAGES
@pytest.mark.parametrize("over", [bar_over, bar_with_words_on_it, picture_over])
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


def layer_in_front(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.body(mode=3)


def layer_behind(sheet: Sheet) -> None:
    sheet.body()
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)


def layer_of_another_page(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.body(lines=[OTHER[sheet.language]] * 9, mode=3)


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


def next_one(code: int) -> int:
    return code + 1 if code > 32 else code


def shuffled(code: int) -> int:
    """One of the other letters of all texts."""
    letters = sorted({ord(c) for lines in TEXTS.values() for line in lines for c in line} - {32})
    others = Random(5).sample(letters, len(letters))
    return dict(zip(letters, others, strict=True)).get(code, code)


def stamp_on_a_scan(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.text("DOC-000123", 480, 8, size=9)


def header_on_a_scan(sheet: Sheet) -> None:
    sheet.picture(scan(sheet.lines), 0, 0, WIDTH, HEIGHT)
    sheet.text("2024-05-13 09:00 " + sheet.lines[5], 40, 400, size=9)


def few_words(sheet: Sheet) -> None:
    sheet.body(lines=[SHORT[sheet.language]])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(EngineSettings("tesseract"))


def decided(engine: Engine, data: bytes) -> Annotation:
    """What becomes of a PDF whose layer is in doubt."""
    layer = judged(data)
    assert layer.verdict == "doubted"
    assert layer.truth is not None
    page = Pictures.open(io.BytesIO(rendered(pdfium.PdfDocument(data)[0], 150 / 72)))
    image = image_of(*page.size)
    return annotate_doubted(image, layer.truth, read_upright(engine, page), "by")


@pytest.fixture(scope="module")
def read(engine: Engine) -> Callable[[bytes], tuple[str, str]]:
    """From a PDF whose layer is in doubt to the origin of its words, and them."""

    def decide(data: bytes) -> tuple[str, str]:
        found = decided(engine, data)
        return found.origin, " ".join(word.text for word in found.words)

    return decide


@LANGUAGES
@pytest.mark.parametrize("says", [next_one, shuffled])
def test_nonsense_is_not_believed(
    read: Callable[[bytes], tuple[str, str]], says: Callable[[int], int], language: str
) -> None:
    origin, text = read(pdf_of(Sheet.body, language, says=says))
    assert origin == "ocr"
    assert spoken(language)[0] in text


@LANGUAGES
@pytest.mark.parametrize("draw", [stamp_on_a_scan, header_on_a_scan])
def test_a_stamp_is_not_all_that_a_scan_says(
    read: Callable[[bytes], tuple[str, str]], draw: Draw, language: str
) -> None:
    origin, text = read(pdf_of(draw, language))
    assert origin == "ocr"
    assert spoken(language)[0] in text
    stamp = "DOC-000123" if draw is stamp_on_a_scan else "2024-05-13"
    assert text.count(stamp) == 1


@LANGUAGES
def test_a_picture_of_text_is_read_and_the_layer_kept(engine: Engine, language: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.body(sheet.lines[:6])
        scanned = scan(sheet.lines[6:]).crop((0, 0, 2 * WIDTH, HEIGHT))
        sheet.picture(scanned, 0, 0, WIDTH, HEIGHT / 2)

    found = decided(engine, pdf_of(draw, language))
    own = [word for word in found.words if word.origin == "text_layer"]
    assert [word.text for word in own] == " ".join(TEXTS[language][:6]).split()
    assert all(word.confidence == 1.0 for word in own)
    rest = "".join(word.text for word in found.words if not word.origin)
    said = "".join("".join(TEXTS[language][6:]).split())
    assert Levenshtein.normalized_similarity(rest, said) > 0.85


@LANGUAGES
def test_a_page_of_few_words_is_believed_when_reading_agrees(
    read: Callable[[bytes], tuple[str, str]], language: str
) -> None:
    origin, text = read(pdf_of(few_words, language))
    assert (origin, text) == ("text_layer", SHORT[language])


def image_of(width: int, height: int) -> Image:
    ref = ImageRef("", 0, 0)
    signals = Signals(1.0, 1.0, 0.1)
    return Image(
        *("0" * 32, ref, "", "", "", "document", "", 1, width, height, "PNG", "", "", ""),
        signals=signals,
    )


def test_a_page_that_asks_for_no_layer_has_none() -> None:
    page = pdfium.PdfDocument(pdf_of(Sheet.body, "en"))[0]
    refused = judge(page, "never")
    assert refused is not None
    assert (refused.verdict, refused.truth) == ("refused", None)
    always = judge(pdfium.PdfDocument(pdf_of(Sheet.body, "en", says=next_one))[0], "always")
    assert always is not None
    assert isinstance(always.truth, Truth)
