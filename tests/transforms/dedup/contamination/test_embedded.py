"""Evaluation images inside larger pages: found in books, in frames and turned, and no others."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from benchmarks.embedded import NONE, WAYS, known_images, shown
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.contamination.embedded import EvaluationImages, held
from gyogwa.transforms.dedup.contamination.regions import regions_of
from gyogwa.transforms.synthesis.noise import jpeg

LIMIT = Duplicates().max_difference


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> EvaluationImages:
    return known_images(tmp_path_factory.mktemp("set"), range(3))


@pytest.mark.parametrize(
    ("way", "number"),
    [
        ("framed, in a book", 0),
        ("turned, in a book", 2),
        ("on a slide", 0),
        ("in two columns", 0),
        ("in a scanned book", 0),
    ],
)
def test_what_a_page_holds_is_found(way: str, number: int, known: EvaluationImages) -> None:
    found = held(jpeg(WAYS[way](shown(number), number), 85), known, LIMIT)
    assert found is not None
    assert found.image.image_id == f"benchmark:set: {number}"
    assert found.apart < LIMIT


@pytest.mark.parametrize("way", ["a number changed", "another in its place"])
def test_another_is_none(way: str, known: EvaluationImages) -> None:
    assert held(jpeg(NONE[way](shown(0), 0), 85), known, LIMIT) is None


def test_without_evaluation_images_nothing_is_read(tmp_path: Path) -> None:
    assert held(b"no image", known_images(tmp_path, range(0)), LIMIT) is None


def test_regions_are_between_bands_and_within_frames() -> None:
    image = Image.new("L", (800, 1000), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 100, 700, 300), fill=60)
    draw.rectangle((100, 500, 700, 900), outline=0, width=4)
    draw.rectangle((200, 560, 600, 840), fill=90)
    draw.rectangle((300, 420, 330, 440), fill=0)  # too small
    found = [tuple(round(value, 2) for value in region) for region in regions_of(image)]
    assert found[0] == (0.12, 0.1, 0.88, 0.9)
    assert {(0.12, 0.1, 0.88, 0.3), (0.12, 0.5, 0.88, 0.9), (0.25, 0.56, 0.75, 0.84)} <= set(found)
    assert not any(bottom <= 0.45 and top >= 0.4 for _, top, _, bottom in found)
    assert regions_of(Image.new("L", (300, 300), 200)) == []
