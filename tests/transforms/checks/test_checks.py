"""The truth passes every check, and every failure that is modelled fails one."""

from collections import Counter
from dataclasses import dataclass, replace

import pytest

from gyogwa.schemas.checks import Check
from gyogwa.schemas.records import Page
from gyogwa.transforms.checks.answers import given, tables_in
from gyogwa.transforms.checks.judge import passes
from gyogwa.transforms.checks.make import Asked, asked_of
from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.corruptions.answer import (
    STRENGTHS,
    answer_of,
    running_text,
    with_boxes,
)
from gyogwa.transforms.tasks.preference import described_otherwise
from tests.transforms.tasks.pairs import pages, setting

WANTED = setting()


@dataclass(frozen=True)
class Judged:
    """An answer to a request: which of its checks fail."""

    asked: Asked
    page: Page

    def fails(self, answer: str) -> list[Check]:
        if self.asked.kind == "ocr":
            reading = given(answer, WANTED.dialect, WANTED.size(self.page))
        else:
            reading = given(answer)
        return [check for check in self.asked.checks if not passes(check, reading)]


def requests() -> list[Judged]:
    return [Judged(asked, page) for page in pages() for asked in asked_of(page, WANTED)]


def test_the_truth_passes_and_all_kinds_are_made() -> None:
    kinds = Counter(check.kind for request in requests() for check in request.asked.checks)
    assert all(request.fails(request.asked.truth) == [] for request in requests())
    assert set(kinds) == {"present", "absent", "order", "spacing", "extent", "cell", "box"}


def test_an_empty_answer_and_markup_that_cannot_be_read_fail() -> None:
    for request in requests():
        failed = request.fails("")
        assert len(failed) >= len(request.asked.checks) - 6  # extent, and numbers that aren't there
        assert request.fails("<char>글")


READ = sorted(name for name, kind in FAILURES.items() if {"boxes", "text"} & set(kind.forms))
"""Failures of what is read; others are of descriptions and short answers, which have no checks."""


@pytest.mark.parametrize("name", READ)
def test_a_modelled_failure_is_caught(name: str) -> None:
    caught = []
    for request in requests():
        forms = {"ocr": "boxes", "read": "text"}
        if forms.get(request.asked.kind) not in FAILURES[name].forms:
            continue
        language = request.page.annotation.language
        for strength in STRENGTHS:
            answer = answer_of(request.page, "line")
            answer = replace(answer, described=described_otherwise(request.page))
            key = f"{request.page.image.image_id}/{name}"
            failed = FAILURES[name].corrupt(answer, strength, key)
            if failed is None:
                continue
            if request.asked.kind == "ocr":
                size = WANTED.size(request.page)
                said, true = (with_boxes(a, WANTED.dialect, size) for a in (failed, answer))
            else:
                said, true = (running_text(a, WANTED.dialect) for a in (failed, answer))
            assert request.fails(true) == []
            caught.append((bool(request.fails(said)), request.asked.kind, language, strength, said))
    missed = [case for case in caught if not case[0]]
    assert len(caught) >= (2 if name == "disclosed" else 8)
    assert len(missed) <= 0.05 * len(caught), missed


def test_a_wrong_cell_a_wrong_row_and_lost_spaces_are_caught() -> None:
    for request in requests():
        if request.asked.kind != "table":
            continue
        cells = tables_in(request.asked.truth)[0]
        digits = [cell for cell in cells if cell.text[:1].isdigit()]
        moved = request.asked.truth
        for cell in digits[:1]:
            moved = moved.replace(f">{cell.text}<", f">{cell.text}1<", 1)
        assert request.fails(moved)
    korean = [
        request
        for request in requests()
        if request.asked.kind == "read" and request.page.annotation.language == "ko"
    ]
    for request in korean:
        failed = {check.kind for check in request.fails(request.asked.truth.replace(" ", ""))}
        assert failed == {"spacing"}


@pytest.mark.parametrize(
    "answer",
    [
        "| 과목 | 시간 |\n|---|---|\n| 국어 | 3 |",
        "표는 다음과 같습니다.\n\n과목 | 시간\n--- | ---\n국어 | 3\n",
        "<table><tr><th>과목</th><th>시간</th></tr><tr><td>국어</td><td>3</td></tr></table>",
        "<otsl><ched>과목<ched>시간<nl><fcel>국어<fcel>3<nl></otsl>",
        "<ched>과목<ched>시간<nl><fcel>국어<fcel>3<nl>",
    ],
)
def test_tables_are_read_in_three_forms(answer: str) -> None:
    (cells,) = tables_in(answer)
    assert [(cell.row, cell.column, cell.text) for cell in cells] == [
        (0, 0, "과목"), (0, 1, "시간"), (1, 0, "국어"), (1, 1, "3"),
    ]  # fmt: skip
    right = Check("c", "r", "cell", "국어", other="3", side="right")
    below = Check("c", "r", "cell", "시간", other="3", side="below")
    wrong = Check("c", "r", "cell", "과목", other="3", side="below")
    assert [passes(check, given(answer)) for check in (right, below, wrong)] == [True, True, False]


def test_quotes_dashes_and_marks_are_no_misreadings() -> None:
    check = Check("c", "r", "spacing", "“가을 학기” – 안내…")
    assert passes(check, given('## **"가을 학기" - 안내...**'))
