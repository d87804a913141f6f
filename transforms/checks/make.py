"""Checks of a page whose text, boxes and tables are known.

The page is asked for as the run's own tasks ask: for its text (`read`), for its lines with boxes
(`ocr`, where the dialect has boxes), for each table (`table_html`). What is checked covers all of
the page, so that one wrong syllable anywhere fails one check: every line is present, as often as it
stands there, and with its spaces; lines that follow each other do so; there is no more text than
the page has; numbers aren't there with a digit changed; every line is in its box; every cell
stands beside its neighbours.

A check that the truth itself fails in this dialect (a box on too coarse a grid, text with markup in
it) isn't made.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from gyogwa.schemas.checks import Check, CheckKind, RequestKind
from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.page import Cell
from gyogwa.schemas.records import IMAGE, Page
from gyogwa.transforms.checks.answers import Given, given, letters, squeezed
from gyogwa.transforms.checks.judge import passes
from gyogwa.transforms.tasks.page import Draft, Setting, items_of
from gyogwa.transforms.tasks.registry import drafts_of
from gyogwa.transforms.tasks.structure.places import places_of

_NUMBERS = 5
"""How many numbers of a page are looked for with a digit changed."""


class Asked(NamedTuple):
    """A request about a page: its kind, the prompt, the true answer, the checks (ids unset)."""

    kind: RequestKind
    prompt: str
    truth: str
    checks: list[Check]


def asked_of(page: Page, setting: Setting) -> Iterator[Asked]:
    """All requests about a page, each with at least one check."""
    spec = setting.spec.model_copy(update={"granularity": "line", "per_image": 1_000})
    whole = replace(setting, spec=spec)
    for draft in drafts_of("read", page, whole):
        truth = _answer(draft)
        yield from _kept("read", draft, given(truth), _of_text(page, given(truth)))
    if setting.dialect.has_boxes:
        for draft in drafts_of("ocr", page, whole):
            reading = given(_answer(draft), setting.dialect, setting.size(page))
            checks = [*_of_text(page, reading), *_of_boxes(page)]
            yield from _kept("ocr", draft, reading, checks)
    tables = [table.cells for table in page.annotation.known_tables]
    for draft in drafts_of("table_html", page, whole):
        reading = given(_answer(draft))
        checks = [check for cells in tables for check in _of_cells(cells)]
        yield from _kept("table", draft, reading, checks)


def _answer(draft: Draft) -> str:
    return draft.conversation[-1].content


def _kept(kind: RequestKind, draft: Draft, truth: Given, checks: list[Check]) -> Iterator[Asked]:
    kept = [check for check in checks if passes(check, truth)]
    if kept:
        prompt = draft.conversation[0].content.removeprefix(f"{IMAGE}\n")
        yield Asked(kind, prompt, truth.answer, kept)


def _check(kind: CheckKind, text: str = "", **fields: object) -> Check:
    return Check("", "", kind, text, **fields)  # type: ignore[arg-type]


def _of_text(page: Page, truth: Given) -> list[Check]:
    """What the whole text must show."""
    texts = [text for text in page.line_texts() if letters(text)]
    times = {text: truth.squeezed.count(squeezed(text)) for text in texts}
    checks = [_check("present", text, times=times[text]) for text in times]
    korean = page.annotation.language == "ko"
    checks += [_check("spacing", text) for text in times if korean and " " in text]
    alone = [text for text in texts if times[text] == 1]
    checks += [_check("order", one, other=two) for one, two in pairwise(alone)]
    checks.append(_check("extent", times=letters(truth.said)))
    numbers = [text for text in alone if any(map(str.isdigit, text))]
    numbers.sort(key=lambda text: hash_of("absent", page.image.image_id, text))
    checks += [_check("absent", _misread(text)) for text in numbers[:_NUMBERS]]
    return checks


def _misread(text: str) -> str:
    """The text with one of its digits changed."""
    places = [place for place, char in enumerate(text) if char in "0123456789"]
    if not places:
        return text  # digits of another script: the truth fails the check, which isn't made
    place = places[int(fraction_of("digit", text) * len(places))]
    other = (int(text[place]) + 1 + int(fraction_of("other digit", text) * 9)) % 10
    return f"{text[:place]}{other}{text[place + 1 :]}"


def _of_boxes(page: Page) -> list[Check]:
    return [
        _check("box", item.text, box=item.boxes[0])
        for item in items_of(page, "line")
        if letters(item.text)
    ]


def _of_cells(cells: list[Cell]) -> Iterator[Check]:
    """Every cell beside its right and its lower neighbour, where both hold text."""
    try:
        places = places_of(cells)
    except ValueError:
        return
    for cell in cells:
        right = places.get((cell.row, cell.column + cell.column_span))
        below = places.get((cell.row + cell.row_span, cell.column))
        for side, other in (("right", right), ("below", below)):
            if other is not None and cell.text and other.text:
                yield _check("cell", cell.text, other=other.text, side=side)
