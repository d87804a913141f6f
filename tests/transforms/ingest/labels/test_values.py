"""Values of label files: what counts as a number, a box, a shape, an image's name; and streams."""

import doctest
import io
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.transforms.ingest import image_marks
from gyogwa.transforms.ingest.labels import (
    explained,
    kinds,
    naming,
    peek,
    printed,
    published,
    talk,
    values,
)
from gyogwa.transforms.ingest.labels.form import LabelFile
from gyogwa.transforms.ingest.labels.naming import of_image, path_of
from gyogwa.transforms.ingest.labels.streams import JsonLists, lines_in
from gyogwa.transforms.ingest.labels.values import box_of, number_of, quad_of, size_of
from tests.transforms.ingest.labels.reading import file

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "module", [explained, image_marks, kinds, naming, peek, printed, published, talk, values]
)
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("value", ["nan", "inf", float("nan"), 10**400, True, None, "", "1,5", []])
def test_what_is_no_finite_number(value: Any) -> None:
    assert number_of(value) is None


@given(ANYTHING)
def test_no_value_upsets_boxes_or_shapes(value: Any) -> None:
    assert box_of(value) is None or len(box_of(value) or []) in (4, 8)
    assert quad_of(value) is None or len(quad_of(value) or []) == 4


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=2, max_size=9))
def test_a_shape_lies_in_its_quad(points: list[tuple[int, int]]) -> None:
    quad = quad_of(points)
    assert quad is not None
    for axis in (0, 1):
        across = [point[axis] for point in quad]
        assert min(across) == min(p[axis] for p in points)
        assert max(across) == max(p[axis] for p in points)


def test_a_size_is_told_only_when_both_sides_are() -> None:
    assert size_of("800", 520.0) == [800, 520]
    assert size_of(800, None) is size_of(0, 520) is size_of(-1, 5) is None


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./a.jpg", "a.jpg"),
        ("s3://bucket/a/b.png", "b.png"),
        (" a b.jpg ", "a b.jpg"),
        ("\\\\server\\a.jpg", "a.jpg"),
        (7, "7"),
        (None, None),
        ("", None),
        ("/data/", None),
    ],
)
def test_names_of_images(name: Any, path: str | None) -> None:
    assert path_of(name) == path


def test_a_file_of_an_images_name_is_of_it_whatever_the_ending() -> None:
    labels = LabelFile("page/0001.xml", io.BytesIO)
    assert of_image(labels, "0001.tif") == of_image(labels, None) == {"stem": "0001"}
    assert of_image(labels, "x/0002.tif") == {"file_name": "x/0002.tif"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_lists_and_lines_are_read_in_every_encoding(encoding: str) -> None:
    items = ["주민 설명회 " * 50, "안내문"] * 3000
    made = file("a.json", json.dumps({"x": items}, ensure_ascii=False).encode(encoding))
    assert list(JsonLists(made).items("x.item")) == items
    assert made.told == ([] if "utf-8" in encoding else [f"labels in {encoding}"])
    made = file("a.txt", "\r\n".join([*items[:2], " ", *items[:1]]).encode(encoding))
    assert list(lines_in(made)) == [(1, items[0]), (2, items[1]), (4, items[0])]


def test_what_is_in_no_known_encoding_is_an_error() -> None:
    with pytest.raises(ValueError, match="neither UTF-8"):
        list(lines_in(file("a.txt", b"\xff\x00\x80")))
    with pytest.raises(ValueError, match="utf-16"):
        list(lines_in(file("a.txt", b"\xff\xfea")))
