"""Conversations follow the copy that was kept, and never an evaluation image."""

from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Turn
from gyogwa.transforms.curriculum.copies import following


def talk(*image_ids: str) -> Conversation:
    turns = [Turn("user", "<image>" * len(image_ids) + "\n무엇?"), Turn("assistant", "차트")]
    return Conversation("id", "source", "uri", "CC0", list(image_ids), turns)


def test_a_dropped_image_becomes_the_one_kept() -> None:
    moved = following(talk("a", "b", "c"), {1: "kept"})
    assert moved == talk("a", "kept", "c")


def test_an_image_shown_twice_may_move_and_two_images_never_become_one() -> None:
    assert following(talk("a", "a"), {0: "kept", 1: "kept"}) == talk("kept", "kept")
    for instead in ({0: "b"}, {0: "kept", 1: "kept"}):
        outcome = following(talk("a", "b"), instead)
        assert isinstance(outcome, Reject)
        assert outcome.rule == "image_dropped"
        assert "show the same" in outcome.message


def test_what_is_said_of_an_evaluation_image_leaves_and_names_it() -> None:
    outcome = following(talk("a", "b"), {0: "kept", 1: "benchmark:K-DTCBench: row=3"})
    assert isinstance(outcome, Reject)
    assert (outcome.rule, outcome.step, outcome.unit) == (
        "contamination", "conversations", "conversations",
    )  # fmt: skip
    assert outcome.message.endswith("K-DTCBench: row=3")
