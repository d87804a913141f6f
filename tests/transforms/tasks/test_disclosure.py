"""Masked personal data: found whole, kept by what is chosen, asked about in many ways."""

import pytest

from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.tasks.corruptions.answer import answer_of
from gyogwa.transforms.tasks.corruptions.disclosure import disclosed, masks_of
from gyogwa.transforms.tasks.preference import prefer
from tests.transforms.tasks.pairs import KINDS, MASKED, page_of, setting


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("홍*동", "name"),
        ("김**", "name"),
        ("010-****-1234", "phone"),
        ("02-123-****", "phone"),
        ("010-XXXX-1234", "phone"),
        ("900101-*******", "resident_number"),
        ("900101-1******", "resident_number"),
        ("1234-****-****-5678", "card"),
        ("ab***@example.co.kr", "email"),
        ("Kira D****", "name"),
        ("K*** Dunbar", "name"),
        ("***** ***830", "phone"),
    ],
)
def test_masks_are_found_whole(text: str, kind: str) -> None:
    masks = masks_of(f"값: {text} 끝")
    assert [(mask.kind, mask.text) for mask in masks] == [(kind, text)]
    answer = answer_of(page_of([text]), "line")
    made = disclosed(answer, 1, "key")
    assert made
    invented = made.pieces[0].text
    assert not masks_of(invented)
    assert not set(invented) & set("*X")
    assert len(invented) == len(text)
    for shown, other in zip(text, invented, strict=True):
        assert shown == other or shown in "*X"


@pytest.mark.parametrize(
    "text",
    ["○ 안내", "가*나*다", "010-1234-5678", "5 * 3", "900101-1234567", "**강조**", "a*b", "A** B*"],
)
def test_other_signs_are_no_masks(text: str) -> None:
    assert not masks_of(text)


def test_chosen_keeps_every_mask() -> None:
    hidden = [mask.text for text in MASKED.line_texts() for mask in masks_of(text)]
    assert len(hidden) == 6
    drafts = list(prefer(MASKED, setting(per_image=len(KINDS))))
    assert any(draft.detail.startswith("disclosed") for draft in drafts)
    for draft in drafts:
        assert draft.chosen
        of_a_part = draft.detail.startswith(("read_out", "wrong_letter"))
        one = of_a_part or draft.chosen in hidden
        assert one or all(mask in draft.chosen for mask in hidden)


def test_questions_about_masks_have_many_phrasings() -> None:
    for language in ("ko", "en"):
        texts = [text for kind in phrasings("prefer").values() for text in kind[language]]
        assert len(set(texts)) == len(texts) >= 20
