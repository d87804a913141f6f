"""Ways of going wrong: stronger is more, boxes stay in the image, misread text looks alike."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.corruptions.answer import STRENGTHS, Answer, answer_of
from gyogwa.transforms.tasks.corruptions.jamo import is_common, look_alikes
from gyogwa.transforms.tasks.corruptions.numbers import misread_number
from gyogwa.transforms.tasks.preference import described_otherwise
from tests.transforms.tasks.pairs import KINDS, pages


def distance(name: str, one: Answer, other: Answer) -> float:
    """How far apart two answers are, in what a kind of failure changes."""
    if name == "shifted_boxes":
        pairs = zip(one.pieces, other.pieces, strict=True)
        return sum(abs(a - b) for p, q in pairs for a, b in zip(p.box, q.box, strict=True))
    if name in ("misread_hangul", "misread_latin", "wrong_number", "disclosed", "veiled"):
        first, second = ("\n".join(piece.text for piece in said.pieces) for said in (one, other))
        return Levenshtein.distance(first, second)
    if name == "read_out":
        return sum(len(piece.text) for piece in other.pieces)
    tokens = [[(piece.text, *piece.box) for piece in said.pieces] for said in (one, other)]
    return Levenshtein.distance(*tokens)


@pytest.mark.parametrize("name", KINDS)
def test_a_greater_strength_changes_no_less(name: str) -> None:
    sums = [0.0] * 3
    for page in pages():
        for granularity in ("word", "line"):
            answer = replace(answer_of(page, granularity), described=described_otherwise(page))
            key = page.image.image_id
            failed = [FAILURES[name].corrupt(answer, strength, key) for strength in STRENGTHS]
            made = [distance(name, answer, said) for said in failed if said]
            assert len(made) in (0, 3)
            assert made == sorted(made), (page.image.image_id, granularity)
            if made:
                sums = [total + value for total, value in zip(sums, made, strict=True)]
    assert 0 < sums[0] < sums[1] < sums[2]


@pytest.mark.parametrize("name", KINDS)
def test_boxes_stay_in_the_image(name: str) -> None:
    for page in pages():
        failed = FAILURES[name].corrupt(answer_of(page, "word"), 3, "key")
        for piece in failed.pieces if failed else []:
            x0, y0, x1, y1 = piece.box
            assert -1e-9 <= x0 < x1 <= 1 + 1e-9
            assert -1e-9 <= y0 < y1 <= 1 + 1e-9


@given(st.integers(0xAC00, 0xD7A3).map(chr))
def test_look_alikes_are_other_common_syllables(syllable: str) -> None:
    others = look_alikes(syllable)
    assert syllable not in others
    assert all(len(other) == 1 and "가" <= other <= "힣" and is_common(other) for other in others)


def test_look_alikes_of_common_misreadings() -> None:
    assert "제" in look_alikes("재")
    assert "방" in look_alikes("밤")
    assert "바" in look_alikes("발")
    assert not look_alikes("a")


@given(st.from_regex(r"\d{1,7}|\d{1,3}(,\d{3}){1,2}|\d{1,4}\.\d{1,3}", fullmatch=True), st.text())
def test_a_misread_number_is_another_number(number: str, key: str) -> None:
    other = misread_number(number, key)
    assert other != number
    assert other.replace(",", "").replace(".", "", 1).isdigit()
