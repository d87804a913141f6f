"""Frames: boxes that are ruled or filled around some lines, which are read before what is beside
them. A frame of most of the page, or that holds all of its lines, is its ground.
"""

from collections.abc import Sequence

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.drawn import Drawings
from gyogwa.transforms.ingest.sources.structure.pieces import Strip

_MOST = 0.4  # of the page
_LEAST = 10.0  # points high and wide
_NEAR = 3.0  # points between the ends of rulings that meet
_HANGS = 2.0  # points by which a line may stand out of its frame
_MOST_RULES = 60
_MOST_FILLS = 200
_ROUND = 8.0  # points of a corner


def framed(
    drawings: Drawings, strips: Sequence[Strip], size: tuple[float, float]
) -> list[list[Strip]]:
    """The lines of each frame that holds two or more, but for one that holds all."""
    boxes = [
        box
        for box in (
            *_whole([*drawings.fills, *drawings.shapes]),
            *_ruled(drawings.level, drawings.upright),
        )
        if min(box[2] - box[0], box[3] - box[1]) >= _LEAST
        and (box[2] - box[0]) * (box[3] - box[1]) < _MOST * size[0] * size[1]
    ]
    boxes.sort(key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))
    left = list(strips)
    found = []
    for box in boxes:
        inside = [strip for strip in left if _holds(box, strip.box)]
        cut = any(_cuts(box, strip.box) for strip in left)
        if len(inside) > 1 and not cut and len(inside) < len(strips):
            found.append(inside)
            taken = {id(strip) for strip in inside}
            left = [strip for strip in left if id(strip) not in taken]
    return found


def _whole(fills: Sequence[Box]) -> list[Box]:
    """Fills that lie close below one another, equally wide, as one: rounded boxes are painted in
    such pieces."""
    found: list[Box] = []
    for box in sorted(fills, key=lambda b: b[1])[:_MOST_FILLS]:
        above = next(
            (
                other
                for other in found
                if abs(other[0] - box[0]) <= _ROUND
                and abs(other[2] - box[2]) <= _ROUND
                and other[1] <= box[1] <= other[3] + _NEAR
            ),
            None,
        )
        if above is None:
            found.append(list(box))
        else:
            above[:] = union([above, box])
    return found


def _holds(box: Box, inner: Box) -> bool:
    return (
        inner[0] >= box[0] - _HANGS
        and inner[1] >= box[1] - _HANGS
        and inner[2] <= box[2] + _HANGS
        and inner[3] <= box[3] + _HANGS
    )


def _cuts(box: Box, line: Box) -> bool:
    """Whether a line lies partly in a box."""
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    inside = box[0] < x < box[2] and box[1] < y < box[3]
    return inside and not _holds(box, line)


def _ruled(level: Sequence[Box], upright: Sequence[Box]) -> list[Box]:
    """Rectangles of four rulings."""
    if len(level) > _MOST_RULES or len(upright) > _MOST_RULES:
        return []
    found = []
    tops = sorted(level, key=lambda rule: rule[1])
    for at, top in enumerate(tops):
        for bottom in tops[at + 1 :]:
            box = [top[0], top[1], top[2], bottom[3]]
            alike = abs(bottom[0] - top[0]) <= _NEAR and abs(bottom[2] - top[2]) <= _NEAR
            sides = (box[0], box[2])
            if alike and all(any(_closes(rule, x, box) for rule in upright) for x in sides):
                found.append(box)
                break
    return found


def _closes(rule: Box, x: float, box: Box) -> bool:
    return (
        abs((rule[0] + rule[2]) / 2 - x) <= _NEAR
        and rule[1] <= box[1] + _NEAR
        and rule[3] >= box[3] - _NEAR
    )
