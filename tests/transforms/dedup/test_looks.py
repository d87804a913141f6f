"""Colour alone, or one digit of an image larger than what is compared at once, tells two apart."""

import io
import random
from collections.abc import Callable
from functools import cache

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.templates import filling
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import Picture, load, pictured

LIMIT = Duplicates().max_difference
RED, BLUE, GREEN = (214, 96, 77), (67, 147, 195), (40, 160, 70)


def coded(image: Image.Image, quality: int = 90) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return load(buffer.getvalue())


def pie(first: tuple[int, int, int], second: tuple[int, int, int]) -> Image.Image:
    image = Image.new("RGB", (500, 500), "white")
    draw = ImageDraw.Draw(image)
    draw.pieslice((60, 60, 440, 440), 0, 170, first)
    draw.pieslice((60, 60, 440, 440), 170, 360, second)
    draw.text((180, 10), "Share of sales", "black", ImageFont.load_default(20))
    return image


def screen(light: tuple[int, int, int]) -> Image.Image:
    image = Image.new("RGB", (900, 600), (248, 249, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 50), fill=(33, 53, 94))
    for row in range(6):
        top = 80 + 80 * row
        draw.rectangle((40, top, 860, top + 60), outline=(210, 214, 220), fill="white")
        draw.ellipse((60, top + 22, 76, top + 38), fill=light if row == 2 else GREEN)
        draw.text((110, top + 16), f"service {row}", "black", ImageFont.load_default(20))
    return image


def sheet(digit: str) -> Image.Image:
    """Numbers of 14 pixels, more than are compared at once."""
    rng = random.Random(4)
    image = Image.new("L", (3000, 2000), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(14)
    for top in range(0, 2000, 40):
        for left in range(0, 3000, 200):
            text = f"{rng.randint(1000, 999999):,}"
            draw.text(
                (left, top), f"52,{digit}18" if (left, top) == (1600, 1200) else text, 30, font
            )
    return image


def strip(price: str) -> Image.Image:
    """A long page of a shop."""
    rng = random.Random(5)
    image = Image.new("L", (500, 9000), 255)
    draw = ImageDraw.Draw(image)
    for row in range(60):
        draw.rectangle((20, 150 * row + 20, 120, 150 * row + 120), fill=rng.randint(90, 220))
        draw.text((150, 150 * row + 30), f"item {rng.random():.8f}", 60, ImageFont.load_default(22))
        cost = price if row == 37 else f"{rng.randint(1, 99)},900"
        draw.text((150, 150 * row + 80), cost, 30, ImageFont.load_default(20))
    return image


PAIRS: dict[str, Callable[[], tuple[Image.Image, Image.Image]]] = {
    "sectors swapped": lambda: (pie(RED, BLUE), pie(BLUE, RED)),
    "light green, red": lambda: (screen(GREEN), screen((226, 60, 50))),
    "digit of a large sheet": lambda: (sheet("3"), sheet("8")),
    "price of a long page": lambda: (strip("12,900"), strip("12,300")),
}


@cache
def pair(kind: str) -> tuple[Image.Image, Image.Image]:
    return PAIRS[kind]()


@pytest.mark.parametrize("kind", PAIRS)
def test_what_differs_in_one_spot_is_told_apart(kind: str) -> None:
    one, other = (
        coded(image, quality) for image, quality in zip(pair(kind), (90, 70), strict=True)
    )
    assert difference(one, other) > LIMIT
    if one.factor == 1:
        assert difference(other, one) > LIMIT


@pytest.mark.parametrize("kind", PAIRS)
def test_and_a_copy_of_it_is_not(kind: str) -> None:
    one, _ = pair(kind)
    copy = coded(one, 60)
    assert difference(coded(one), copy) <= LIMIT
    if copy.factor == 1:
        assert difference(coded(one.convert("L")), copy) <= LIMIT


def test_a_tint_or_weaker_colours_are_of_the_scan() -> None:
    image = pie(RED, BLUE)
    warm = image.point([*range(256), *range(256), *(round(0.9 * v) for v in range(256))])
    faded = Image.blend(image, image.convert("L").convert("RGB"), 0.4)
    assert difference(coded(image), coded(warm)) <= LIMIT
    assert difference(coded(image), coded(faded)) <= LIMIT


def test_light_and_dark_exchanged() -> None:
    image = screen(GREEN).convert("L")
    assert difference(coded(image), coded(image.point(lambda value: 255 - value))) <= LIMIT


@pytest.mark.parametrize("number", [60, 150, 240])
def test_a_crop_of_a_slide_whose_bars_weigh_more_than_its_print(number: int) -> None:
    slide = filling("slide", number)
    across, down = round(0.02 * slide.width), round(0.02 * slide.height)
    crop = slide.crop((across, down, slide.width - across, slide.height - down))
    assert difference(coded(slide), coded(crop)) < Duplicates().max_difference
    other = filling("slide", number + 1)
    assert difference(coded(slide), coded(other)) > Duplicates().max_difference


def test_a_crop_that_is_reduced_less_than_the_whole() -> None:
    """2,500 pixels are compared at half their size, 2,350 as they are."""
    image = sheet("3").crop((0, 0, 2500, 1767))
    cropped = image.crop((20, 20, 2370, 1747))
    assert (coded(image).factor, coded(cropped).factor) == (2, 1)
    assert difference(coded(image), coded(cropped)) <= LIMIT


LARGE = {
    "moved by an odd number of pixels": lambda image: coded(
        ImageOps.expand(image, (15, 33, 0, 0), 255).crop((0, 0, *image.size)), 80
    ),
    "of one bit": lambda image: coded(image.point(lambda value: 255 * (value > 150))),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_half_the_size_cannot_lay_is_told_by_all_pixels(kind: str) -> None:
    image, other = (
        ImageOps.expand(sheet(digit).crop((790, 0, 2990, 1820)), 50, 255) for digit in "38"
    )
    copy = LARGE[kind](image)
    assert copy.factor == 2
    assert difference(coded(image), copy) < 0.5 * LIMIT
    assert difference(coded(other), copy) > 1.3 * LIMIT


@pytest.mark.parametrize("size", [(3, 3), (6, 5), (12, 9)])
def test_images_of_a_few_pixels_are_no_copies_of_others(size: tuple[int, int]) -> None:
    one, other = (
        Image.effect_noise(size, 60 + seed).resize(size).rotate(180 * seed) for seed in range(2)
    )
    assert difference(pictured(one), pictured(other)) > LIMIT


def test_one_line_on_an_empty_page() -> None:
    page = Image.new("L", (1240, 1754), 255)
    text = "This document answers questions frequently asked."
    ImageDraw.Draw(page).text((200, 600), text, 20, ImageFont.load_default(22))
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (17, -18))
    changed = page.copy()
    ImageDraw.Draw(changed).rectangle((420, 600, 440, 625), fill=255)
    assert difference(coded(page), coded(moved, 60)) <= LIMIT
    assert difference(coded(page), coded(changed, 60)) > LIMIT
