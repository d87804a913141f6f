"""Conversations follow the copy that was kept, and never an evaluation image."""

import pytest

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Place, Turn
from gyogwa.transforms.curriculum.copies import following
from gyogwa.transforms.dedup.alignment import SAME, Alignment
from gyogwa.transforms.dedup.labels import Instead


def talk(*image_ids: str) -> Conversation:
    turns = [Turn("user", "<image>" * len(image_ids) + "\n무엇?"), Turn("assistant", "차트")]
    return Conversation("id", "source", "uri", "CC0", list(image_ids), turns)


def kept(image_id: str, alignment: Alignment = SAME) -> Instead:
    return Instead(image_id, alignment, 200, 100)


def test_a_dropped_image_becomes_the_one_kept() -> None:
    moved = following(talk("a", "b", "c"), {1: kept("kept")})
    assert moved == talk("a", "kept", "c")


def test_an_image_shown_twice_may_move_and_two_images_never_become_one() -> None:
    assert following(talk("a", "a"), {0: kept("kept"), 1: kept("kept")}) == talk("kept", "kept")
    for instead in ({0: kept("b")}, {0: kept("kept"), 1: kept("kept")}):
        outcome = following(talk("a", "b"), instead)
        assert isinstance(outcome, Reject)
        assert outcome.rule == "image_dropped"
        assert "show the same" in outcome.message


def test_what_is_said_of_an_evaluation_image_leaves_and_names_it() -> None:
    outcome = following(talk("a", "b"), {0: kept("kept"), 1: kept("benchmark:K-DTCBench: row=3")})
    assert isinstance(outcome, Reject)
    assert (outcome.rule, outcome.step, outcome.unit) == (
        "contamination", "conversations", "conversations",
    )  # fmt: skip
    assert outcome.message.endswith("K-DTCBench: row=3")


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [
        (SAME, [0.1, 0.2, 0.5, 0.4]),
        ([0.5, 0.0, 0.25, 0.0, 0.5, 0.25], [0.3, 0.35, 0.5, 0.45]),  # with a frame around it
        ([0.0, 1.0, 0.0, -1.0, 0.0, 1.0], [0.2, 0.5, 0.4, 0.9]),  # turned counter-clockwise
        ([2.0, 0.0, -0.5, 0.0, 2.0, -0.5], None),  # the middle of it: the box was cut off
        ([], None),
    ],
)
def test_places_are_told_on_the_image_kept(alignment: Alignment, expected: Box | None) -> None:
    for unit, box in (("fractions", [0.1, 0.2, 0.5, 0.4]), ("pixels", [20.0, 20.0, 100.0, 40.0])):
        pointing = Place("제목", [box], 0, unit)  # type: ignore[arg-type]
        told = Conversation("id", "s", "u", "CC0", ["a"], talk("a").conversation, [pointing])
        outcome = following(told, {0: kept("b", alignment)})
        if expected is None:
            assert isinstance(outcome, Reject)
            assert (outcome.rule, "boxes" in outcome.message) == ("image_dropped", True)
        else:
            assert isinstance(outcome, Conversation)
            assert outcome.places == [Place("제목", [expected], 0)]
