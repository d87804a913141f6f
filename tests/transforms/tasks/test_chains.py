"""Second questions are about what the first one's answer gave; captions place what they name."""

import pytest

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.chains import chain, noun_phrase
from gyogwa.transforms.tasks.grounded_captions import ground_caption
from gyogwa.transforms.tasks.occurrences import places_of
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.referents import placed_words
from tests.transforms.tasks.pages import SETTING, documents, figures

ONE = Size(1, 1)


def test_the_sentence_read_holds_the_phrase_found_and_the_fact_asked_for() -> None:
    seen = set()
    for page in documents():
        text = page.text(0, len(page.annotation.words))
        for draft in chain(page, SETTING):
            kind, _, what = draft.detail.partition(":")
            first, sentence, then = (draft.conversation[place].content for place in (1, 3, 2))
            seen.add((kind, page.annotation.language))
            if kind == "locate":
                (item,) = Varco().parse(first, ONE)
                assert item.text == what
                assert len(item.boxes) == 1
                assert what in sentence
                assert sentence in text
            else:
                assert first in text
                assert sentence.rstrip(".").removesuffix("입니다").split()[-1] in first
            assert "<image>" not in then
    assert {("locate", "en"), ("read", "en"), ("locate", "ko"), ("read", "ko")} == seen


def test_dialects_of_one_question_have_no_chains() -> None:
    for name in ("paligemma", "florence-2", "donut", "kosmos-2", "doctags"):
        assert not list(chain(documents()[0], Setting(TaskSpec(), DIALECTS[name])))


def test_a_caption_places_what_stands_once_and_the_figure_it_names() -> None:
    placed = figures_placed = 0
    for page in (*documents(), *figures()):
        for draft in ground_caption(page, SETTING):
            assert draft.conversation[0].content.startswith("<image>\n<gro>\n")
            boxes = [table.box for table in page.annotation.known_tables]
            boxes += [chart.box for chart in page.annotation.charts]
            for item in Varco().parse(draft.conversation[1].content, ONE):
                there = places_of(item.text, placed_words(page))
                figure = len(there) != 1
                figures_placed += figure
                placed += 1
                expected = boxes if figure else there
                assert any(
                    all(abs(a - b) <= 0.0006 for a, b in zip(item.boxes[0], box, strict=True))
                    for box in expected
                )
    assert placed > 40
    assert figures_placed > 5


def test_only_dialects_with_a_request_and_a_way_to_mark_phrases_have_placed_captions() -> None:
    able = {
        name
        for name, dialect in DIALECTS.items()
        if any(
            True for page in figures() for _ in ground_caption(page, Setting(TaskSpec(), dialect))
        )
    }
    assert able == {"varco", "kosmos-2"}


@pytest.mark.parametrize(
    ("phrase", "rest"),
    [
        ("지난 회의에서 지적된 유리 텀블러 문제", "는 9월까지 보완한다."),
        ("버드내동 주민 가운데 적지 않은 사람", "이 모른다고 하였다."),
        ("2026년 5월 기준 참여 인원", "은 4,756명이다."),
        ("보내 주신 견적서", "를 검토하였습니다."),
        ("", "단골 고객에게는 49.5%를 적립해 드린다."),
    ],
)
def test_korean_sentences_are_found_by_whole_phrases(phrase: str, rest: str) -> None:
    assert noun_phrase(phrase + rest) == phrase
