"""Quality signals move with what they are named for, and with little else."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gyogwa.transforms.ingest.signals import signals_of


def page(lines: int = 12, ink: int = 0, paper: int = 255) -> Image.Image:
    image = Image.new("L", (800, 1000), paper)
    font = ImageFont.truetype("DejaVuSans.ttf", 22)
    for line in range(lines):
        ImageDraw.Draw(image).text((60, 60 + 40 * line), "The quick brown fox", ink, font)
    return image


def test_blur_lowers_sharpness_step_by_step() -> None:
    found = [
        signals_of(page().filter(ImageFilter.GaussianBlur(radius))).sharpness
        for radius in (0, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.8
    assert found[-1] < 0.15


def test_sharpness_does_not_hang_on_the_amount_of_text() -> None:
    blurred = [page(lines).filter(ImageFilter.GaussianBlur(2)) for lines in (1, 20)]
    one, many = (signals_of(image).sharpness for image in blurred)
    assert one == pytest.approx(many, rel=0.25)


def test_contrast_is_the_span_of_grey() -> None:
    assert signals_of(page()).contrast == 1.0
    assert signals_of(page(ink=100, paper=200)).contrast == pytest.approx(100 / 255, abs=0.01)


def test_ink_grows_with_text_and_is_the_same_in_white_on_black() -> None:
    few, many = signals_of(page(3)).ink, signals_of(page(12)).ink
    assert many == pytest.approx(4 * few, rel=0.01)
    assert signals_of(page(12, ink=255, paper=0)).ink == pytest.approx(many, rel=0.05)


def test_a_blank_page_has_no_ink_even_with_grain() -> None:
    assert signals_of(page(0)).ink == 0.0
    grain = np.random.default_rng(1).normal(245, 2, (1000, 800)).clip(0, 255).astype(np.uint8)
    assert signals_of(Image.fromarray(grain)).ink == 0.0


def test_the_smallest_images_have_signals() -> None:
    for size in ((1, 1), (1, 5), (2, 1)):
        assert signals_of(Image.new("RGB", size, "white")).ink == 0.0
