"""The report knows a question again, whatever was filled in and whatever follows it."""

import pytest

from gyogwa.pipelines.report.prompts import PromptUse, prompt_use
from gyogwa.transforms.prompts import fill, phrasings


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("task", ["ground", "ocr", "caption"])
def test_every_phrasing_is_told_from_the_others(task: str, language: str) -> None:
    asked = [
        fill(template, text="책")
        for kind, said in phrasings(task).items()
        if not kind.startswith("answer")
        for template in said[language]
    ]
    longer = [f"<image>\n{text} 한 문장으로 답해 주세요." for text in asked]
    for questions in (asked, [f"<image>\n<gro>\n{text}" for text in asked], longer):
        (use,) = prompt_use((task, language, question) for question in questions)
        assert (use.phrasings, use.samples, use.bare) == (len(asked), len(asked), 0)
        assert use.used == len(set(asked))


def test_a_mark_alone_and_words_of_nobody() -> None:
    questions = ["<image>\n<ocr>", "<image>\nNobody asks like this"]
    assert prompt_use(("ocr", "en", question) for question in questions) == [
        PromptUse(
            "ocr", "en", sum(len(said["en"]) for said in phrasings("ocr").values()), 0, 2, 1, 0
        )
    ]


def test_a_preference_asks_in_the_words_of_what_it_is_about() -> None:
    question = f"<image>\n{phrasings('read')['ask']['ko'][0]}"
    (use,) = prompt_use(iter([("prefer", "ko", question)]))
    assert (use.used, use.top) == (1, 1.0)
