"""Small changes inside the text of pieces: where, and what stands there instead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from gyogwa.transforms.tasks.corruptions.answer import Answer, amount, ranked


class Edit(NamedTuple):
    """Characters `start` to `end - 1` of the text of piece `piece` become `text`."""

    piece: int
    start: int
    end: int
    text: str


def edited(answer: Answer, edits: Iterable[Edit]) -> Answer:
    """The answer after edits that don't overlap."""
    by_piece: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_piece[edit.piece].append(edit)
    pieces = list(answer.pieces)
    for index, changes in by_piece.items():
        text = pieces[index].text
        # from the back, so that what stands before keeps its position
        for edit in sorted(changes, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        pieces[index] = replace(pieces[index], text=text)
    return answer.having(pieces)


def edited_by_share(
    answer: Answer,
    edits: list[Edit],
    strength: int,
    shares: tuple[float, float, float],
    *key: object,
) -> Answer | None:
    """The answer after a share of the possible edits, picked by hash; None where there are none."""
    if not edits:
        return None
    order = (edits[index] for index in ranked(len(edits), *key))
    chosen = _without_overlaps(order, amount(strength, len(edits), shares))
    return edited(answer, chosen)


def _without_overlaps(edits: Iterable[Edit], count: int) -> list[Edit]:
    taken: set[tuple[int, int]] = set()
    chosen: list[Edit] = []
    for edit in edits:
        places = {(edit.piece, place) for place in range(edit.start, edit.end)}
        if len(chosen) < count and not places & taken:
            taken |= places
            chosen.append(edit)
    return chosen
