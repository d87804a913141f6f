"""The places of which a conversation speaks are written in each stage's dialect."""

from typing import Any

import pytest

from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.records import Conversation, Place, Turn
from gyogwa.transforms.curriculum.grounding import can_write, with_places
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from tests.transforms.tasks.pages import documents

BOX = [0.25, 0.25, 0.5, 0.5]


def stage(dialect: str) -> Stage:
    described: Any = {
        "name": "a",
        "trains": ["language_model"],
        "share": 1,
        "tasks": {"converse": {}},
        "dialect": dialect,
    }
    return Stage.model_validate(described)


def talk(answer: str, *places: Place) -> Conversation:
    turns = [Turn("user", "<image>어디?"), Turn("assistant", answer)]
    return Conversation("id", "in", "a.png", "CC0-1.0", ["0"], turns, list(places))


@pytest.mark.parametrize("name", [name for name, one in DIALECTS.items() if one.has_boxes])
def test_every_dialect_with_boxes_writes_and_reads_them(name: str) -> None:
    page = documents()[0]
    said = with_places(
        talk("홍길동은 <bbox>에 있고", Place("홍길동", [BOX])), [page], stage(name)
    ).conversation
    assert said[0].content == "<image>어디?"
    assert said[1].content.startswith("홍길동은 ")
    assert said[1].content.endswith("에 있고")
    assert "<bbox>에" not in said[1].content
    size = Size(page.image.width, page.image.height)
    (item,) = DIALECTS[name].parse(said[1].content, size)
    assert item.boxes[0] == pytest.approx(BOX, abs=2 * max(DIALECTS[name].tolerance(size)))


def test_a_question_names_a_region() -> None:
    turns = [Turn("user", "<image><bbox>에 뭐라고 쓰여 있나요?"), Turn("assistant", "안내문")]
    asked = Conversation("id", "in", "a.png", "CC0-1.0", ["0"], turns, [Place("", [BOX])])
    said = with_places(asked, [documents()[0]], stage("paligemma")).conversation
    assert said[0].content.startswith("<image>이 부분 <loc0256>")
    assert said[1] == turns[1]


def test_pixels_are_of_the_page() -> None:
    page = documents()[0]
    pixels = [
        value * side
        for value, side in zip(BOX, [page.image.width, page.image.height] * 2, strict=True)
    ]
    measured = talk("<bbox>", Place("a", [pixels], 0, "pixels"))
    written = with_places(measured, [page], stage("varco"))
    assert written == with_places(talk("<bbox>", Place("a", [BOX])), [page], stage("varco"))


def test_a_dialect_with_requests_of_its_own_takes_no_conversation() -> None:
    assert not can_write(talk("<bbox>", Place("a", [BOX])), stage("donut"))
    assert not can_write(talk("A"), stage("donut"))
    assert can_write(talk("A"), stage("qwen3-vl"))
    assert can_write(talk("<bbox>", Place("a", [BOX])), stage("qwen3-vl"))
