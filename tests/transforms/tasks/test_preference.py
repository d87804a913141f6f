"""What every pair promises: a chosen answer that is true, a rejected one that reads like one."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.sameness import normalised, same_items
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.corruptions.answer import STRENGTHS
from gyogwa.transforms.tasks.corruptions.disclosure import masks_of
from gyogwa.transforms.tasks.page import Draft, Setting, items_of
from gyogwa.transforms.tasks.preference import pair_of, prefer, share_of
from gyogwa.transforms.tasks.reading import ocr, read
from gyogwa.transforms.tasks.rivals import RIVALS, rival_of
from tests.transforms.tasks.pairs import (
    KINDS,
    MASKED,
    TextOnly,
    image_of,
    page_of,
    pages,
    setting,
    synthetic_pages,
)

ROOM = 400  # characters that a rejected answer to a short chosen one may be longer by


def check(page: Page, wanted: Setting, draft: Draft) -> None:
    """What holds for every pair."""
    assert draft.chosen is not None
    assert draft.rejected is not None
    prompt = draft.conversation[0].content
    assert [turn.role for turn in draft.conversation] == ["user"]
    assert prompt.startswith("<image>\n")
    size, dialect = wanted.size(page), wanted.dialect
    if prompt.startswith("<image>\n<ocr>"):
        assert (prompt == "<image>\n<ocr>") == (wanted.spec.granularity == "word")
        truth = next(iter(ocr(page, wanted))).conversation[-1].content
        assert not same_items(draft.chosen, draft.rejected, dialect, size)
    else:
        dialect.parse(draft.chosen, size)
        dialect.parse(draft.rejected, size)
        truth = next(iter(read(page, wanted))).conversation[-1].content
        assert normalised(draft.chosen) != normalised(draft.rejected)
        if prompt.removeprefix("<image>\n").startswith(ASKED):
            masked = draft.rejected if draft.detail.startswith("veiled") else draft.chosen
            assert masks_of(masked)[0].text == masked
            truth = draft.chosen
        elif draft.detail.startswith("read_out"):
            told = next(iter(caption(page, wanted))).conversation
            assert (prompt, truth.startswith(draft.rejected)) == (told[0].content, True)
            truth = told[1].content
    assert draft.chosen == truth
    assert unicodedata.is_normalized("NFC", draft.rejected)
    assert draft.rejected.strip()
    assert len(draft.rejected) <= 1.5 * len(draft.chosen) + ROOM


ASKED = tuple(
    text
    for languages in phrasings("prefer").values()
    for texts in languages.values()
    for text in texts
)


@pytest.mark.parametrize("name", KINDS)
def test_a_pair_of_each_kind(name: str) -> None:
    found = Counter[int]()
    for page in pages():
        for granularity in ("word", "line", "block"):
            for strength in STRENGTHS:
                wanted = setting(granularity)
                draft = pair_of(page, wanted, name, strength)
                if granularity == "line":
                    assert draft == pair_of(page, wanted, name, strength)
                if draft:
                    assert draft.detail == f"{name}:{strength}"
                    check(page, wanted, draft)
                    found[strength] += 1
    assert set(found) == set(STRENGTHS)
    rare = {"disclosed": 3, "veiled": 3, "misread_hangul": 3, "misread_latin": 18}
    assert min(found.values()) >= rare.get(name, 24)


TOKENS = [
    "가",
    "홍*동",
    "010-****-1234",
    "1,234",
    "rn",
    "<char>",
    "<bbox>",
    "힣",
    "<image>",
    "\\",
    "0",
]


WORDS = st.one_of(st.sampled_from(TOKENS), st.text("가나다라말abc019.,*<>", min_size=1, max_size=6))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=9))
def test_pairs_of_any_page(lines: list[str]) -> None:
    page = page_of(lines, " ".join(lines))
    for granularity in ("word", "line", "block"):
        for dialect in (Varco(), TextOnly()):
            wanted = setting(granularity, len(KINDS), dialect)
            drafts = list(prefer(page, wanted))
            assert len({draft.detail for draft in drafts}) == len(drafts)
            for draft in drafts:
                if draft.detail.partition(":")[0] in FAILURES:
                    check(page, wanted, draft)


def prefers(page: Page) -> set[str]:
    """The kinds for which a page gives occasion."""
    read = {name for name in KINDS if pair_of(page, setting(), name, 2)}
    return read | {name for name in RIVALS if rival_of(page, setting(), name)}


def test_kinds_are_even() -> None:
    page = next(p for p in synthetic_pages() if len(prefers(p)) > len(KINDS) - 4)
    wanted = setting(per_image=2)
    counts = Counter[str]()
    strengths = Counter[str]()
    for number in range(300):
        image = image_of(hash_of(number)[:32], page.image.width, page.image.height)
        drafts = list(prefer(Page(image, page.annotation), wanted))
        assert len(drafts) == 2
        for draft in drafts:
            name, _, strength = draft.detail.partition(":")
            counts[name] += 1
            strengths.update([strength] if name in FAILURES else [])
    assert set(counts) == prefers(page)
    even = [count / share_of(name) for name, count in counts.items()]
    assert max(even) < 2.6 * min(even)
    assert min(strengths.values()) > 160


def test_a_page_without_text_makes_no_pair() -> None:
    assert not list(prefer(page_of([]), setting(per_image=20)))


def test_answers_are_told_apart_by_what_they_say() -> None:
    dialect, size = Varco(), Size(100, 100)
    items = items_of(MASKED, "line")
    said = dialect.serialise(items, size)
    assert same_items(said, said.replace("</bbox>\n", "</bbox> \n\n"), dialect, size)
    assert not same_items(said, dialect.serialise(items[1:], size), dialect, size)
