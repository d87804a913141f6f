"""Places in conversations that were written for one family of models."""

from typing import Any

import pytest

from gyogwa.schemas.records import Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.box_markup import read_markup
from gyogwa.transforms.ingest.sources.folder import talk_in
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.registry import DIALECTS

SIZE = Size(800, 520)
BOX = [0.1, 0.25, 0.625, 0.5]
OTHER = [0.7, 0.1, 0.9, 0.2]
TENTHS = [[0.1, 0.2, 0.3, 0.4]]


def read(answer: str, question: str = "<image>어디?", images: int = 1, **boxes: Any) -> Any:
    turns = [Turn("user", question), Turn("assistant", answer)]
    found = read_markup(turns, images, boxes)
    return [turn.content for turn in found.turns], [
        (place["name"], [[round(n, 4) for n in box] for box in place["boxes"]])
        for place in found.places
    ]


def reason(answer: str, question: str = "<image>어디?", images: int = 1, **boxes: Any) -> str:
    with pytest.raises(BadImage) as caught:
        read(answer, question, images, **boxes)
    assert caught.value.rule == "bad_conversation"
    return caught.value.message


@pytest.mark.parametrize("name", ["varco", "internvl", "kosmos-2", "florence-2", "paligemma"])
@pytest.mark.parametrize("boxes", [[BOX], [BOX, OTHER]])
def test_what_each_dialect_writes_is_read_back(name: str, boxes: list[list[float]]) -> None:
    dialect = DIALECTS[name]
    wide, high = dialect.tolerance(SIZE)
    written = dialect.ground(Item("담당자 홍길동", boxes), SIZE)
    (_, answer), places = read(written)
    assert "<" not in answer.replace("<bbox>", "")
    assert {text for text, _ in places} == {"담당자 홍길동"}
    got = [box for _, several in places for box in several]
    for box, meant in zip(got, boxes, strict=True):
        assert box[::2] == pytest.approx(meant[::2], abs=wide + 1e-4)
        assert box[1::2] == pytest.approx(meant[1::2], abs=high + 1e-4)


@pytest.mark.parametrize(
    ("answer", "left", "name"),
    [
        ("<ref>표</ref><box>(100,200),(300,400)</box>", "<bbox>", "표"),
        ("여기 <|object_ref_start|>표<|object_ref_end|><|box_start|>(100,200),(300,400)<|box_end|>",
         "여기 <bbox>", "표"),
        ("<box>[[100, 200, 300, 400]]</box>", "<bbox>", ""),
        ("<box>100 200 300 400</box>", "<bbox>", ""),
        ("<ref>a</ref><box>(0.1,0.2),(0.3,0.4)</box>", "<bbox>", "a"),
        ("<quad>(100,200),(300,200),(300,400),(100,400)</quad>", "<bbox>", ""),
        ("<grounding><obj>a</obj><bbox>0.1, 0.2, 0.3, 0.4</bbox>", "<bbox>", "a"),
        ("<p>a b</p> {<10><20><30><40>}", "<bbox>", "a b"),
        ("See <|ref|>a<|/ref|>, <|ref|>b<|/ref|><box>[[100,200,300,400]]</box>", "See a, <bbox>",
         "b"),
    ],
)  # fmt: skip
def test_published_markup_is_read(answer: str, left: str, name: str) -> None:
    assert read(answer) == (["<image>어디?", left], [(name, TENTHS)])


def test_a_question_keeps_its_words_and_its_place() -> None:
    question = "<image>What is in <loc_100><loc_200><loc_300><loc_400>?"
    turns, places = read("a stamp", question)
    assert turns == ["<image>What is in <bbox>?", "a stamp"]
    assert places == [("", [[0.1005, 0.2005, 0.3005, 0.4005]])]


def test_numbers_in_brackets_are_read_where_it_is_said_what_they_are() -> None:
    assert "say with --boxes" in reason("It is at [0.1, 0.2, 0.3, 0.4].")
    assert "say with --boxes" in reason("(80, 104, 240, 208)", "<image>Give its bounding box.")
    assert read("[0.1, 0.2, 0.3, 0.4]", unit="fractions")[1] == [("", TENTHS)]
    found = read("[10, 20, 20, 20]", "<image>좌표는?", unit="percent", form="sizes")
    assert found[1] == [("", TENTHS)]


@pytest.mark.parametrize("answer", ["[2019, 2020, 2021, 2022]", "f(a, b)", "<b>a</b>", "[0.4, 1]"])
def test_what_is_no_place_stays(answer: str) -> None:
    assert read(answer) == (["<image>어디?", answer], [])


@pytest.mark.parametrize(
    "answer",
    [
        '[{"bbox_2d": [100, 200, 300, 400], "label": "a"}]',
        '<point x="61.5" y="40.4" alt="a">a</point>',
        "<|box_start|>left<|box_end|>",
        "a<|LOC_1|><|LOC_2|><|LOC_3|><|LOC_4|>",
        "<doctag><text><loc_1><loc_2><loc_3><loc_4>a</text></doctag>",
        "<loc_1><loc_2>",
    ],
)
def test_what_cant_be_read_is_told(answer: str) -> None:
    assert "markup of one model" in reason(answer)


@pytest.mark.parametrize(
    "answer",
    ["<box>[[100,200,300,1400]]</box>", "<box>[[300,200,100,400]]</box>", "<box>1 2</box>"],
)
def test_boxes_that_are_none_are_told(answer: str) -> None:
    assert answer in reason(answer)


def test_of_several_images_nothing_says_which() -> None:
    assert "of 2 images" in reason("<box>[[1,2,3,4]]</box>", "<image><image>?", images=2)


def test_pixels_that_are_declared_wait_for_the_image_s_size() -> None:
    row = {
        "conversations": [
            {"from": "human", "value": "<image>?"},
            {"from": "gpt", "value": "<|box_start|>(80,104),(1240,208)<|box_end|>"},
        ]
    }
    assert isinstance(talk_in(row, 1).conversation, BadImage)
    (place,) = talk_in({**row, "boxes": {"unit": "pixels"}}, 1).places
    assert (place.boxes, place.unit) == ([[80, 104, 1240, 208]], "pixels")
