"""Tesseract by lines: whole Korean words, Latin inside them, boxes on the ink."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.engines.tesseract import Tesseract
from gyogwa.transforms.annotate.reading_order import arrange

LINES = [
    "데비안은 자유 운영체제입니다",
    "이 문서는 Debian GNU/Linux의 설치",
    "패키지는 매일 새로 만들어집니다",
    "모든 답변은 Chapter 안에 있습니다",
]
SIZE = 24


@pytest.fixture(scope="module")
def engine() -> Tesseract:
    return Tesseract(EngineSettings("tesseract"))


@pytest.fixture(scope="module")
def page() -> tuple[Image.Image, list[Word]]:
    """A page of 620 x 260 pixels with the lines, and its words with the boxes of their ink."""
    image = Image.new("L", (620, 260), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype("NanumGothic.ttf", SIZE)
    words = []
    for row, line in enumerate(LINES):
        draw.text((30, 30 + 50 * row), line, 0, font)
        for index, text in enumerate(line.split()):
            before = " ".join(line.split()[:index])
            left = 30 + font.getlength(before + " " if before else "")
            _, top, _, bottom = draw.textbbox((left, 30 + 50 * row), text, font)
            right = left + font.getlength(text)
            words.append(Word(text, [left / 620, top / 260, right / 620, bottom / 260]))
    return image, words


def iou(first: list[float], second: list[float]) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    both = max(width, 0) * max(height, 0)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (first, second)]
    return both / (sum(areas) - both)


def test_words_are_whole_and_stand_where_they_are(
    engine: Tesseract, page: tuple[Image.Image, list[Word]]
) -> None:
    image, truth = page
    read, _, _ = arrange(engine.read(image), image.height / image.width)
    assert [word.text for word in read] == [word.text for word in truth]
    for word, expected in zip(read, truth, strict=True):
        assert iou(word.box, expected.box) > 0.6, word
        assert 0.5 < word.confidence <= 1


def test_the_plain_way_cuts_korean_words_up(page: tuple[Image.Image, list[Word]]) -> None:
    image, truth = page
    plain = Tesseract(EngineSettings("tesseract", {"mode": "plain"}))
    texts = [word.text for word in plain.read(image)]
    assert texts != [word.text for word in truth]  # or the lines' way could go


def test_white_on_black_reads_the_same(
    engine: Tesseract, page: tuple[Image.Image, list[Word]]
) -> None:
    image, _ = page
    inverted = Image.eval(image, lambda value: 255 - value)
    read = {word.text for word in engine.read(inverted)}
    assert len(read & {word.text for word in engine.read(image)}) >= 12


def test_blank_and_tiny_images_have_no_words(engine: Tesseract) -> None:
    for size in ((300, 200), (3, 3), (1, 1)):
        assert engine.read(Image.new("RGB", size, "white")) == []


def test_the_same_page_reads_the_same_again(
    engine: Tesseract, page: tuple[Image.Image, list[Word]]
) -> None:
    again = Tesseract(EngineSettings("tesseract"))
    assert engine.read(page[0]) == again.read(page[0]) == engine.read(page[0])


def test_the_fingerprint_tells_the_way() -> None:
    found = {
        Tesseract(EngineSettings("tesseract", options)).fingerprint
        for options in ({}, {"mode": "plain"}, {"mode": "plain", "psm": "6"}, {"languages": "eng"})
    }
    assert len(found) == 4


def test_a_mode_that_does_not_fit_is_refused() -> None:
    for options in ({"mode": "other"}, {"mode": "lines", "languages": "eng"}):
        with pytest.raises(GyogwaError, match="expected plain, or lines"):
            Tesseract(EngineSettings("tesseract", options))
