"""The native markup: the published example, and that any text and box comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.targets.dialect import Item, Size
from transforms.targets.varco import Varco, escape, unescape

VARCO, SIZE = Varco(), Size(800, 600)

PIECES = st.sampled_from(
    ["<char>", "</char>", "<bbox>", "</bbox>", "<obj>", "<delim>", "<image>", "\\", "<", "가", "a "]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))
FRACTIONS = st.floats(0, 1)
BOXES = st.lists(FRACTIONS, min_size=4, max_size=4)


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


@given(TEXTS)
def test_escape_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert (
        VARCO.parse(VARCO.serialise([Item(text, [[0.0, 0.0, 1.0, 1.0]])], SIZE), SIZE)[0].text
        == text
    )


@given(st.lists(st.tuples(TEXTS, st.lists(BOXES, min_size=1, max_size=3)), max_size=5))
def test_items_come_back_within_half_a_step(pairs: list[tuple[str, list[list[float]]]]) -> None:
    items = [Item(text, boxes) for text, boxes in pairs]
    back = VARCO.parse(VARCO.serialise(items, SIZE), SIZE)
    assert [item.text for item in back] == [item.text for item in items]
    for item, again in zip(items, back, strict=True):
        for box, other in zip(item.boxes, again.boxes, strict=True):
            assert all(abs(a - b) <= 0.0005 + 1e-12 for a, b in zip(box, other, strict=True))


def test_stray_markup_is_an_error() -> None:
    with pytest.raises(ValueError, match="stray <bbox>"):
        VARCO.parse("<char>a</char><bbox>0, 0, 1, 1</bbox> <bbox>0, 0, 1, 1</bbox>", SIZE)
