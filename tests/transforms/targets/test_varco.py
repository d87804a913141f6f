"""The native markup: the published example, and its own ways with numbers."""

import pytest

from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.varco import Varco

VARCO, SIZE = Varco(), Size(800, 600)


def test_published_example_to_the_letter() -> None:
    item = Item("백범로", [[0.172, 0.266, 0.328, 0.341]])
    text = "<char>백범로</char><bbox>0.172, 0.266, 0.328, 0.341</bbox>"
    assert VARCO.serialise([item], SIZE) == text
    assert VARCO.parse(text, SIZE) == [item]


def test_zeros_are_dropped_and_values_clamped() -> None:
    assert VARCO.serialise([Item("a", [[-0.1, 0.5, 0.25, 1.2]])], SIZE).endswith(
        "<bbox>0, 0.5, 0.25, 1</bbox>"
    )


def test_several_boxes_are_joined_by_delim() -> None:
    text = VARCO.ground(Item("두 고양이", [[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]), SIZE)
    assert text == "<obj>두 고양이</obj><bbox>0, 0, 0.5, 0.5<delim>0.5, 0.5, 1, 1</bbox>"


def test_stray_markup_is_an_error() -> None:
    with pytest.raises(ValueError, match="stray <bbox>"):
        VARCO.parse("<char>a</char><bbox>0, 0, 1, 1</bbox> <bbox>0, 0, 1, 1</bbox>", SIZE)
