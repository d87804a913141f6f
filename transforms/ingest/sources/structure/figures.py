"""Figures: pictures and drawings as regions of a page.

Pictures that cover most of a page are its ground or a scan, small ones are marks in the text.
Parts of drawings that lie close make one; a drawing has curves or askew lines, or bars, or rulings
in a number that no table accounts for. Words that stand in a figure belong to it.
"""

from collections.abc import Sequence
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.ingest.sources.structure.drawn import Drawings
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.pieces import Piece

_LEAST_SIDE = 24.0  # points
_GROUND = 0.6  # of the page
_NEAR = 6.0  # points between parts of a drawing
_LEAST_SHAPES = 6
_MOST_PARTS = 1500
_MANY, _RUNNING = 12, 3
"""Words, and words a line, from which on what is drawn is a frame or ground of running text."""


def figures_of(
    drawings: Drawings,
    tables: Sequence[Box],
    grids: Sequence[Box],
    pieces: Sequence[Piece],
    size: tuple[float, float],
) -> list[Box]:
    """Regions, from the top; `grids` are those that are no tables."""
    page = size[0] * size[1]
    pictures = [box for box in drawings.pictures if _is_figure(box) and _area(box) < _GROUND * page]
    parts = [box for box in drawings.shapes if not _inside_any(box, tables)]
    drawn: list[Box] = []
    if len(parts) >= _LEAST_SHAPES or grids:
        bars = [b for b in drawings.fills if not _inside_any(b, tables) and _area(b) < 0.3 * page]
        lines = [b for b in drawings.level + drawings.upright if not _inside_any(b, tables)]
        for box, members in _clusters([*parts, *grids, *bars, *lines][:_MOST_PARTS]):
            real = sum(member < len(parts) for member in members)
            grid = any(len(parts) <= member < len(parts) + len(grids) for member in members)
            if (real >= _LEAST_SHAPES or (grid and len(members) > 3)) and _is_figure(box):
                drawn.append(box)
    drawn = [box for box in drawn if _area(box) < _GROUND * page]
    merged = [box for box, _ in _clusters([*pictures, *drawn]) if not _is_text(box, pieces)]
    return sorted(merged, key=lambda box: (box[1], box[0]))


def _is_figure(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _LEAST_SIDE


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _inside_any(box: Box, others: Sequence[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(o[0] - 2 <= x <= o[2] + 2 and o[1] - 2 <= y <= o[3] + 2 for o in others)


def _is_text(box: Box, pieces: Sequence[Piece]) -> bool:
    inside = [piece for piece in pieces if _inside_any(piece.box, [box])]
    lines = [len(strip.pieces) for strip in strips_of(inside)]
    return len(inside) > _MANY and median(lines) >= _RUNNING


def _clusters(boxes: Sequence[Box]) -> list[tuple[Box, list[int]]]:
    """Boxes that lie close to each other, directly or by way of others; the box around each group
    and its members."""
    groups: list[tuple[Box, list[int]]] = []
    for at, box in enumerate(boxes):
        around, members = list(box), [at]
        again = True
        while again:
            again = False
            for group in groups:
                if _touch(around, group[0]):
                    around, members = union([around, group[0]]), members + group[1]
                    groups.remove(group)
                    again = True
                    break
        groups.append((around, members))
    return groups


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - _NEAR <= other[2]
        and other[0] - _NEAR <= one[2]
        and one[1] - _NEAR <= other[3]
        and other[1] - _NEAR <= one[3]
    )
