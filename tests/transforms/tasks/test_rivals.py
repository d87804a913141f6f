"""Pairs of questions: the chosen answer is that of the task, the rejected one is wrong."""

from collections import Counter
from functools import cache

import pytest

from gyogwa.schemas.boxes import overlap
from gyogwa.schemas.records import Page
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Draft
from gyogwa.transforms.tasks.referents import referents
from gyogwa.transforms.tasks.rivals import PLACED, RIVALS, rival_of
from tests.sharing import kept
from tests.transforms.tasks.pages import SETTING, documents, figures

DIALECT = Varco()


@cache
def pairs() -> list[tuple[str, Page, Draft]]:
    return kept("pairs-of-rivals", _made)


def _made() -> list[tuple[str, Page, Draft]]:
    return [
        (name, page, draft)
        for page in [*documents()[::2], *figures()]
        for name in RIVALS
        if (draft := rival_of(page, SETTING, name))
    ]


def test_every_kind_is_made_in_both_languages() -> None:
    found = Counter((name, page.annotation.language) for name, page, _ in pairs())
    assert {name for name, _ in found} == set(RIVALS)
    assert sum(language == "ko" for _, language in found) >= len(RIVALS) - 1
    assert sum(language == "en" for _, language in found) >= len(RIVALS) - 1


def test_both_answers_are_there_and_differ() -> None:
    for name, _, draft in pairs():
        assert draft.chosen
        assert draft.rejected
        assert "".join(draft.chosen.split()) != "".join(draft.rejected.split())
        assert draft.detail.startswith(f"{name}:")
        assert draft.conversation[0].content.startswith("<image>\n")
        assert len(draft.conversation) == 1


@pytest.mark.parametrize("name", ["wrong_row", "wrong_column", "wrong_field"])
def test_a_wrong_value_stands_on_the_page(name: str) -> None:
    for found, page, draft in pairs():
        if found == name and not page.annotation.charts:
            there = "".join(page.text(0, len(page.annotation.words)).split())
            said = draft.rejected or ""
            for end in ("입니다.", "It is ", '"'):
                said = said.replace(end, "")
            assert "".join(said.rstrip(".").split()) in there


def test_a_wrong_place_is_that_of_something_else() -> None:
    for name, page, draft in pairs():
        if name != "wrong_place":
            continue
        size = SETTING.size(page)
        true = DIALECT.parse_ground(draft.chosen or "", size)
        false = DIALECT.parse_ground(draft.rejected or "", size)
        own = {item.text: item for item in referents(page)}
        assert true.text == false.text == draft.detail.removeprefix("wrong_place:")
        assert len(true.boxes) == len(false.boxes) == len(own[true.text].boxes)
        assert not any(overlap(one, two) > 0.02 for one in true.boxes for two in false.boxes)


def test_what_is_not_there_is_refused_and_what_is_there_is_placed() -> None:
    for name, _, draft in pairs():
        if name in PLACED:
            assert ("<bbox>" in (draft.chosen or "")) == (name != "made_up_place")
            assert ("<bbox>" in (draft.rejected or "")) == (name != "place_refused")


def test_a_pair_of_lengths_goes_either_way() -> None:
    longer = Counter(
        len(draft.chosen or "") > len(draft.rejected or "")
        for name, _, draft in pairs()
        if name == "wrong_length"
    )
    assert set(longer) == {True, False}
