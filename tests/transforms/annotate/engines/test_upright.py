"""Pages scanned askew, on their side or upside down are read upright; boxes stay on the image."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.direction import is_vertical
from gyogwa.transforms.annotate.engines.page_text import PageText, Posture, on_image, word_on_image
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.upright import read_upright

LINES = [
    "Every page that comes in has a row",
    "in the catalog with its source and",
    "licence and whatever leaves the flow",
    "leaves a reject with rule and value",
    "so that nothing is ever lost at all",
    "and the ledger of each step balance",
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(EngineSettings("tesseract"))


@pytest.fixture(scope="module")
def page() -> Image.Image:
    image = Image.new("L", (900, 700), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 32)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(image).text((80, 80 + 90 * number), line, 0, font)
    return image


def turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 3, -2, 92, 9, -31])
def test_turned_pages_are_read_upright(engine: Engine, page: Image.Image, degrees: float) -> None:
    image = turned(page, degrees)
    read = read_upright(engine, image)
    assert {word.text for word in read.words} >= set(" ".join(LINES).split())
    off = (read.posture.turned + read.posture.skew + degrees + 180) % 360 - 180
    assert abs(off) <= 0.3
    # each word's box holds its ink: the middle of the box's word on the page is near its centre
    word = next(word for word in read.words if word.text == "licence")
    placed = word_on_image(word, read, image.width, image.height)
    box = placed.box
    assert bool(placed.quad) == bool(read.posture.skew)
    if placed.quad:  # its upper edge runs as the text does
        (x0, y0), (x1, y1) = placed.quad[:2], placed.quad[2:4]
        run = math.atan2((y0 - y1) * image.height, (x1 - x0) * image.width)
        assert abs((math.degrees(run) - degrees + 180) % 360 - 180) < 1
    centre = ((box[0] + box[2]) / 2 * image.width, (box[1] + box[3]) / 2 * image.height)
    font = ImageFont.truetype("DejaVuSans.ttf", 32)
    left, top, right, bottom = ImageDraw.Draw(page).textbbox((80, 80 + 90 * 2), "licence", font)
    wanted = rotated(((left + right) / 2, (top + bottom) / 2), page, image, degrees)
    assert math.dist(centre, wanted) < 6


def rotated(
    point: tuple[float, float], page: Image.Image, image: Image.Image, degrees: float
) -> tuple[float, float]:
    """Where a point of the page is after it was turned counter-clockwise about its centre."""
    angle = math.radians(degrees)
    x, y = point[0] - page.width / 2, point[1] - page.height / 2
    return (
        x * math.cos(angle) + y * math.sin(angle) + image.width / 2,
        -x * math.sin(angle) + y * math.cos(angle) + image.height / 2,
    )


def test_vertical_korean_is_detected_and_not_taken_for_a_turned_page(engine: Engine) -> None:
    text = "나랏말싸미듕귁에달아문자와로서르사맛디아니할쎄이런젼차로어린백성이니르고져홀배이셔도"
    font = ImageFont.truetype("NanumMyeongjo.ttf", 34)
    image = Image.new("L", (500, 500), 255)
    for place, char in enumerate(text):
        column, row = divmod(place, 9)
        ImageDraw.Draw(image).text((400 - 75 * column, 40 + 44 * row), char, 0, font)
    read = read_upright(engine, image)
    assert read.vertical or is_vertical(read.words, read.height / read.width)
    assert (read.posture.turned, read.width, read.height) == (0, 500, 500)


def test_a_blank_page_is_read_once(engine: Engine) -> None:
    class Counting:
        fingerprint = engine.fingerprint
        reads = 0

        def read(self, image: Image.Image) -> list[Word]:
            self.reads += 1
            return engine.read(image)

    counting = Counting()
    assert read_upright(counting, Image.new("L", (300, 400), 255)).words == []
    assert counting.reads == 1


@given(
    st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.1), st.sampled_from([0, 90, 180, 270])
)
def test_a_quarter_turn_moves_boxes_exactly(x: float, y: float, side: float, turn: int) -> None:
    width, height = 300, 200
    sideways = turn in (90, 270)
    upright = PageText(
        [], height if sideways else width, width if sideways else height, Posture(turn)
    )
    box = on_image([x, y, x + side, y + side], upright, width, height)
    expected = {
        0: [x, y, x + side, y + side],
        90: [1 - y - side, x, 1 - y, x + side],
        180: [1 - x - side, 1 - y - side, 1 - x, 1 - y],
        270: [y, 1 - x - side, y + side, 1 - x],
    }[turn]
    assert box == pytest.approx(expected, abs=2e-6)
