"""Blank pages, clean or noisy, are told from pages that hold something, and capped."""

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw

from gyogwa.schemas.records import Page
from gyogwa.transforms.dedup.blanks import _ALL, bound_of, is_blank
from gyogwa.transforms.ingest.signals import signals_of
from tests.transforms.tasks.synthetic import pages

PAGE = pages("document", 1)[0]


def shown(image: Image.Image) -> Page:
    """A page of these pixels on which nothing is known to stand."""
    seen = replace(PAGE.image, signals=signals_of(image))
    words = replace(PAGE.annotation, words=[], lines=[], tables=[], charts=[])
    return Page(seen, words)


def paper(noise: float = 0.0, specks: int = 0) -> Image.Image:
    rng = np.random.default_rng(0)
    pixels = np.full((1169, 827), 246.0) + rng.normal(0, noise, (1169, 827)) if noise else None
    pixels = np.full((1169, 827), 246.0) if pixels is None else pixels
    for y, x in rng.integers(10, 800, (specks, 2)):
        pixels[y : y + 2, x : x + 2] = 40
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("image", [paper(), paper(3), paper(5), paper(4, specks=40)])
def test_paper_is_blank_however_noisy(image: Image.Image) -> None:
    assert is_blank(shown(image))


def test_what_is_written_or_drawn_is_not() -> None:
    signed = paper(3)
    ImageDraw.Draw(signed).line([(300, 900), (350, 860), (380, 930), (460, 880)], 60, 4)
    assert not is_blank(shown(signed))
    assert not is_blank(Page(shown(paper()).image, PAGE.annotation))


def test_a_share_is_kept_and_at_least_one() -> None:
    sizes = [(bucket, (1,)) for bucket in range(0, 400, 2)]
    assert bound_of([*sizes, (_ALL, (10_000,))], 0.01) == (200, 100)
    assert bound_of([*sizes, (_ALL, (30,))], 0.01) == (2, 1)
    assert bound_of([(7, (5,)), (_ALL, (30,))], 0.01) == (8, 1)
    assert bound_of([*sizes, (_ALL, (30,))], 0) == (0, 0)
    assert bound_of([*sizes[:3], (_ALL, (10_000,))], 0.01)[0] > 4
