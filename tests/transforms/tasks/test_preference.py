"""What every pair promises: a chosen answer that is true, a rejected one that reads like one."""

import io
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture
from rapidfuzz.distance import Levenshtein

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import hash_of, image_id_of
from gyogwa.schemas.page import Truth, Word
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.synthesis.job import Job, render
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.sameness import normalised, same_items
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.corruptions.answer import STRENGTHS, Answer, answer_of
from gyogwa.transforms.tasks.corruptions.disclosure import disclosed, masks_of
from gyogwa.transforms.tasks.corruptions.jamo import is_common, look_alikes
from gyogwa.transforms.tasks.corruptions.numbers import misread_number
from gyogwa.transforms.tasks.page import Draft, Setting, items_of
from gyogwa.transforms.tasks.preference import described_otherwise, pair_of, prefer
from gyogwa.transforms.tasks.reading import ocr, read

KINDS = sorted(FAILURES)
ROOM = 400  # characters that a rejected answer to a short chosen one may be longer by


class TextOnly(Varco):
    """A dialect without boxes."""

    has_boxes = False
    inline_places = False
    several_turns = False


def image_of(image_id: str, width: int, height: int, kind: str = "document") -> Image:
    ref = ImageRef("a.png", 0, 1)
    return Image(
        image_id, ref, "s", "a.png", "CC0-1.0", kind, "d", 1, width, height, "PNG", "", "", "",
        Signals(1.0, 1.0, 0.1),
    )  # fmt: skip


def page_of(lines: list[str], name: str = "page") -> Page:
    """A page with lines of words below one another, a gap after every third."""
    words = []
    for row, line in enumerate(lines):
        top = (row + row // 3 + 0.2) / (2 * len(lines))
        for column, text in enumerate(line.split()):
            left = 0.05 + column * 0.06
            words.append(Word(text, [left, top, left + 0.055, top + 0.35 / len(lines)]))
    image = image_of(hash_of(name)[:32], 900, 1200)
    return Page(image, annotate_truth(image, Truth("dataset", words)))


@cache
def synthetic_pages() -> list[Page]:
    """Documents, tables and charts in both languages."""
    pages = []
    for index in range(12):
        language = ("ko", "en")[index // 3 % 2]
        for made in render(Job(3, index, ("document", "chart", "table")[index % 3], language)):
            with Picture.open(io.BytesIO(made.data)) as picture:
                width, height = picture.size
            truth = truth_of(made.row, width, height)
            assert truth
            image = image_of(image_id_of(made.data), width, height, made.row["kind"])
            pages.append(Page(image, annotate_truth(image, truth)))
    return pages


MASKED = page_of(
    [
        "신청인 홍*동 연락처 010-****-1234",
        "주민등록번호 900101-*******",
        "카드 번호 1234-****-****-5678",
        "메일 ab**@example.org 대리인 김**",
        "○ 안내 사항은 아래 12쪽과 같습니다",
        "2024년 8월 31일까지 3,500원",
    ],
    "masked",
)


PLAIN = page_of(
    [
        "문의 02-123-4567 또는 info@example.org",
        "야간 02-765-4321 또는 night@example.org",
        "Desk 01632 960123 or desk@example.org",
        "Press 01632 960456 or press@example.org",
    ],
    "plain",
)


def pages() -> list[Page]:
    return [*synthetic_pages(), MASKED, PLAIN]


def setting(granularity: str = "line", per_image: int = 1, dialect: Varco | None = None) -> Setting:
    spec = TaskSpec.model_validate({"granularity": granularity, "per_image": per_image})
    return Setting(spec, dialect or Varco())


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


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=9))
def test_pairs_of_any_page(lines: list[str]) -> None:
    page = page_of(lines, " ".join(lines))
    for granularity in ("word", "line", "block"):
        for dialect in (Varco(), TextOnly()):
            wanted = setting(granularity, len(KINDS), dialect)
            drafts = list(prefer(page, wanted))
            assert len({draft.detail for draft in drafts}) == len(drafts)
            for draft in drafts:
                check(page, wanted, draft)


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


def prefers(page: Page) -> set[str]:
    """The kinds for which a page gives occasion."""
    return {name for name in KINDS if pair_of(page, setting(), name, 2)}


def test_kinds_are_even() -> None:
    page = next(p for p in synthetic_pages() if len(prefers(p)) > len(KINDS) - 4)
    wanted = setting(per_image=2)
    counts = Counter[str]()
    strengths = Counter[str]()
    for number in range(450):
        image = image_of(hash_of(number)[:32], page.image.width, page.image.height)
        drafts = list(prefer(Page(image, page.annotation), wanted))
        assert len(drafts) == 2
        for draft in drafts:
            name, strength = draft.detail.split(":")
            counts[name] += 1
            strengths[strength] += 1
    assert set(counts) == prefers(page)
    even = [count / FAILURES[name].share for name, count in counts.items()]
    assert max(even) < 2.6 * min(even)
    assert min(strengths.values()) > 240


def test_a_page_without_text_makes_no_pair() -> None:
    assert not list(prefer(page_of([]), setting(per_image=20)))


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
        whole = draft.chosen in hidden or draft.detail.startswith("read_out")
        assert whole or all(mask in draft.chosen for mask in hidden)


def test_answers_are_told_apart_by_what_they_say() -> None:
    dialect, size = Varco(), Size(100, 100)
    items = items_of(MASKED, "line")
    said = dialect.serialise(items, size)
    assert same_items(said, said.replace("</bbox>\n", "</bbox> \n\n"), dialect, size)
    assert not same_items(said, dialect.serialise(items[1:], size), dialect, size)


def test_questions_about_masks_have_many_phrasings() -> None:
    for language in ("ko", "en"):
        texts = [text for kind in phrasings("prefer").values() for text in kind[language]]
        assert len(set(texts)) == len(texts) >= 20
