"""A caption is kept as such; its question is chosen when samples are made."""

import pytest

from gyogwa.schemas.curriculum import Curriculum, Filters, Stage, TaskSpec
from gyogwa.schemas.records import Conversation, Turn
from gyogwa.schemas.samples import Sample
from gyogwa.transforms import prompts
from gyogwa.transforms.curriculum.captions import with_question
from gyogwa.transforms.curriculum.conversations import conversation_samples
from gyogwa.transforms.ingest.sources.folder import conversation_from


def talk(turns: list[Turn], images: int = 1) -> Conversation:
    return Conversation("id", "in", "a.png", "CC0-1.0", ["0"] * images, turns)


def test_the_question_is_chosen_by_the_uri_from_the_prompts_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caption = talk(conversation_from({"text": "회색 들판"}, 1))
    assert caption.conversation == [Turn("assistant", "회색 들판")]
    before = with_question(caption).conversation[0]
    assert (
        before.content.removeprefix("<image>\n") in prompts.phrasings("caption")["ask_short"]["ko"]
    )
    monkeypatch.setattr(
        prompts, "phrasings", lambda _: {"ask_short": {"ko": ["무엇?"], "en": ["What?"]}}
    )
    asked = with_question(caption).conversation
    assert asked == [Turn("user", "<image>\n무엇?"), Turn("assistant", "회색 들판")]


def test_a_caption_of_several_sentences_is_not_asked_for_in_one() -> None:
    said = talk([Turn("assistant", "회색 들판이 있다. 그 위로 새가 난다.")])
    question = with_question(said).conversation[0].content
    assert question.removeprefix("<image>\n") in prompts.phrasings("caption")["ask"]["ko"]


def test_only_captions_get_a_question() -> None:
    alone = [Turn("assistant", "A")]
    assert with_question(talk(alone, images=0)).conversation == alone
    asked = [Turn("user", "<image>Q"), Turn("assistant", "A")]
    assert with_question(talk(asked)).conversation == asked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Il décrit les conditions générales de vente de cette entreprise.", False),
        ("이 문서는 판매 조건을 설명합니다.", True),
        ("2 + 2 = 4", True),
    ],
)
def test_a_conversation_without_images_passes_the_filter_of_languages(
    said: str, kept: bool
) -> None:
    bounds = Filters(languages=["ko", "en"])
    stage = Stage(
        name="a", share=1, trains=["projector"], tasks={"text_only": TaskSpec()}, filters=bounds
    )
    curriculum = Curriculum(name="c", seed=1, stages=[stage])
    turns = [Turn("user", "..."), Turn("assistant", said)]
    found = {"conversations": [talk(turns, images=0)], "pages": []}
    (made,) = conversation_samples("id", found, {}, curriculum, [])
    assert isinstance(made, Sample) == kept
    if not kept:
        assert made.value.rule == "no_stage"
        assert "language (fr)" in made.value.message
