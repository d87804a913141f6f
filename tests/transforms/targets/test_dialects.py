"""Every dialect of the registry: any text and any box comes back, and nothing else is taken in."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.curriculum import DialectName
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.registry import DIALECTS

SIZE = Size(800, 600)
EVERY = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
BOXED = [dialect for dialect in DIALECTS.values() if dialect.has_boxes]
EVERY_BOXED = pytest.mark.parametrize("dialect", BOXED, ids=lambda dialect: dialect.name)

TOKENS = {
    "varco": ["<char>", "</char>", "<bbox>", "</bbox>", "<obj>", "<delim>", "<gro>", "0, 0, 1, 1"],
    "qwen2.5-vl": ['{"bbox_2d": [0, 0, 1, 1]}', '"bbox_2d"', '"', "]", "}", "<|im_end|>", "\t"],
    "qwen3-vl": ['[{"bbox_2d": [0, 0, 1, 1]}]', 'bbox_2d"', '{"', "label", "<|box_start|>", "'"],
    "internvl": ["<ref>", "</ref>", "<box>", "</box>", "<box>[[0, 0, 1, 1]]</box>", "<img>"],
    "kosmos-2": [
        *("<phrase>", "</phrase>", "<object>", "</object>", "<grounding>"),
        *("</delimiter_of_multi_objects/>", "<patch_index_0000>"),
    ],
    "paligemma": ["<loc0000>", "<loc0000>" * 4, " ; ", ";", "<seg001>", "<loc00"],
    "florence-2": ["<loc_0>", "<loc_1>" * 4, "<loc_1>" * 8, "<s>", "</s>", "<loc_", "<OCR>"],
    "doctags": ["<text>", "</text>", "<loc_0>" * 4, "<doctag>", "</doctag>", "<nl>", "<loc_"],
    "paddleocr-vl": ["<|LOC_0|>", "<|LOC_1|>" * 8, "<|LOC_BEGIN|>", "<|TEXT_END|>", "|", "<|LOC_"],
    "donut": ["<sep/>", "<s_ocr>", "</s_ocr>", "<s>", "</s>", "<sep", "/>"],
}
STRAYS = {
    "varco": ["<bbox>0, 0, 1, 1</bbox>", "<char>a</char>", "<char>a</char><bbox>0, 0, 1</bbox>"],
    "qwen2.5-vl": ['{"bbox_2d": [0, 0, 1]}', '[{"bbox_2d": [0, 0, 1', '"bbox_2d": [0, 0, 1, 1]'],
    "qwen3-vl": ['{"bbox_2d": [0, 0, 1, 1001]}', '{"bbox_2d": [0, 0, 1, 0.5]}', '{"bbox_2d": 1}'],
    "internvl": [
        *("<box>[[0, 0, 1, 1]]</box>", "<ref>a</ref><box>[[0, 0, 1]]</box>"),
        *("<ref>a</ref><box>[[0, 0, 1, 1001]]</box>", "<ref>a</ref><box>[[0, 0, 1, 1]]"),
    ],
    "kosmos-2": [
        *("<phrase>a</phrase>", "<object><patch_index_0000><patch_index_0000></object>"),
        "<phrase>a</phrase><object><patch_index_0000></object>",
        "<phrase>a</phrase><object><patch_index_0000><patch_index_1024></object>",
        "<phrase>a</phrase><object><patch_index_0001><patch_index_0000></object>",
    ],
    "paligemma": ["<loc0000>" * 3 + " a", "<loc0000>" * 5 + " a", "<loc1024>" * 4 + " a"],
    "florence-2": ["a" + "<loc_0>" * 3, "a" + "<loc_0>" * 5, "a" + "<loc_1000>" * 8],
    "doctags": ["<text>a</text>", "<loc_0><loc_0>", "<text>" + "<loc_500>" * 4 + "a</text>"],
    "paddleocr-vl": ["a<|LOC_0|>", "a" + "<|LOC_0|>" * 9, "a" + "<|LOC_1001|>" * 8],
    "donut": ["a</s_ocr>", "<sep/></s_menu>"],
}


def texts(name: str) -> st.SearchStrategy[str]:
    every = ["\\", "<", "<\\", "\n", " ", "가", "a ", "<image>"]
    pieces = st.lists(st.sampled_from(TOKENS[name] + every), min_size=1).map("".join)
    return st.one_of(st.text(min_size=1), pieces)


FRACTIONS = st.one_of(st.floats(0, 1), st.integers(0, 32).map(lambda number: number / 32))
SIZES = st.builds(Size, st.integers(16, 4000), st.integers(16, 4000))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, x1 = sorted([draw(FRACTIONS), draw(FRACTIONS)])
    y0, y1 = sorted([draw(FRACTIONS), draw(FRACTIONS)])
    return [x0, y0, x1, y1]


def assert_near(dialect: Dialect, size: Size, there: list[Box], back: list[Box]) -> None:
    across, down = (tolerance + 1e-12 for tolerance in dialect.tolerance(size))
    assert len(back) == (len(there) if dialect.has_boxes else 0)
    for (x0, y0, x1, y1), (left, top, right, bottom) in zip(there, back, strict=bool(back)):
        assert max(abs(x0 - left), abs(x1 - right)) <= across
        assert max(abs(y0 - top), abs(y1 - bottom)) <= down


def test_the_registry_holds_the_names_of_the_schema() -> None:
    assert list(DIALECTS) == list(get_args(DialectName))


@EVERY
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_items_come_back(dialect: Dialect, data: st.DataObject) -> None:
    pairs = data.draw(st.lists(st.tuples(texts(dialect.name), boxes()), max_size=4))
    items, size = [Item(text, [box]) for text, box in pairs], data.draw(SIZES)
    back = dialect.parse(dialect.serialise(items, size), size)
    assert [item.text for item in back] == [item.text for item in items]
    for item, again in zip(items, back, strict=True):
        assert_near(dialect, size, item.boxes, again.boxes)


@EVERY
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_every_place_of_a_text_comes_back(dialect: Dialect, data: st.DataObject) -> None:
    places = data.draw(st.lists(boxes(), min_size=1, max_size=4))
    item, size = Item(data.draw(texts(dialect.name)), places), data.draw(SIZES)
    back = dialect.parse_ground(dialect.ground(item, size), size)
    assert back.text == item.text
    assert_near(dialect, size, item.boxes, back.boxes)


@EVERY
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_kinds_of_things_come_back(dialect: Dialect, data: st.DataObject) -> None:
    kinds = st.sampled_from(["heading", "paragraph", "table", "chart", "Section-header", "목록"])
    pairs = data.draw(st.lists(st.tuples(kinds, boxes()), max_size=6))
    things, size = [Item(kind, [box]) for kind, box in pairs], data.draw(SIZES)
    back = dialect.parse_detected(dialect.detect(things, size), size)
    assert [thing.text for thing in back] == [thing.text for thing in things]
    for thing, again in zip(things, back, strict=True):
        assert_near(dialect, size, thing.boxes, again.boxes)


@EVERY
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_escaped_running_text_holds_no_item(dialect: Dialect, data: st.DataObject) -> None:
    text = dialect.escape(data.draw(texts(dialect.name)))
    assert "<image>" not in text
    assert not any(item.boxes for item in dialect.parse(text, SIZE))


@EVERY_BOXED
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_question_holds_its_region(dialect: Dialect, data: st.DataObject) -> None:
    box, size = data.draw(boxes()), data.draw(SIZES)
    question = f"<image>\nWhat is in {dialect.region('this region', box, size)}?"
    [item] = dialect.parse(question, size)
    assert_near(dialect, size, [box], item.boxes)


@EVERY
def test_prompts_hold_no_item(dialect: Dialect) -> None:
    for prompt in (*dialect.ocr_prompts.values(), dialect.grounding_prompt):
        assert not any(item.boxes for item in dialect.parse(f"<image>\n{prompt}\ncat", SIZE))


@EVERY_BOXED
@settings(max_examples=20, deadline=None)
@given(SIZES)
def test_boxes_are_clamped(dialect: Dialect, size: Size) -> None:
    outside, inside = Item("a", [[-0.5, -2, 1.5, 7]]), Item("a", [[0, 0, 1, 1]])
    assert dialect.serialise([outside], size) == dialect.serialise([inside], size)
    assert dialect.ground(outside, size) == dialect.ground(inside, size)


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, strays in STRAYS.items() for text in strays]
)
def test_strays_are_errors(name: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ by dialect
        DIALECTS[name].parse(text, SIZE)


@EVERY
def test_a_place_of_no_text_or_of_two_is_an_error(dialect: Dialect) -> None:
    two = [Item(text, [[0, 0, 1, 1]]) for text in ("a", "b")]
    for items in ([], two):
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ by dialect
            dialect.parse_ground(dialect.serialise(items, SIZE), SIZE)
