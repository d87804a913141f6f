"""Rulings between columns: long upright ones that belong to no table and no figure.

What stands left and right of one is apart, however short its lines are, as on examination papers.
"""

from collections import defaultdict
from collections.abc import Sequence

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.structure.pieces import Strip

_LONG = 0.25  # of the page's height


def column_rules(
    upright: Sequence[Box], taken: Sequence[Box], size: tuple[float, float]
) -> list[Box]:
    """Such rulings among upright ones, boxes in points; `taken`: tables, grids and figures;
    `size`: of the page."""
    return [
        rule
        for rule in upright
        if rule[3] - rule[1] >= _LONG * size[1] and not any(_meets(rule, box) for box in taken)
    ]


def sides_of(strips: Sequence[Strip], rules: Sequence[Box]) -> list[list[Strip]]:
    """Lines by the sides of the rulings on which they stand."""
    sides: dict[tuple[int, ...], list[Strip]] = defaultdict(list)
    for strip in strips:
        sides[tuple(_side(strip.box, rule) for rule in rules)].append(strip)
    return list(sides.values())


def _meets(rule: Box, box: Box) -> bool:
    x = (rule[0] + rule[2]) / 2
    return box[0] - 2 <= x <= box[2] + 2 and rule[1] < box[3] and rule[3] > box[1]


def _side(box: Box, rule: Box) -> int:
    """-1 left of a ruling, 1 right of it, 0 above or below."""
    if box[3] < rule[1] or box[1] > rule[3]:
        return 0
    return -1 if box[0] + box[2] < rule[0] + rule[2] else 1
