"""Small changes inside the text of pieces: where, and what stands there instead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from gyogwa.transforms.tasks.corruptions.answer import Answer, amount, pick, ranked


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


def evenly(answer: Answer, edits: list[Edit], *key: object) -> list[Edit]:
    """Edits in an order in which what is exchanged for something else stands there instead of it as
    often: e for c as often as c for e, however many more e there are. Only what the page gives
    occasion for in both directions counts, and all edits by hash where nothing does: a change that
    goes one way would tell by itself which of two texts is wrong.
    """
    sites: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        sites[answer.pieces[edit.piece].text[edit.start : edit.end], edit.text].append(edit)
    both = sorted((a, b) for a, b in sites if a < b and (b, a) in sites)
    if not both:
        return [edits[index] for index in ranked(len(edits), *key)]
    waiting = {
        ways: [sites[ways][index] for index in ranked(len(sites[ways]), *key, *ways)]
        for a, b in both
        for ways in ((a, b), (b, a))
    }
    order: list[Edit] = []
    while both:
        one, other = both[pick(len(both), *key, "pair", len(order))]
        ways = (one, other) if pick(2, *key, "way", len(order)) else (other, one)
        order.append(waiting[ways].pop(0))
        if not waiting[ways]:
            both.remove((one, other))
    return order


def edited_in_order(
    answer: Answer,
    order: list[Edit],
    available: int,
    strength: int,
    shares: tuple[float, float, float],
) -> Answer | None:
    """The answer after the first edits of an order, so many as are a share of those `available`;
    None where there are none."""
    if not order:
        return None
    return edited(answer, _without_overlaps(order, amount(strength, available, shares)))


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
