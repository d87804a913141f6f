"""Whether an answer passes a check, and what share of a request's checks it passes."""

from collections.abc import Iterable

from gyogwa.schemas.boxes import overlap
from gyogwa.schemas.checks import Check, Request
from gyogwa.schemas.page import Cell
from gyogwa.transforms.checks.answers import Given, given, letters, one_line, squeezed
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.tasks.structure.places import places_of

OVERLAP = 0.6
"""Intersection over union of a line's box that is right. Of the modelled answers whose boxes are
all shifted (`tasks.corruptions.boxes`), 3 of 39 pass at the customary .5, and 1 of 39 at .6."""


def reading_of(request: Request, answer: str) -> Given:
    """The answer as the request's checks look at it."""
    if request.kind != "ocr":
        return given(answer)
    return given(answer, DIALECTS[request.dialect], Size(request.width, request.height))


def passes(check: Check, answer: Given) -> bool:
    """Whether the answer shows what the check asks for."""
    match check.kind:
        case "present":
            return answer.squeezed.count(squeezed(check.text)) >= check.times
        case "absent":
            return squeezed(check.text) not in answer.squeezed
        case "order":
            one, two = (answer.squeezed.find(squeezed(text)) for text in (check.text, check.other))
            return 0 <= one < two
        case "spacing":
            return one_line(check.text) in answer.said
        case "extent":
            return letters(answer.said) <= check.times
        case "cell":
            return any(_beside(table, check) for table in answer.tables)
        case "box":
            return any(
                squeezed(item.text) == squeezed(check.text)
                and any(overlap(box, check.box) >= OVERLAP for box in item.boxes)
                for item in answer.items or []
            )


def score(request: Request, checks: Iterable[Check], answer: str) -> float:
    """The share of checks that an answer passes, from 0 to 1: a reward. 0 without any checks."""
    reading = reading_of(request, answer)
    passed = [passes(check, reading) for check in checks]
    return sum(passed) / len(passed) if passed else 0.0


def _beside(cells: list[Cell], check: Check) -> bool:
    try:
        places = places_of(cells)
    except ValueError:
        return False
    text, other = squeezed(check.text), squeezed(check.other)
    for cell in cells:
        if squeezed(cell.text) == text:
            right = check.side == "right"
            beside = places.get(
                (cell.row, cell.column + cell.column_span)
                if right
                else (cell.row + cell.row_span, cell.column)
            )
            if beside is not None and squeezed(beside.text) == other:
                return True
    return False
