"""Of copies, the one with the richer truth, without loss, with more detail is kept."""

import io
import random

import pytest
from msgspec.structs import replace
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from gyogwa.schemas.records import Page
from gyogwa.transforms.dedup.fingerprint import rank_of
from gyogwa.transforms.ingest.signals import signals_of
from tests.transforms.tasks.synthetic import pages

PAGE = pages("document", 1)[0]


def coded(image: Pillow.Image, form: str = "JPEG", **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def rank(data: bytes, page: Page = PAGE) -> str:
    """The rank of a page whose image has these bytes."""
    with Pillow.open(io.BytesIO(data)) as image:
        seen = replace(
            page.image,
            width=image.width,
            height=image.height,
            format=image.format or "",
            signals=signals_of(image),
            ref=replace(page.image.ref, length=len(data)),
        )
    return rank_of(Page(seen, page.annotation))


def drawn() -> Pillow.Image:
    """A page at its own size: an enlarged one has no detail to lose."""
    rng = random.Random(3)
    image = Pillow.new("RGB", (840, 1120), "white")
    font = ImageFont.load_default(20)
    for row in range(26):
        text = " ".join("".join(rng.choices("abcdefghilmnoprstu", k=5)) for _ in range(10))
        ImageDraw.Draw(image).text((60, 60 + row * 38), text, font=font, fill=(20, 20, 20))
    return image


ORIGINAL = drawn()


@pytest.mark.parametrize("times", [1.5, 2, 3])
@pytest.mark.parametrize("quality", [75, 90, 95])
def test_an_enlarged_copy_never_displaces_its_original(times: float, quality: int) -> None:
    original = coded(ORIGINAL, quality=75)
    with Pillow.open(io.BytesIO(original)) as image:
        size = (round(image.width * times), round(image.height * times))
        for way in (Pillow.Resampling.BICUBIC, Pillow.Resampling.LANCZOS):
            copy = coded(image.resize(size, way), quality=quality)
            assert rank(original) < rank(copy)


@pytest.mark.parametrize("share", [0.5, 0.75])
def test_nor_does_a_reduced_one_or_one_coded_again(share: float) -> None:
    original = coded(ORIGINAL, quality=92)
    with Pillow.open(io.BytesIO(original)) as image:
        size = (round(image.width * share), round(image.height * share))
        assert rank(original) < rank(coded(image.resize(size), quality=92))
        for quality in (30, 60):
            assert rank(original) < rank(coded(image, quality=quality))


def test_without_loss_before_detail() -> None:
    small = ORIGINAL.resize((420, 560))
    assert rank(coded(small, "PNG")) < rank(coded(ORIGINAL, quality=95))


def test_truth_before_all_and_the_richer_first() -> None:
    data = coded(ORIGINAL, quality=50)
    richer = replace(PAGE.annotation, words=[*PAGE.annotation.words, *PAGE.annotation.words])
    partial = replace(PAGE.annotation, words=PAGE.annotation.words[:3])
    read = replace(richer, origin="ocr")
    ranks = [
        rank(data, Page(PAGE.image, found)) for found in (richer, PAGE.annotation, partial, read)
    ]
    assert ranks == sorted(ranks)
    assert rank(coded(ORIGINAL, "PNG"), Page(PAGE.image, read)) > ranks[2]


def test_a_tie_is_settled_by_source_and_id() -> None:
    data = coded(ORIGINAL)
    ranks = [
        rank(data, Page(replace(PAGE.image, source=source, image_id=image_id), PAGE.annotation))
        for source, image_id in (("a", "2"), ("b", "1"), ("b", "3"))
    ]
    assert ranks == sorted(ranks)


def test_of_what_was_read_that_whose_parts_a_source_names_is_kept() -> None:
    guessed = [replace(block, known=False) for block in PAGE.annotation.blocks]
    read = replace(PAGE.annotation, origin="ocr", blocks=guessed)
    parted = replace(read, blocks=[replace(block, known=True) for block in guessed])
    small, large = coded(ORIGINAL.resize((420, 560)), "JPEG"), coded(ORIGINAL, "PNG")
    assert rank(small, Page(PAGE.image, parted)) < rank(large, Page(PAGE.image, read))
    assert rank(small, PAGE) < rank(large, Page(PAGE.image, parted))
