"""A page photographed a little from the side is laid flat; what it shows is judged as always."""

import io

import pytest
from PIL import Image, ImageDraw

from benchmarks.text_pages import font
from benchmarks.text_pages import page as paragraphs
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.perspective import flattened
from gyogwa.transforms.dedup.picture import Picture, load
from gyogwa.transforms.dedup.verdict import says_the_same


def page(digit: str = "3", seal: tuple[int, int, int] = (40, 150, 60)) -> Image.Image:
    """Paragraphs; a number and a mark of colour among them."""
    image = paragraphs(0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((200, 480, 330, 504), fill="white")
    draw.text((204, 482), f"1,2{digit}8", (25, 25, 25), font(17))
    draw.ellipse((290, 482, 312, 504), fill=seal)
    return image


def photographed(image: Image.Image, by: float = 0.012) -> Picture:
    w, h = image.size
    quad = (-by * w, -by * h, 0, h, w * (1 + by), h * (1 + by), w * (1 - by), by * h)
    laid = image.transform(
        image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor="white"
    )
    buffer = io.BytesIO()
    laid.save(buffer, "JPEG", quality=88)
    return load(buffer.getvalue())


def kept() -> Picture:
    buffer = io.BytesIO()
    page().save(buffer, "PNG")
    return load(buffer.getvalue())


def test_a_mild_keystone_is_laid_flat() -> None:
    copy = photographed(page())
    assert difference(kept(), copy) > 1
    flat = flattened(kept(), copy)
    assert flat is not None
    assert difference(kept(), flat) <= Duplicates().max_difference


@pytest.mark.parametrize("other", [page("8"), page(seal=(200, 60, 50))])
def test_another_digit_or_colour_is_another_page(other: Image.Image) -> None:
    flat = flattened(kept(), photographed(other))
    assert flat is not None
    assert difference(kept(), flat) > 1.2


def test_what_lies_straight_or_is_another_is_left_alone() -> None:
    assert flattened(kept(), photographed(page(), 0.0)) is None
    assert (
        flattened(kept(), photographed(Image.effect_noise((827, 1169), 60).convert("RGB"))) is None
    )


def test_words_and_digits_must_agree() -> None:
    text = "우리 회사는 2026년에 매출 1,234억 원을 기록했습니다. " * 3
    assert says_the_same(text, text.replace("했", "헸"))
    assert not says_the_same(text, text.replace("1,234", "9,870"))
    assert not says_the_same("총액", "총액")
