import pytest

from gyogwa.transforms.prompts import phrasings, prompt_for, register_for, task_names
from gyogwa.transforms.prompts.registers import register_of

ASKED = [
    (task, kind)
    for task in task_names()
    for kind in phrasings(task)
    if task != "lengths" and not kind.startswith(("answer", "place_"))
]


@pytest.mark.parametrize(("task", "kind"), ASKED)
def test_every_kind_of_question_can_be_asked_in_every_register(task: str, kind: str) -> None:
    said = phrasings(task)[kind]["ko"]
    assert {register_of(text) for text in said} == {"formal", "polite", "casual"}


def test_questions_about_one_image_hold_its_register() -> None:
    heard = set()
    for image in map(str, range(40)):
        asked = {
            register_of(prompt_for(task, "ko", f"{image}/{number}", text="합계"))
            for task in ("ground", "which_page")
            for number in range(8)
        }
        assert asked == {register_for(image)}
        heard |= asked
    assert heard == {"formal", "polite", "casual"}


@pytest.mark.parametrize("task", task_names())
def test_answers_are_formal_whoever_asks(task: str) -> None:
    kinds = phrasings(task)
    said = [text for kind in kinds if kind.startswith("answer") for text in kinds[kind]["ko"]]
    assert [
        text for text in said if text.endswith(("요.", "다.")) and not text.endswith("니다.")
    ] == []
