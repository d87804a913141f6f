"""Flat borders around a page are no part of it; bars with something on them are."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.ingest.window import window_of


def page() -> Image.Image:
    image = Image.new("L", (600, 800), 250)
    for row in range(20):
        ImageDraw.Draw(image).text((50, 40 + 36 * row), "some words " * 6, 20, font_size=16)
    return image


def test_a_dark_edge_and_a_frame() -> None:
    edged = page()
    ImageDraw.Draw(edged).rectangle((588, 0, 600, 800), 15)
    box = window_of(edged)
    assert box is not None
    assert box[:2] == (0, 0)
    assert 576 <= box[2] <= 588
    assert box[3] == 800
    framed = Image.new("L", (760, 900), 90)
    framed.paste(page(), (100, 60))
    box = window_of(framed)
    assert box == pytest.approx((100, 60, 700, 860), abs=8)


def test_a_page_alone_and_an_empty_one() -> None:
    assert window_of(page()) is None
    assert window_of(Image.new("L", (600, 800), 250)) is None


def test_a_bar_with_a_title_and_a_footer() -> None:
    slide = page()
    draw = ImageDraw.Draw(slide)
    draw.rectangle((0, 0, 600, 30), 60)
    draw.text((20, 4), "A title", 255, ImageFont.load_default(20))
    assert window_of(slide) is None
