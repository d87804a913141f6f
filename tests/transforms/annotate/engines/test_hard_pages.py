"""Noise, slopes, fans, leaders and vertical lines, each on a small drawn page."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.annotate.engines.page_text import word_on_image
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.slopes import fan_of, ink_of, slope_of
from gyogwa.transforms.annotate.engines.tesseract.vertical import characters_of
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.ingest.noise import calmed, noise_of

LINES = [
    "Every page that comes in has a row in",
    "the catalog with its source and licence",
    "and whatever leaves the flow leaves a",
    "reject with the rule and value of it, so",
    "that nothing is lost and every ledger of",
    "each step balances when a run has ended",
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(EngineSettings("tesseract"))


@pytest.fixture(scope="module")
def page() -> Image.Image:
    image = Image.new("L", (760, 560), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 24)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(image).text((70, 60 + 75 * number), line, 0, font)
    return image


def noisy(image: Image.Image, deviation: float) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, deviation, image.size[::-1])
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def test_noise_is_told_and_calmed(page: Image.Image) -> None:
    assert noise_of(np.asarray(page)) == 0
    assert calmed(page) is page
    levels = [noise_of(np.asarray(noisy(page, deviation))) for deviation in (3, 14, 25)]
    assert levels == sorted(levels)
    assert noise_of(np.asarray(calmed(noisy(page, 14)))) < levels[1] / 2


def test_a_noisy_page_is_read(engine: Engine, page: Image.Image) -> None:
    read = read_upright(engine, noisy(page, 20))
    assert {word.text for word in read.words} >= set(" ".join(LINES).split())
    assert read.coverage is not None
    assert read.coverage.share > 0.9


@pytest.mark.parametrize("degrees", [0, 4, -8, 17, 40, -40])
def test_slopes_beyond_the_usual(page: Image.Image, degrees: float) -> None:
    turned = page.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert slope_of(ink_of(turned)).degrees == pytest.approx(degrees, abs=0.3)


def test_a_page_seen_from_the_side(engine: Engine, page: Image.Image) -> None:
    """The right edge is a seventh shorter: lines fan out, and quads follow them."""
    width, height = page.size
    corners = (0, 0, 0, height, width, 1.07 * height, width, -0.07 * height)  # what each shows
    image = page.transform(page.size, Image.Transform.QUAD, corners, fillcolor=255)
    assert fan_of(ink_of(page)) is None
    fan = fan_of(ink_of(image))
    assert fan is not None
    assert fan.change < -0.05
    read = read_upright(engine, image)
    told = {word.text: word for word in read.words}
    assert set(told) >= set(" ".join(LINES).split())
    first = word_on_image(told["Every"], read, width, height).quad
    last = word_on_image(told["ended"], read, width, height).quad
    assert first[3] > first[1]  # the first line falls to the right
    assert last[3] < last[1]  # the last one rises


def test_leaders_are_no_words(engine: Engine) -> None:
    image = Image.new("L", (760, 330), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype("NanumGothic.ttf", 20)
    entries = ["설치 안내", "부록 가", "Getting started", "찾아보기", "Index of names"]
    for row, entry in enumerate(entries):
        y = 30 + 50 * row
        draw.text((50, y), entry, 0, font)
        x = 60 + font.getlength(entry)
        draw.text((x, y), "." * int((640 - x) / font.getlength(".")), 0, font)
        draw.text((670, y), str(12 + 31 * row), 0, font)
    words = [word.text for word in read_upright(engine, image).words]
    assert set(words) == set(" ".join(entries).split()) | {"12", "43", "74", "105", "136"}


def vertical_page(text: str, size: int, high: int) -> Image.Image:
    """Words in columns of `high` pixels, from right to left."""
    font, columns = ImageFont.truetype("NanumMyeongjo.ttf", size), [[""]]
    for word in text.split():
        if (size + 2) * (sum(map(len, columns[-1])) + len(word)) > high - 100:
            columns.append([])
        columns[-1].append(word)
    image = Image.new("L", (int(1.8 * size) * len(columns) + 60, high), 255)
    for number, words in enumerate(columns):
        x, y = image.width - 30 - int(1.8 * size) * (number + 1), 30
        for char in " ".join(filter(None, words)):
            ImageDraw.Draw(image).text((x, y), char, 0, font)
            y += size + 2 if char != " " else size // 2
    return image


@pytest.mark.parametrize(
    ("text", "size", "high"),
    [
        (
            "도서관은 매일 아침 문을 열고 저녁에 닫는다 회원은 책을 세 권까지 빌릴 수 있다",
            28,
            400,
        ),
        (
            "데비안 시스템을 최신으로 유지하기 어떻게 내 가야 디스크에 보관 파일을 모두 보관해야 "
            "하고 시스템에 추가한 패키지의 로그를 보관하려면 어떻게 해야 하며 제거가 언제 어떤 "
            "패키지에 발생했는지 알고 자동으로 시스템을 한 번에 업데이트를 하려면 하나",
            30,
            600,
        ),
    ],
    ids=["a few lines", "as sure across"],
)
def test_vertical_korean_is_read(engine: Engine, text: str, size: int, high: int) -> None:
    image = vertical_page(text, size, high)
    read = read_upright(engine, image)
    assert read.vertical
    wanted = set(text.split())
    assert len({word.text for word in read.words} & wanted) >= 0.85 * len(wanted)
    assert all((word.box[2] - word.box[0]) * image.width < 1.8 * size for word in read.words)


def test_characters_of_a_column() -> None:
    """Two parts of one syllable, a syllable that touches the next, a whole one."""
    rows = [*range(9), *range(12, 20), *range(26, 66), *range(70, 89)]
    assert characters_of(np.array(rows), 20) == [(0, 20), (26, 46), (46, 66), (70, 89)]
