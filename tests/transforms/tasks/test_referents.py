"""Referents are phrases that a person would name, all their places are boxed, and what isn't there
is a near miss."""

import re

import pytest

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.synthesis.fonts import families, load
from gyogwa.transforms.tasks.occurrences import Placed, core_of, places_of
from gyogwa.transforms.tasks.pointing import ground
from gyogwa.transforms.tasks.referents import nameable, near_misses, placed_words, referents
from tests.transforms.tasks.pages import SETTING, documents, figures

POOR = [
    "명)",
    "(단위:",
    "12,345",
    "3.5%",
    "the",
    "그리고",
    "of",
    "a",
    "10.",
    "-",
    "2024.",
    "수",
    "The Finance",
]


def test_poor_referents_are_told() -> None:
    assert not [text for text in POOR if nameable(text)]
    assert all(map(nameable, ["합계", "평균 점수", "3번 관측소", "calibration", "Ear and nose"]))


def test_pages_are_pointed_at_by_phrases() -> None:
    asked = [
        (page, draft.detail.removeprefix("not there: "), draft.detail.startswith("not there: "))
        for page in (*documents(), *figures())
        for draft in ground(page, SETTING)
    ]
    assert len(asked) > 400
    for page, text, absent in asked:
        assert re.search("[^\\W\\d_]{2}|[가-힣]{2}", text), text
        assert not re.search(r"^[(\[,.:;!?]|[,.:;!?]$|^[\d\W]+$", text), text
        assert text.count("(") == text.count(")"), text
        words = {core_of(word.text).casefold() for word in page.annotation.words}
        if absent:  # of the page's own words, or with another number
            stems = {re.sub(r"\d", "#", word) for word in words}
            parts = [re.sub(r"\d", "#", core_of(part).casefold()) for part in text.split()]
            assert all(any(stem.startswith(part) for stem in stems) for part in parts), text


def test_a_near_miss_is_no_fifth_quarter() -> None:
    page = documents()[0]
    missed = list(near_misses(page, "2분기", [])) + list(near_misses(page, "11월", []))
    assert missed == ["3분기", "4분기", "1분기", "12월"]


def words_of(*lines: str) -> list[Placed]:
    """Words in lines, ten to a line, each as wide as its text."""
    return [
        Placed(text, [0.1 * n, 0.1 * row, 0.1 * n + 0.01 * len(text), 0.1 * row + 0.05], row)
        for row, line in enumerate(lines)
        for n, text in enumerate(line.split())
    ]


@pytest.mark.parametrize(
    ("phrase", "lines", "count"),
    [
        ("calibration", ["the calibration of Calibration.", "(calibration)"], 3),
        ("calibration", ["recalibration and calibration"], 0),
        ("도서관", ["도서관은 도서관에서 도서관,", "도서관"], 4),
        ("도서관", ["도서관은 푸른도서관에서"], 0),
        ("도서관", ["도서관장이 도서관에"], 0),
        ("예산 집행", ["예산 집행을 예산 집행"], 2),
        ("예산 집행", ["그 예산", "집행은 예산 집행"], 0),
        ("예산 집행", ["예산, 집행"], 0),
        ("신청서(양식)", ["신청서(양식)를"], 0),
        ("바다", ["도서관"], 0),
    ],
)
def test_all_places_or_none(phrase: str, lines: list[str], count: int) -> None:
    assert len(places_of(phrase, words_of(*lines))) == count


def test_a_word_askew_is_not_cut() -> None:
    askew = [word._replace(straight=False) for word in words_of("도서관은 도서관")]
    assert not places_of("도서관", askew)
    assert len(places_of("도서관은", askew)) == 1


def test_cut_boxes_lie_on_the_glyphs() -> None:
    cuts = [
        ("도서관", "도서관에서"),
        ("calibration", "calibration."),
        ("예산", "(예산,"),
        ("Web", '"Web'),
    ]
    for family in {*families("ko"), *families("en")}:
        font = load(family.regular, 40)
        for phrase, word in cuts if family in families("ko") else [cuts[1], cuts[3]]:
            start, whole = word.index(phrase), font.getlength(word)
            left = font.getlength(word[:start]) / whole
            right = font.getlength(word[: start + len(phrase)]) / whole
            ((x0, _, x1, _),) = places_of(phrase, [Placed(word, [0.0, 0.0, 1.0, 1.0], 0)])
            shared = min(right, x1) - max(left, x0)
            assert shared / (max(right, x1) - min(left, x0)) > 0.75, (phrase, family)


def test_every_place_is_a_box_among_the_words() -> None:
    for page in documents()[:8]:
        words = placed_words(page)
        for item in referents(page):
            for box in item.boxes:
                assert any(_inside(box, line.box) for line in page.annotation.lines), item
            assert places_of(item.text, words) == item.boxes


def _inside(inner: Box, outer: Box) -> bool:
    slack = 1e-6
    starts = all(a >= b - slack for a, b in zip(inner[:2], outer[:2], strict=True))
    return starts and all(a <= b + slack for a, b in zip(inner[2:], outer[2:], strict=True))
