"""Documents of every kind: whole, exact in their boxes, and with sums that come out."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.synthesis import fonts, style
from gyogwa.transforms.synthesis.canvas import Canvas, Face, Picture
from gyogwa.transforms.synthesis.document import DOCUMENT_KINDS, render_document
from gyogwa.transforms.synthesis.marks import OPEN, TICKED, marked, seal, seal_size, tick_box
from gyogwa.transforms.synthesis.official import head_of
from gyogwa.transforms.synthesis.style import choose_style

_ENDS = {
    "official": ("공개", "public"),
    "certificate": ("인", ""),
    "invoice": ("(인)", "For"),
    "payslip": ("수고하셨습니다.", "records."),
    "menu": ("씁니다.", "allergens."),
    "survey": ("감사합니다.", "part."),
    "web page": ("Copyright", "Copyright"),
    "card": ("31일까지", "until:"),
}
"""What stands near the end of kinds that have one, in both languages."""


def _page(kind: str, language: str, seed: int = 0) -> Picture:
    rng = random.Random(f"{kind}/{language}/{seed}")
    (picture,) = render_document(rng, language, 1, None, kind)
    return picture


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_documents_of_every_kind(kind: str) -> None:
    for language, end in zip(("ko", "en"), _ENDS.get(kind, ("", "")), strict=True):
        page = _page(kind, language)
        assert truth_of(page.labels, *page.image.size) is not None
        words = page.labels["words"]
        assert words, (kind, language)
        assert not end or any(end in word["text"] for word in words[-60:]), (kind, language)
        grey = np.asarray(page.image.convert("L"), np.int16)
        for i, word in enumerate(words):
            x0, y0, x1, y1 = word["box"]
            assert 0 <= x0 < x1 <= page.image.width, word
            assert 0 <= y0 < y1 <= page.image.height, word
            assert np.ptp(grey[y0:y1, x0:x1]) > 20, word
            for other in words[i + 1 :]:
                a0, b0, a1, b1 = other["box"]
                apart = a0 >= x1 - 1 or a1 <= x0 + 1 or b0 >= y1 - 3 or b1 <= y0 + 3
                assert apart, (kind, language, word, other)


def _numbers(page: Picture) -> Iterator[tuple[dict[str, Any], dict[tuple[int, int], float]]]:
    """The tables of a page with the numbers of their cells."""
    for table in page.labels["tables"]:
        yield (
            table,
            {
                (cell["row"], cell["column"]): float(cell["text"].replace(",", ""))
                for cell in table["cells"]
                if cell["text"].replace(",", "").replace(".", "").isdigit()
            },
        )


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sums_of_invoices_come_out(language: str) -> None:
    for seed in range(4):
        (_, _), (goods, found), (_, due) = _numbers(_page("invoice", language, seed))
        last = max(cell["row"] for cell in goods["cells"])
        for row in range(1, last):
            assert found[row, 2] * found[row, 3] == found[row, 4]
        for column in (4, 5):
            assert sum(found[row, column] for row in range(1, last)) == pytest.approx(
                found[last, column], abs=0.5
            )
        assert due[1, 1] == pytest.approx(found[last, 4] + found[last, 5])


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_paid_out_is_what_is_left(language: str) -> None:
    page = _page("payslip", language)
    sums = []
    for table, found in _numbers(page):
        last = max(cell["row"] for cell in table["cells"])
        assert sum(found[row, 1] for row in range(1, last)) == found[last, 1]
        sums.append(found[last, 1])
    left = f"{sums[0] - sums[1]:,.0f}"
    assert any(left in word["text"] for word in page.labels["words"])


def test_a_long_table_goes_on_with_its_head() -> None:
    pages = render_document(random.Random(1), "ko", 2, None, "inventory")
    first, second = (page.labels["tables"][0]["cells"] for page in pages)
    heads = [[cell["text"] for cell in cells if cell["row"] == 0] for cells in (first, second)]
    assert heads[0] == heads[1]
    numbers = [
        int(cell["text"])
        for cells in (first, second)
        for cell in cells
        if cell["row"] and cell["column"] == 0
    ]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("organisation", "head"),
    [
        ("한빛시립도서관", "한빛시립도서관장"),
        ("늘푸른초등학교", "늘푸른초등학교장"),
        ("열린기술재단", "열린기술재단 이사장"),
        ("솔내음상회", "솔내음상회 대표"),
    ],
)
def test_who_signs_for_an_institution(organisation: str, head: str) -> None:
    assert head_of(organisation) == head


def test_marks_have_exact_boxes_and_leave_words_legible() -> None:
    look = choose_style(random.Random(3), "ko", 22, typed=True)
    canvas = Canvas(500, 400, (255, 255, 255))
    face = Face(look.body, 22)
    assert tick_box(canvas, 20, 60, face, True) > 10
    canvas.line("동의함", 60, 60, face)
    tick_box(canvas, 20, 100, face, False)
    seal(canvas, 300, 40, "한빛도서관장의인", face)
    assert [word["text"] for word in canvas.words] == [
        TICKED,
        "동의함",
        OPEN,
        "한빛도",
        "서관장",
        "의인",
    ]
    assert seal_size("김서연", 22) < seal_size("한빛도서관장의인", 22)
    with canvas.block("paragraph"):
        canvas.line("읽을 수 있는 글", 20, 200, face)
    before = np.asarray(canvas.image.convert("L"), np.int16)
    marked(canvas, look, random.Random(2))
    after = np.asarray(canvas.image.convert("L"), np.int16)
    assert (before != after).any()
    for word in canvas.words[-4:]:
        x0, y0, x1, y1 = word["box"]
        assert np.ptp(after[y0:y1, x0:x1]) > 100


def test_pages_are_written_by_hand_where_a_font_looks_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pen = fonts.families("ko")[-1]
    monkeypatch.setattr(style, "handwriting", lambda _: (pen,))
    seeds = range(60)
    looks = [choose_style(random.Random(seed), "ko", 20) for seed in seeds]
    by_hand = [look for look in looks if look.hand and look.size == look.hand.size]
    assert 1 <= len(by_hand) < 20
    assert all(look.body == look.display == pen.regular for look in by_hand)
    typed = [choose_style(random.Random(seed), "ko", 20, typed=True) for seed in seeds]
    assert all(look.size == 20 for look in typed)
