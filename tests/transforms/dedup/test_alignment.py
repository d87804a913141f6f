"""Where places of a copy lie on the image that is kept, from the pixels of both."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.dedup.alignment import SAME, alignment, carried, inverse, quarters
from gyogwa.transforms.dedup.picture import pictured

BOX = [0.1, 0.2, 0.5, 0.3]


def page() -> Image.Image:
    rng = random.Random(3)
    image = Image.new("L", (600, 800), 255)
    font = ImageFont.load_default(18)
    for row in range(18):
        text = " ".join("".join(rng.choices("abcdefghilmnoprstu", k=5)) for _ in range(8))
        ImageDraw.Draw(image).text((50, 50 + row * 38), text, font=font, fill=20)
    return image


def framed(image: Image.Image) -> Image.Image:
    frame = Image.new("L", (900, 1000), 90)
    frame.paste(image, (150, 100))
    return frame


COPIES: dict[str, tuple[Callable[[Image.Image], Image.Image], int, list[float]]] = {
    "smaller": (lambda image: image.resize((420, 560)), 0, SAME),
    "larger": (lambda image: image.resize((930, 1240)), 0, SAME),
    "cropped": (lambda image: image.crop((30, 20, 570, 780)), 0, [0.9, 0, 0.05, 0, 0.95, 0.025]),
    "framed": (framed, 0, [1.5, 0, -0.25, 0, 1.25, -0.125]),
    "turned": (lambda image: image.rotate(90, expand=True), 270, [0, -1, 1, 1, 0, 0]),
    "upside down": (lambda image: image.rotate(180), 180, [-1, 0, 1, 0, -1, 1]),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_told_on_the_image_kept(name: str) -> None:
    change, turn, expected = COPIES[name]
    found = alignment(pictured(page()), pictured(change(page())), turn)
    assert found == pytest.approx(expected, abs=0.004)
    if name in ("smaller", "larger"):
        assert found is SAME
    back = inverse(found)
    there = carried(BOX, back)
    if there is not None:
        assert carried(there, found) == pytest.approx(BOX, abs=1e-4)


def test_what_is_askew_or_another_has_no_map() -> None:
    askew = page().rotate(3, fillcolor=255)
    assert alignment(pictured(page()), pictured(askew)) == []
    noise = np.random.default_rng(0).integers(0, 255, (800, 600), np.uint8)
    assert alignment(pictured(page()), pictured(Image.fromarray(noise))) == []


def test_a_box_that_was_cut_off_is_none() -> None:
    crop = inverse([0.5, 0.0, 0.25, 0.0, 0.5, 0.25])  # the image kept is the middle of the copy
    assert carried([0.3, 0.3, 0.7, 0.7], crop) == [0.1, 0.1, 0.9, 0.9]
    assert carried([0.1, 0.3, 0.7, 0.7], crop) is None


def test_quarters() -> None:
    maps: list[list[float]] = [SAME, [0, 1, 0, -1, 0, 1], [-1, 0, 1, 0, -1, 1]]
    assert [quarters(by) for by in maps] == [0, 90, 180]
