"""Wrong reading order: straight across two columns, or blocks one before the other."""

from dataclasses import replace
from itertools import zip_longest

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.tasks.corruptions.answer import (
    Answer,
    Piece,
    amount,
    blocks_of,
    disjoint_pairs,
    lines_of,
    ranked,
)

_SHARES = (0.05, 0.25, 0.6)


def wrong_order(answer: Answer, strength: int, key: str) -> Answer | None:
    """Neighbouring blocks read in the wrong order; of a page with one block, lines.

    Blocks side by side are read across, line by line, as readers do that miss the gap between two
    columns. Where a page has such pairs, they go wrong first.
    """
    blocks = blocks_of(answer)
    units = blocks if len(blocks) > 1 else lines_of(answer)
    if len(units) < 2:
        return None
    places = ranked(len(units) - 1, "order", key)
    places.sort(key=lambda place: not _beside(units[place], units[place + 1]))
    pairs = disjoint_pairs(len(units), places)
    wrong = set(pairs[: amount(strength, len(pairs), _SHARES)])
    said: list[Piece] = []
    for place, unit in enumerate(units):
        if place in wrong:
            said += _confused(unit, units[place + 1])
        elif place - 1 not in wrong:
            said += unit
    return answer.having(said)


def _confused(first: list[Piece], second: list[Piece]) -> list[Piece]:
    if not _beside(first, second) or len(first) == len(second) == 1:
        return second + first
    number = first[0].block
    rows = zip_longest(_lines(first), _lines(second), fillvalue=list[Piece]())
    across = (piece for left, right in rows for piece in left + right)
    return [replace(piece, block=number) for piece in across]


def _lines(unit: list[Piece]) -> list[list[Piece]]:
    return lines_of(Answer(unit, "", ""))


def _beside(first: list[Piece], second: list[Piece]) -> bool:
    """Whether two units stand side by side: much of the height shared, none of the width."""
    one, other = (_around(unit) for unit in (first, second))
    shared = min(one[3], other[3]) - max(one[1], other[1])
    apart = one[2] <= other[0] or other[2] <= one[0]
    return apart and shared > 0.5 * min(one[3] - one[1], other[3] - other[1])


def _around(unit: list[Piece]) -> Box:
    return union([piece.box for piece in unit])
