"""Readings of boxes are told apart by the ink of pages as people have them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.labels.infer import (
    Extent,
    Page,
    boxes_of,
    decide,
    extent_of,
    fits_of,
    is_beside,
    is_upright,
    judge,
    texts_of,
)
from gyogwa.transforms.ingest.labels.units import Reading

FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
WORDS = [
    "주민",
    "설명회",
    "안내문",
    "일시",
    "2026년",
    "3월",
    "장소",
    "문화센터",
    "대강당",
    "담당자",
    "홍길동",
    "Contact",
    "office",
    "hours",
]


def page(width: int, height: int, size: int, step: int = 0) -> tuple[Image.Image, list[Any]]:
    """A page of words, and their boxes in pixels."""
    image, boxes = _drawn(width, height, size, step)
    return image, [list(box) for box in boxes]


@cache
def _drawn(width: int, height: int, size: int, step: int) -> tuple[Image.Image, list[Any]]:
    image = Image.new("L", (width, height), 235)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, size)
    boxes, x, y, at = [], size, size, step
    while y + 2 * size < height:
        word = WORDS[at % len(WORDS)]
        left, top, right, bottom = draw.textbbox((x, y), word, font)
        if right + size > width:
            x, y = size, y + 2 * size
            continue
        draw.text((x, y), word, 20, font)
        boxes.append([left, top, right, bottom])
        x, at = round(right) + size // 2, at + 1
    return image, boxes


def _sizes(b: list[float]) -> list[float]:
    return [b[0], b[1], b[2] - b[0], b[3] - b[1]]


def asked(
    change: Callable[[list[float], int, int], Any], sizes: list[tuple[int, int, int]]
) -> Reading:
    rows, pages = [], []
    for number, (width, height, size) in enumerate(sizes):
        image, boxes = page(width, height, size, number)
        given = [change(box, width, height) for box in boxes]
        rows.append({"words": [{"text": "a", "box": box} for box in given]})
        pages.append(Page(given, {}, np.asarray(image), 1))
    extents = [extent for row in rows if (extent := extent_of(row))]
    whole = Extent(*(max(numbers) for numbers in zip(*extents, strict=True)))
    return decide(whole, pages, "labels.json")


SHAPES = [(800, 520, 24), (1240, 1754, 22), (600, 900, 14), (1000, 1000, 30), (2480, 1200, 40)]


@pytest.mark.parametrize("shape", SHAPES)
def test_units_are_told(shape: tuple[int, int, int]) -> None:
    assert asked(lambda b, w, h: b, [shape]) == Reading()
    assert asked(lambda b, w, h: [b[0] / w, b[1] / h, b[2] / w, b[3] / h], [shape]) == Reading(
        "fractions"
    )
    width, height, _ = shape
    found = asked(
        lambda b, w, h: [round(n * 1000 / s) for n, s in zip(b, (w, h, w, h), strict=True)], [shape]
    )
    same = max(abs(width - 1000), abs(height - 1000)) < 50
    assert found == (Reading() if same else Reading("thousandths"))


@pytest.mark.parametrize("shape", SHAPES)
def test_forms_are_asked_for(shape: tuple[int, int, int]) -> None:
    for change in (lambda b, w, h: _sizes(b), lambda b, w, h: [b[1], b[0], b[3], b[2]]):
        with pytest.raises(GyogwaError, match=r"look like pixels (sizes|rows_first) displayed"):
            asked(change, [shape])


TURNS = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_270,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("of", ["displayed", "stored"])
def test_stored_boxes_of_a_turned_image_are_told(orientation: int, of: str) -> None:
    image, boxes = page(800, 520, 24)
    shown = image.transpose(TURNS[orientation]) if of == "stored" else image
    extent = extent_of({"words": [{"text": "a", "box": box} for box in boxes]})
    assert extent is not None
    found = decide(extent, [Page(boxes, {}, np.asarray(shown), orientation)], "x")
    assert found.of == of


def test_shapes_of_points_have_units_too() -> None:
    def corners(box: list[float], w: int, h: int) -> Any:
        x0, y0, x1, y1 = box[0] / w, box[1] / h, box[2] / w, box[3] / h
        return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]

    assert asked(corners, SHAPES[:2]) == Reading("fractions")


@pytest.mark.parametrize(
    ("dx", "dy", "more"), [(3, 2, 0), (-4, 3, 0), (0, 0, 6), (5, 5, 5), (0, 0, -4), (0, 12, 0)]
)
def test_boxes_a_little_off_are_still_pixels(dx: int, dy: int, more: int) -> None:
    """Loose or shifted boxes are no other reading."""

    def moved(b: list[float], w: int, h: int) -> Any:
        return [b[0] + dx - more, b[1] + dy - more, b[2] + dx + more, b[3] + dy + more]

    assert asked(moved, SHAPES) == Reading()


@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[2], (400, 300, 28)])
@pytest.mark.parametrize("count", [1, 3])
def test_few_boxes_with_rows_first_are_told_by_their_shapes(
    shape: tuple[int, int, int], count: int
) -> None:
    image, boxes = page(*shape)
    grey, missed = np.asarray(image), 0
    for first in range(0, min(len(boxes) - count, 20), 4):
        words = [WORDS[(first + n) % len(WORDS)] for n in range(count)]
        chosen = boxes[first : first + count]
        for given, meant in ((chosen, "corners"), ([_turned(b) for b in chosen], "rows_first")):
            row = {"words": [{"text": t, "box": b} for t, b in zip(words, given, strict=True)]}
            extent = extent_of(row)
            assert extent is not None
            seen = Page(boxes_of(row), {}, grey, 1, None, texts_of(row))
            fits = fits_of(extent, seen, Reading())
            found = judge(fits, Reading(), count, is_upright(seen, Reading()))
            if meant == "corners":
                assert found.believed
                assert found.reading == Reading()
            else:
                missed += found.believed
    assert missed == 0


def test_texts_set_downwards_are_believed() -> None:
    image = Image.new("L", (300, 400), 235)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 30)
    boxes = []
    for column, word in enumerate(("설명회", "안내문")):
        x = 200 - 80 * column
        places = [draw.textbbox((x, 60 + 36 * n), c, font) for n, c in enumerate(word)]
        for n, character in enumerate(word):
            draw.text((x, 60 + 36 * n), character, 20, font)
        x0, y0, x1, y1 = zip(*places, strict=True)
        boxes.append([min(x0), min(y0), max(x1), max(y1)])
    row = {"words": [{"text": "설명회", "box": box} for box in boxes]}
    extent = extent_of(row)
    assert extent is not None
    found = Page(boxes, {}, np.asarray(image), 1, None, texts_of(row))
    assert is_upright(found, Reading())
    assert decide(extent, [found], "x") == Reading()


def _turned(box: list[float]) -> list[float]:
    return [box[1], box[0], box[3], box[2]]


@pytest.mark.parametrize(
    ("form", "change"),
    [
        (
            "percent",
            lambda b, w, h: [100 * b[0] / w, 100 * b[1] / h, 100 * b[2] / w, 100 * b[3] / h],
        ),
        (
            "centred",
            lambda b, w, h: [
                (b[0] + b[2]) / 2 / w,
                (b[1] + b[3]) / 2 / h,
                (b[2] - b[0]) / w,
                (b[3] - b[1]) / h,
            ],
        ),
    ],
)
@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[2]])
def test_hundredths_are_told_and_middles_asked_for(
    form: str, change: Callable[[list[float], int, int], Any], shape: tuple[int, int, int]
) -> None:
    if form == "percent":
        assert asked(change, [shape]) == Reading("percent")
        return
    with pytest.raises(GyogwaError, match="look like fractions centred displayed"):
        asked(change, [shape])


def test_boxes_beside_all_print_are_told_from_right_ones() -> None:
    image, boxes = page(800, 520, 24)
    wrong = [[n // 3 for n in box] for box in boxes]
    faint = image.point(lambda level: 235 if level > 128 else 218)
    blank = Image.new("L", image.size, 235)
    for picture, given, beside in (
        (image, boxes, False),
        (image, wrong, True),
        (faint, boxes, False),
        (blank, boxes, False),  # it has nothing that could tell
    ):
        row = {"words": [{"text": "가나", "box": box} for box in given]}
        extent = extent_of(row)
        assert extent is not None
        found = Page(given, {}, np.asarray(picture), 1, None, texts_of(row))
        verdict = judge(fits_of(extent, found, Reading()), Reading(), len(given))
        assert is_beside(verdict, found) == beside
