"""Tasks on text alone: each answer puts back what was taken out of the text, and a text with traces
of its setting makes none."""

import re

import pytest

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.prose import prose
from gyogwa.transforms.tasks.prose_text import Section, sections_of

SETTING = Setting(TaskSpec(per_image=20), Varco())
KO = (
    "데비안은 자원봉사자들이 함께 만드는 운영 체제입니다. "
    "이 운영 체제는 커널(kernel)과 수많은 프로그램으로 이루어집니다. "
    "그러나 처음 설치하는 사람은 어느 프로그램부터 골라야 할지 망설입니다. "
    "그래서 설치 프로그램이 용도에 맞는 묶음을 미리 제안합니다."
)
EN = (
    "Debian is an operating system made by volunteers around the world. It consists of a kernel "
    "and thousands of packages that were compiled for several machines. However, a newcomer hardly "
    "knows where to begin. Therefore the installer suggests those packages that suit most of them."
)
SECTIONS = {
    "ko": [Section("1.2. 데비안은 어떤 운영 체제인가요?", [KO])],
    "en": [Section("1.2 What kind of operating system is Debian?", [EN])],
}
TEXTS = {"ko": KO, "en": EN}


def drafts(sections: list[Section], language: str) -> dict[str, Draft]:
    return {d.detail.split()[0]: d for d in prose(sections, language, "a" * 32, SETTING)}


def shown(draft: Draft) -> str:
    return draft.conversation[0].content.partition("\n\n")[2]


def answer(draft: Draft) -> str:
    return draft.conversation[1].content


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_was_taken_out_comes_back(language: str) -> None:
    found, text = drafts(SECTIONS[language], language), TEXTS[language]
    assert f"{shown(found['continue'])} {answer(found['continue'])}" == text
    assert shown(found["heading"]) == text
    assert answer(found["heading"]) in SECTIONS[language][0].heading
    gaps, _, listed = shown(found["cloze"]).partition("\n\n")
    words = dict(re.findall(r"\((\d)\) (\S+)", answer(found["cloze"])))
    assert sorted(words.values()) == listed.partition(": ")[2].split(", ")
    assert re.sub(r"\((\d)\) ____", lambda gap: words[gap[1]], gaps) == text
    said = dict(re.findall(r"^\((.)\) (.+)$", shown(found["order"]), re.MULTILINE))
    order = re.findall(r"\((.)\)", answer(found["order"]))
    assert " ".join(said[letter] for letter in order) == text
    assert order != sorted(order)


def test_a_term_is_asked_for_in_the_language_that_the_question_does_not_name() -> None:
    found = drafts(SECTIONS["ko"], "ko")
    (draft,) = [draft for kind, draft in found.items() if kind.startswith("term")]
    question = draft.conversation[0].content.partition("\n\n")[0]
    named = "kernel" if "kernel" in question else "커널"
    assert {answer(draft), named} == {"커널", "kernel"}
    assert answer(draft) not in question


@pytest.mark.parametrize(
    "wrong",
    [
        KO.replace("체제입니다.", "체제입니다.3"),  # the number of a footnote
        KO.replace("(kernel)", "(kernel"),
        KO.replace("데비안은", "https://www.debian.org/는"),
        KO.replace(
            "함께 만드는", "함\n께 만드는"
        ),  # as it stood, since nobody knows how it goes on
        EN,
        KO[:-1],
    ],
)
def test_what_is_no_sound_prose_makes_nothing(wrong: str) -> None:
    assert drafts(SECTIONS["ko"], "ko")
    assert not drafts([Section(SECTIONS["ko"][0].heading, [wrong])], "ko")


def test_sentences_that_follow_from_nothing_are_neither_ordered_nor_foreseen() -> None:
    loose = KO.replace("그러나 처음", "처음").replace("그래서 설치", "설치")
    found = drafts([Section("", [loose])], "ko")
    assert "order" not in found
    assert "continue" not in found


@pytest.mark.parametrize(
    ("language", "last"),
    [
        ("ko", "다만 2번 관측소 항목은 표본이 적어 참고로만 보아야 한다."),
        ("en", "So far 5,241 members of staff have finished the safety course."),
        ("en", "These are the figures of last year for the town and its people."),
    ],
)
def test_a_last_sentence_that_says_nothing_of_the_others_is_not_asked_for(
    language: str, last: str
) -> None:
    strange = f"{TEXTS[language].rpartition('. ')[0]}. {last}"
    assert "continue" not in drafts([Section("", [strange])], language)
    assert "continue" in drafts([Section("", [TEXTS[language]])], language)


def test_words_of_one_form_are_not_taken_out_of_one_text() -> None:
    text = (
        "So far 2,720 neighbours are done. Ideas of the residents came quickly. A panel met then."
    )
    words = answer(drafts([Section("", [text])], "en")["cloze"])
    assert "neighbours" in words
    assert "residents" not in words


def test_a_heading_that_its_text_does_not_take_up_is_not_asked_for() -> None:
    assert "heading" not in drafts([Section("1.2. 머리말과 차례", [KO])], "ko")
    assert "heading" not in drafts([Section("프로그램 시험 결과", [KO])], "ko")
    assert "heading" not in drafts([Section("Part 5: Open packages and results", [EN])], "en")
    (draft,) = [
        one
        for kind, one in drafts([Section("Part 5: Debian packages", [EN])], "en").items()
        if kind == "heading"
    ]
    assert answer(draft) == "Debian packages"
    assert "heading" in drafts(SECTIONS["ko"], "ko")


def test_a_list_parts_a_heading_from_its_section() -> None:
    texts = [("heading", "제목"), ("paragraph", KO), ("list", "- 하나")]
    assert sections_of(texts) == [Section("", [KO])]
    assert sections_of(texts[:2]) == [Section("제목", [KO])]
