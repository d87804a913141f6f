"""Right text in wrong places: boxes that are shifted, or that belong to a neighbour."""

from dataclasses import replace
from statistics import median

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.tasks.corruptions.answer import (
    Answer,
    amount,
    disjoint_pairs,
    pick,
    ranked,
)

_HEIGHTS = (0.4, 0.8, 1.6)  # of the median box
_SCALES = (0.03, 0.07, 0.15)
_SHARES = (0.03, 0.12, 0.3)


def shifted_boxes(answer: Answer, strength: int, key: str) -> Answer | None:
    """All boxes off in one way: moved along or across, drifting, or wrongly scaled, each to either
    side as often.

    Wrong scale is what a model does that has lost track of the size its image was shrunk to.
    """
    if not answer.pieces:
        return None
    way = pick(4, "shift", key)
    sign = 1 if pick(2, "sign", key) else -1
    height = median(piece.box[3] - piece.box[1] for piece in answer.pieces)
    step = _HEIGHTS[strength - 1] * height
    scale = 1 - _SCALES[strength - 1]
    down = _either_way(answer, 1, step, sign)
    right = _either_way(answer, 0, step, sign)

    def moved(box: Box) -> Box:
        if way == 0:
            return _within(box, 0, down)
        if way == 1:
            return _within(box, right, down / 4)
        if way == 2:
            return _within(box, 0, 2 * down * box[3])
        if sign > 0:
            return [value * scale for value in box]
        return [1 - (1 - value) * scale for value in box]  # shrunk towards the other corner

    return answer.having(replace(piece, box=moved(piece.box)) for piece in answer.pieces)


def _either_way(answer: Answer, side: int, step: float, sign: int) -> float:
    """The step in a direction by chance, or in the other one if there is no room for it: boxes that
    stop at the edge of the image would tell that they were moved."""
    room = {
        -1: min(piece.box[side] for piece in answer.pieces),
        1: 1 - max(piece.box[side + 2] for piece in answer.pieces),
    }
    if step > room[sign] and room[-sign] > room[sign]:
        sign = -sign
    return sign * step


def _within(box: Box, right: float, down: float) -> Box:
    """The box moved, but not out of the image."""
    right = min(max(right, -box[0]), 1 - box[2])
    down = min(max(down, -box[1]), 1 - box[3])
    return [box[0] + right, box[1] + down, box[2] + right, box[3] + down]


def swapped_boxes(answer: Answer, strength: int, key: str) -> Answer | None:
    """Neighbours with each other's boxes."""
    pieces = list(answer.pieces)
    candidates = [
        place
        for place in ranked(len(pieces) - 1, "swap", key)
        if pieces[place].text != pieces[place + 1].text
    ]
    pairs = disjoint_pairs(len(pieces), candidates)
    for place in pairs[: amount(strength, len(pairs), _SHARES)]:
        first, second = pieces[place], pieces[place + 1]
        pieces[place] = replace(first, box=second.box)
        pieces[place + 1] = replace(second, box=first.box)
    return answer.having(pieces) if pairs else None
