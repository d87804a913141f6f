"""Boxes in whatever unit, form and orientation come to lie in the same place; a flaw costs what it
is in."""

from typing import Any

import pytest

from gyogwa.schemas.page import Truth
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.truth import read_labels, truth_of
from gyogwa.transforms.ingest.labels.units import parse_reading

WIDTH, HEIGHT = 400, 200
BOX = [0.1, 0.2, 0.5, 0.4]  # 40, 40 to 200, 80


def _boxes(box: Any, declared: Any = None, orientation: int = 1) -> list[float]:
    row = {"words": [{"text": "교과", "box": box}], "boxes": declared}
    truth = truth_of(row, WIDTH, HEIGHT, orientation)
    assert isinstance(truth, Truth)
    return truth.words[0].box


@pytest.mark.parametrize(
    ("box", "declared"),
    [
        ([40, 40, 200, 80], None),
        (["40", "40", "200", "80"], None),
        ([200, 80, 40, 40], None),
        ([200, 40, 40, 80], None),
        ([[40, 40], [200, 80]], None),
        ([[40, 40], [200, 40], [200, 80], [40, 80]], None),
        ([40, 40, 200, 40, 200, 80, 40, 80], None),
        ([[40, 40], [120, 40], [200, 40], [200, 80], [40, 80]], None),
        ([40, 40, 160, 40], {"form": "sizes"}),
        ([40, 40, 80, 200], {"form": "rows_first"}),
        ([0.1, 0.2, 0.5, 0.4], {"unit": "fractions"}),
        ([100, 200, 500, 400], {"unit": "thousandths"}),
        ([80, 80, 400, 160], {"size": [800, 400]}),
        ([10, 20, 40, 20], {"form": "sizes", "size": [100, 100]}),
    ],
)
def test_a_box_is_where_its_source_says(box: Any, declared: Any) -> None:
    assert _boxes(box, declared) == pytest.approx(BOX)


def test_regions_without_words_wait_for_those_that_are_read() -> None:
    regions = [
        {"kind": "heading", "box": [40, 40, 160, 40]},
        {"kind": "list", "box": [900, 0, 9, 9]},
    ]
    labels = read_labels({"regions": regions, "boxes": {"form": "sizes"}}, WIDTH, HEIGHT)
    assert labels.truth is None
    assert [(region.kind, region.box) for region in labels.regions] == [("heading", BOX)]
    assert labels.dropped == {"regions without area on the image": 1}


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, [40, 40, 200, 80]),
        (2, [200, 40, 360, 80]),
        (3, [200, 120, 360, 160]),
        (4, [40, 120, 200, 160]),
        (5, [40, 40, 80, 200]),
        (6, [40, 200, 80, 360]),
        (7, [120, 200, 160, 360]),
        (8, [120, 40, 160, 200]),
    ],
)
def test_boxes_of_the_stored_image_turn_with_it(orientation: int, stored: list[float]) -> None:
    assert _boxes(stored, {"of": "stored"}, orientation) == pytest.approx(BOX)


def test_a_shape_that_lies_askew_keeps_its_corners() -> None:
    row = {"words": [{"text": "교과", "box": [[40, 40], [200, 60], [196, 100], [36, 80]]}]}
    truth = truth_of(row, WIDTH, HEIGHT)
    assert truth is not None
    (word,) = truth.words
    assert word.box == pytest.approx([0.09, 0.2, 0.5, 0.5])
    assert word.quad == pytest.approx([0.1, 0.2, 0.5, 0.3, 0.49, 0.5, 0.09, 0.4])


def test_a_flaw_costs_the_word_alone() -> None:
    good = [{"text": str(n), "box": [n, 10, n + 1, 20]} for n in range(20, 40)]
    odd = [
        {"text": "over the edge", "box": [380, 10, 404, 20]},
        {"text": 12, "box": [60, 10, 50, 20]},
        {"text": "flat", "box": [60, 10, 60, 20]},
        {"text": None, "box": [60, 10, 70, 20]},
        {"text": " \u200b", "box": [60, 10, 70, 20]},
        {"text": "nowhere", "box": None},
        {"text": "far", "box": [600, 10, 640, 20]},
        "no word",
    ]
    lines = [[0, 20], [20, 22], [22, 25], [25, 28]]
    found = read_labels({"words": good + odd, "lines": lines}, WIDTH, HEIGHT)
    assert found.truth is not None
    assert [word.text for word in found.truth.words[20:]] == ["over the edge", "12"]
    assert found.truth.words[20].box[2] == 1.0
    assert [(line.first, line.last) for line in found.truth.lines] == [(0, 20), (20, 22)]
    assert found.dropped == {
        "words without text": 3,
        "words without area": 1,
        "words without a box that can be read": 1,
        "words outside the image": 1,
    }


def test_boxes_of_another_image_are_not_believed() -> None:
    words = [{"text": "a", "box": [n * 100, 10, n * 100 + 50, 20]} for n in range(10)]
    with pytest.raises(BadImage, match="6 of 10 boxes lie outside 400 x 200 pixels"):
        truth_of({"words": words}, WIDTH, HEIGHT)


def test_a_line_in_one_box_becomes_its_words() -> None:
    line = {"text": "주민 설명회 AI", "box": [40, 40, 200, 80]}
    truth = truth_of({"lines_of_text": [line]}, WIDTH, HEIGHT)
    assert truth is not None
    assert [word.text for word in truth.words] == ["주민", "설명회", "AI"]
    assert truth.words[0].box[0] == 0.1
    assert truth.words[-1].box[2] == 0.5
    assert not truth.lines  # they are found from where the words stand
    assert all(word.confidence < 1 for word in truth.words)


def test_regions_hold_the_lines_whose_middle_they_hold() -> None:
    lines = [{"text": f"line{n}", "box": [40, 20 * n, 200, 20 * n + 15]} for n in range(1, 5)]
    regions = [
        {"kind": "heading", "box": [30, 10, 300, 37]},
        {"kind": "list", "box": [0, 38, 400, 120]},
    ]
    truth = truth_of({"lines_of_text": lines, "regions": regions}, WIDTH, HEIGHT)
    assert truth is not None
    assert [(b.kind, b.first, b.last) for b in truth.blocks] == [("heading", 0, 1), ("list", 1, 4)]


def test_readings_in_words() -> None:
    assert str(parse_reading("stored thousandths")) == "thousandths corners stored"
    with pytest.raises(ValueError, match="'inches' is not one of"):
        parse_reading("inches")
