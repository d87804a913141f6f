"""Worn copies of a page pass for the same; one digit changed does not."""

import io
import random

import pytest
from PIL import Image, ImageDraw, ImageFont

from schemas.curriculum import Duplicates
from transforms.decode import decode_grey
from transforms.duplicates.fingerprints import hashes_of
from transforms.duplicates.pixels import difference, load
from transforms.phash import distance, phash

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


def coded(image: Image.Image, quality: int = 90) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return load(buffer.getvalue())


COPIES = {
    "quality 30": lambda image: coded(image, 30),
    "three fifths": lambda image: coded(image.resize((372, 480), Image.Resampling.LANCZOS)),
    "grey": lambda image: coded(image.convert("L")),
    "dark": lambda image: coded(image.point(lambda value: round(value * 0.85))),
    "cropped": lambda image: coded(image.crop((12, 16, 608, 784))),
    "turned": lambda image: coded(
        image.rotate(0.5, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    ),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_told_from_another_number(kind: str) -> None:
    original = coded(page())
    assert difference(original, COPIES[kind](page())) <= LIMIT
    assert difference(original, COPIES[kind](page("8"))) > LIMIT


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_proposed(kind: str) -> None:
    first, second = hashes_of(coded(page())), hashes_of(COPIES[kind](page()))
    apart = [distance(getattr(first, name), getattr(second, name)) for name in vars(first)]
    assert min(apart) <= Duplicates().max_distance


def test_the_order_does_not_matter() -> None:
    first, second = coded(page()), coded(page("8"), 50)
    assert difference(first, second) == difference(second, first)


def test_other_pages_and_blank_ones() -> None:
    blank = Image.new("L", (620, 800), 250)
    assert difference(coded(page()), coded(page(seed=2))) > LIMIT
    assert difference(blank, blank) == 0
    assert difference(blank, coded(page())) > LIMIT


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
