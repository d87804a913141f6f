"""Worn copies of a page pass for the same; one digit changed does not."""

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import Picture, load, pictured
from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import KINDS, hashes_of
from gyogwa.transforms.ingest.phash import distance, phash

LIMIT = Duplicates().max_difference


def page(digit: str = "3", seed: int = 1) -> Image.Image:
    """Lines of made-up words, and one of them with a sum in it."""
    rng = random.Random(seed)
    image = Image.new("RGB", (620, 800), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(16)
    for row in range(24):
        text = " ".join("".join(rng.choices("abcdefghilmnoprstu", k=5)) for _ in range(8))
        if row == 11:
            text = f"The sum paid in the year was 12,{digit}45 in all"
        draw.text((50, 60 + row * 28), text, font=font, fill=(20, 20, 20))
    return image


def coded(image: Image.Image, quality: int = 90) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return load(buffer.getvalue())


def edged(image: Image.Image) -> Image.Image:
    """With the dark edge of a scanner's lid."""
    dark = image.copy()
    ImageDraw.Draw(dark).rectangle((0, 0, image.width // 50, image.height), fill=(18, 18, 20))
    return dark


def framed(image: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (image.width + 160, image.height + 90), (90, 92, 96))
    frame.paste(image, (90, 40))
    return frame


def shaded(image: Image.Image) -> Image.Image:
    """Darker to the right."""
    shade = Image.linear_gradient("L").rotate(90).resize(image.size)
    shade = shade.point(lambda value: 165 + round(value * 90 / 255))
    return ImageChops.multiply(image, Image.merge("RGB", (shade, shade, shade)))


COPIES = {
    "quality 30": lambda image: coded(image, 30),
    "three fifths": lambda image: coded(image.resize((372, 480), Image.Resampling.LANCZOS)),
    "grey": lambda image: coded(image.convert("L")),
    "dark": lambda image: coded(image.point(lambda value: round(value * 0.85))),
    "cropped": lambda image: coded(image.crop((12, 16, 608, 784))),
    "turned": lambda image: coded(
        image.rotate(0.5, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    ),
    "dark edge": lambda image: coded(edged(image)),
    "frame": lambda image: coded(framed(image)),
    "uneven light": lambda image: coded(shaded(image)),
    "one bit": lambda image: coded(image.convert("L").point(lambda value: 255 * (value > 150))),
    "inverted": lambda image: coded(image.point(lambda value: 255 - value)),
}
ASKEW = {
    angle: lambda image, angle=angle: coded(
        image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    )
    for angle in (-3, 2)
}
"""Copies that no hash finds, but their words (`tests.transforms.dedup.test_words`)."""


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_told_from_another_number(kind: str) -> None:
    original = coded(page())
    assert difference(original, COPIES[kind](page())) <= LIMIT
    assert difference(original, COPIES[kind](page("8"))) > LIMIT


@pytest.mark.parametrize("angle", ASKEW)
def test_so_is_one_that_lies_askew(angle: int) -> None:
    assert difference(coded(page()), ASKEW[angle](page())) <= LIMIT
    assert difference(coded(page()), ASKEW[angle](page("8"))) > LIMIT


def scanned(image: Image.Image, seed: int) -> Picture:
    """Laid a little askew, blurred, greyed, with the noise of paper."""
    rng = np.random.default_rng(seed)
    askew = image.convert("L").rotate(
        rng.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=255
    )
    blurred = np.asarray(askew.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    noisy = 18 + 0.88 * blurred + rng.normal(0, 6, blurred.shape)
    return coded(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)), 75)


def test_two_scans_of_one_page_and_of_two() -> None:
    assert difference(scanned(page(), 1), scanned(page(), 2)) <= LIMIT
    assert difference(scanned(page(), 1), scanned(page("8"), 2)) > LIMIT


def test_what_shows_something_besides_is_another() -> None:
    """A watermark; the page in a window of a program with a menu. They stay on purpose."""
    marked, window = page(), framed(page())
    font = ImageFont.load_default(90)
    ImageDraw.Draw(marked).text((110, 330), "COPY 17", font=font, fill=(225, 225, 225))
    draw = ImageDraw.Draw(window)
    draw.rectangle((0, 0, window.width, 34), fill=(45, 45, 50))
    draw.text((20, 8), "File   Edit   View   Tools", font=ImageFont.load_default(16), fill="white")
    assert difference(coded(page()), coded(marked)) > LIMIT
    assert difference(coded(page()), coded(window)) > LIMIT


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_and_one_that_is_known_to_be_turned(turned: int) -> None:
    original = coded(page())
    for digit in "38":
        copy = coded(page(digit).rotate(-turned, expand=True))
        assert (difference(original, copy, turned) <= LIMIT) == (digit == "3")
        assert (difference(copy, original, -turned % 360) <= LIMIT) == (digit == "3")
        hashes = upright(hashes_of(copy.grey), turned)
        apart = [
            distance(getattr(hashes_of(original.grey), name), getattr(hashes, name))
            for name in KINDS
        ]
        assert min(apart) <= 20


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_proposed(kind: str) -> None:
    first, second = hashes_of(coded(page()).grey), hashes_of(COPIES[kind](page()).grey)
    apart = [distance(getattr(first, name), getattr(second, name)) for name in KINDS]
    assert min(apart) <= Duplicates().max_distance


def test_the_order_does_not_matter() -> None:
    first, second = coded(page()), coded(page("8"), 50)
    assert difference(first, second) == difference(second, first)


def test_other_pages_and_blank_ones() -> None:
    blank = pictured(Image.new("L", (620, 800), 250))
    assert difference(coded(page()), coded(page(seed=2))) > LIMIT
    assert difference(blank, blank) == 0
    assert difference(blank, coded(page())) > LIMIT


def test_a_seal_on_one_of_two_contracts() -> None:
    """Red that only one page has, and no grey of the other: matching tones explains it away, so
    the pages are asked both ways."""
    rng = random.Random(3)
    bare = Image.new("RGB", (1240, 1753), "white")
    draw = ImageDraw.Draw(bare)
    for row in range(34):
        words = " ".join("".join(rng.choices("abcdefghilmnoprstu", k=5)) for _ in range(10))
        draw.text((90, 120 + row * 42), words, font=ImageFont.load_default(24), fill=(20, 20, 20))
    sealed = bare.copy()
    draw = ImageDraw.Draw(sealed)
    draw.rectangle((840, 1440, 975, 1575), fill=(220, 40, 40))
    draw.text((852, 1485), "SEAL", font=ImageFont.load_default(45), fill="white")
    assert difference(coded(bare), coded(sealed, 85)) > LIMIT
    assert difference(coded(sealed), coded(bare, 85)) > LIMIT
    assert difference(coded(sealed), coded(sealed, 60)) <= LIMIT


@pytest.mark.parametrize("size", [(120, 80), (300, 400), (511, 511)])
def test_whole_has_the_bits_of_imagehash(size: tuple[int, int]) -> None:
    image = page().resize(size)
    assert hashes_of(image.convert("L")).whole == phash(image)


@pytest.mark.parametrize("size", [(620, 800), (827, 1169), (2480, 3508)])
@pytest.mark.parametrize("seed", range(3))
def test_a_jpeg_is_hashed_from_its_luma(size: tuple[int, int], seed: int) -> None:
    buffer = io.BytesIO()
    page(seed=seed).resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    whole = hashes_of(decode_grey(buffer.getvalue()).pixels).whole
    assert distance(whole, phash(Image.open(buffer))) <= 8
