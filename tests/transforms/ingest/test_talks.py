"""Conversations in any form come out as turns, or say why they can't be used."""

from pathlib import Path
from typing import Any

import pytest

from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Place, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.conversations import conversation_of
from gyogwa.transforms.ingest.grounding import in_fractions
from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.outcomes import ingest_part
from gyogwa.transforms.ingest.sources.folder import Talk, talk_in
from tests.transforms.ingest.planning import planned
from tests.transforms.ingest.test_odd_sources import write_rows


def rows(answer: str, question: str = "<image>Q") -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def told(row: dict[str, Any], images: int = 1) -> Talk:
    return talk_in(mapped(row).row, images)


def why(talk: Talk) -> str:
    assert isinstance(talk.conversation, BadImage)
    return talk.conversation.message


@pytest.mark.parametrize("role", ["tool", "function_call", "observation", "function"])
def test_what_tools_say_is_no_turn(role: str) -> None:
    turns = [*rows("A"), {"from": role, "value": "{}"}]
    with pytest.raises(BadImage, match=f"the role '{role}': no tools are learnt"):
        conversation_of(turns, 1)


def test_other_names_of_roles() -> None:
    turns = [
        {"from": "SYSTEM", "value": "S"},
        {"from": "Human", "value": "<image>Q"},
        {"from": "chatgpt", "value": "A"},
        {"human": "Q2", "assistant": "A2"},
    ]
    roles = [turn.role for turn in conversation_of(turns, 1)]
    assert roles == ["system", "user", "assistant", "user", "assistant"]


@pytest.mark.parametrize("said", ["<image><image>둘 다", "<image><image>\n둘 다", "둘 다"])
def test_an_answer_alone_behind_its_images_is_a_caption(said: str) -> None:
    answer = [{"role": "assistant", "content": said}]
    assert conversation_of(answer, 2) == [Turn("assistant", "둘 다")]


def test_a_picture_is_no_answer() -> None:
    with pytest.raises(BadImage, match="no assistant turn with text"):
        conversation_of(rows("<image>", "사과를 그려 줘"), 1)


def test_images_marked_by_number_each_once() -> None:
    found = conversation_of(rows("A", "<image 1> and <image 2>"), 2)
    assert found[0].content == "<image> and <image>"
    assert conversation_of(rows("A", "<image_00> and <image_01>"), 2) == found
    assert conversation_of(rows("A", "<|image_1|> and <|image_2|>"), 2) == found
    for question in ("<image 2> and <image 1>", "<image 1> and <image 1>", "<image 1>"):
        with pytest.raises(BadImage, match="marked by number, 2 images are there"):
            conversation_of(rows("A", question), 2)


@pytest.mark.parametrize(
    "mark",
    [
        *("<img>a/1.jpg</img>", "<|image_pad|>", "<|vision_start|><|image_pad|><|vision_end|>"),
        *("<|image|>", "<image_placeholder>", "<ImageHere>", "<start_of_image>", "<__dj__image>"),
    ],
)
def test_marks_of_single_models_stand_for_images(mark: str) -> None:
    found = conversation_of(rows("A", f"{mark}\nQ"), 1)
    assert found == [Turn("user", "<image>\nQ"), Turn("assistant", "A")]
    with pytest.raises(BadImage, match="stands 1 times for 2 images"):
        conversation_of(rows("A", f"{mark}\nQ"), 2)
    caption = told({"file_name": "a.jpg", "text": f"{mark}\n안내문 <|__dj__eoc|>"})
    assert caption.conversation == [Turn("assistant", "안내문")]


def test_names_and_boxes_take_the_place_of_placeholders() -> None:
    objects = {"ref": ["홍길동", "b"], "bbox": [[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 2, 2]]}
    talk = told(
        {"messages": rows("<ref-object>은 <bbox>, <ref-object><bbox><bbox>."), "objects": objects}
    )
    assert talk.conversation == [
        Turn("user", "<image>Q"),
        Turn("assistant", "홍길동은 <bbox>, <bbox>."),
    ]
    assert talk.places == (
        Place("홍길동", [[1, 2, 3, 4]], 0, "pixels"),
        Place("b", [[5, 6, 7, 8], [0, 0, 2, 2]], 0, "pixels"),
    )


def test_boxes_on_several_images_and_in_fractions() -> None:
    objects = {
        "ref": [],
        "bbox": [[0.1, 0.1, 0.2, 0.2], [0.5, 0.5, 0.6, 0.6]],
        "bbox_type": "norm1",
        "image_id": [0, 1],
    }
    row = {"messages": rows("<bbox><bbox>", "<image><image>Q"), "objects": objects}
    talk = told(row, 2)
    assert isinstance(talk.conversation, list)
    assert talk.conversation[1].content == "<bbox><bbox>"
    assert [(place.image, place.unit) for place in talk.places] == [
        (0, "fractions"),
        (1, "fractions"),
    ]
    assert "a box on image 1 (from 0) of 1 images" in why(
        told(row | {"messages": rows("<bbox><bbox>")})
    )


def test_thousandths_are_fractions() -> None:
    objects = {"ref": [], "bbox": [[100, 200, 300, 400]], "bbox_type": "norm1000"}
    talk = told({"messages": rows("<bbox>"), "objects": objects})
    assert talk.places == (Place("", [[0.1, 0.2, 0.3, 0.4]], 0, "fractions"),)


@pytest.mark.parametrize(
    ("answer", "objects"),
    [
        ("<bbox>", None),
        ("<ref-object>", None),
        ("<bbox>", {"ref": [], "bbox": []}),
        ("<bbox><bbox>", {"ref": [], "bbox": [[1, 2, 3, 4]]}),
        ("none", {"ref": ["a"], "bbox": [[1, 2, 3, 4]], "text": 5}),
        ("<ref-object><bbox>", {"ref": ["a", "b"], "bbox": [[1, 2, 3, 4]]}),
        ("<bbox>", {"ref": [], "bbox": [[615, 226]]}),
        ("<bbox>", {"ref": [], "bbox": [[1, 2, 3, 4]], "bbox_type": "polar"}),
        ("<bbox>", {"ref": [], "bbox": 5}),
        ('{"bbox_2d": <bbox>}', {"ref": [], "bbox": [[1, 2, 3, 4]]}),
        ("click(start_box='<bbox>')", {"ref": [], "bbox": [[1, 2, 3, 4]]}),
    ],
)
def test_no_placeholder_survives_without_what_it_stands_for(answer: str, objects: Any) -> None:
    talk = told({"messages": rows(answer), "objects": objects})
    if answer == "none":
        assert isinstance(talk.conversation, list)
    else:
        assert "stands" in why(talk) or "markup of one model" in why(talk)


def test_boxes_that_are_written_out_already_become_places() -> None:
    talk = told({"messages": rows("<obj>a</obj><bbox>0.1, 0.2, 0.3, 0.4</bbox>")})
    assert isinstance(talk.conversation, list)
    assert talk.conversation[1].content == "<bbox>"
    assert talk.places == (Place("a", [[0.1, 0.2, 0.3, 0.4]], 0, "fractions"),)


def test_places_become_fractions_where_sizes_are_known(tmp_path: Path) -> None:
    objects = {"ref": ["a"], "bbox": [[10, 5, 20, 10]]}
    said = {"messages": rows("<ref-object><bbox>"), "objects": objects}
    outside = said | {"objects": {"ref": ["a"], "bbox": [[50, 5, 60, 10]]}}
    (tmp_path / "in").mkdir()
    both = {"file_names": ["a.png", "a.png"], "messages": rows("<bbox>", "<image><image>"),
            "objects": {"bbox": [[10, 5, 20, 10]], "image_id": [1]}}  # fmt: skip
    write_rows(tmp_path / "in", [{"file_name": "a.png"} | said, both])
    layout = RunLayout(str(tmp_path / "out"))
    for part in planned(str(tmp_path / "in")).parts:
        ingest_part([part], layout)
    places = sorted(
        (place.unit, place.image, *place.boxes[0])
        for talk in read_folder(Conversation, layout.records)
        for place in talk.places
    )
    assert places == [("fractions", 0, 0.25, 0.25, 0.5, 0.5), ("pixels", 1, 10, 5, 20, 10)]
    write_rows(tmp_path / "in", [{"file_name": "a.png"} | outside])
    layout = RunLayout(str(tmp_path / "out2"))
    for part in planned(str(tmp_path / "in")).parts:
        ingest_part([part], layout)
    (reject,) = read_folder(Reject, layout.rejects)
    assert "has no area" in reject.message


def test_a_box_is_cut_at_the_edge() -> None:
    place = Place("a", [[-2, 0, 20, 30]], 0, "pixels")
    assert in_fractions(place, (40, 20)) == Place("a", [[0.0, 0.0, 0.5, 1.0]])
    assert in_fractions(place, None) == place
