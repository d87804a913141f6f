"""What a page draws beside its text: rulings, fills and pictures.

A ruling is a straight line, a thin filled bar, or an edge of a rectangle; which of these it is
depends on the program that wrote the file, not on the page. What nobody sees, because it is white
or nearly so, is none; but white areas on a darker one are seen by their edges. Paths with curves or
of many parts are pieces of drawings.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.schemas.boxes import Box, turned
from gyogwa.transforms.ingest.sources.pdf_objects import Drawn, box_of, moved, on_page

_THIN = 2.6
"""Points: a bar as thick as this is a ruling. Rules of the manuals looked at are .2 to 1.5."""
_WHITE = 248
_CLEAR = 8  # of 255
_MOST_SEGMENTS = 400
_MOST_PATHS = 8_000
"""Of a page that are looked at, some .1 ms each: plans and maps have more."""
_SHORT = 3.0
_GROUNDS = 100
"""Fills, the first ones, that white areas are looked for on: a ground is drawn before them."""


@dataclass
class Drawings:
    """Boxes in points. `level` and `upright`: rulings; `fills`: areas of one tone; `holes`: white
    ones on these; `pictures`: images; `shapes`: parts of drawings."""

    level: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    holes: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)


def drawings_of(
    page: pdfium.PdfPage, objects: Sequence[Drawn], size: tuple[float, float], turn: int
) -> Drawings:
    """Of the objects of a page that is read when turned by `turn` degrees counter-clockwise, to
    `size`, in points."""
    found = Drawings()

    def placed(box: Box) -> Box:
        x0, y0, x1, y1 = turned(box, turn)
        return [x0 * size[0], y0 * size[1], x1 * size[0], y1 * size[1]]

    paths = 0
    for each in objects:
        kind = pdfium_c.FPDFPageObj_GetType(each.handle)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append(placed(box_of(page, each)))
        elif kind == pdfium_c.FPDF_PAGEOBJ_SHADING:
            found.fills.append(placed(box_of(page, each)))
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths > _MOST_PATHS:
                continue
            for place, box in _path(page, each):
                around = placed(box)
                if place != "holes" or any(_lies_in(around, g) for g in found.fills[:_GROUNDS]):
                    getattr(found, place).append(around)
    _sort_out(found)
    return found


def _sort_out(found: Drawings) -> None:
    """Straight parts, which may have been turned, to where they belong by their lengths."""
    straight = found.level + found.upright
    found.level, found.upright = [], []
    for box in straight:
        wide, high = box[2] - box[0], box[3] - box[1]
        if max(wide, high) < _SHORT:
            continue
        (found.level if wide >= high else found.upright).append(box)
    fills, found.fills = found.fills, []
    for box in fills:
        wide, high = box[2] - box[0], box[3] - box[1]
        if min(wide, high) > _THIN:
            found.fills.append(box)
        elif max(wide, high) >= _SHORT:
            (found.level if wide >= high else found.upright).append(box)


def _path(page: pdfium.PdfPage, drawn: Drawn) -> Iterator[tuple[str, Box]]:
    """Names of fields of `Drawings`, each with a box as fractions."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(drawn.handle, fill, stroke)
    filled = bool(fill.value) and _shows(drawn, pdfium_c.FPDFPageObj_GetFillColor)
    white = bool(fill.value) and not filled and not _is_clear(drawn)
    stroked = bool(stroke.value) and _shows(drawn, pdfium_c.FPDFPageObj_GetStrokeColor)
    if not filled and not stroked and not white:
        return
    count = pdfium_c.FPDFPath_CountSegments(drawn.handle)
    if count > _MOST_SEGMENTS:
        if filled or stroked:
            yield "shapes", box_of(page, drawn)
        return
    for points, curved, closed in _parts(drawn, count):
        box = on_page(page, points)
        if white and not stroked:
            if not curved and _is_straight(points):
                yield "holes", box
        elif curved or not _is_straight(points):
            thin = min(_sides(points)) <= _THIN and not curved and filled
            yield ("fills" if thin else "shapes"), box
        elif filled:
            yield "fills", box
        if stroked and not curved:
            ring = [*points, points[0]] if closed else points
            for one, other in pairwise(ring):
                if _is_straight([one, other]) and one != other:
                    yield "level", on_page(page, [one, other])


def _sides(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs), max(ys) - min(ys)


def _is_straight(points: Sequence[tuple[float, float]]) -> bool:
    """Whether every step goes along or across."""
    return all(min(abs(a[0] - b[0]), abs(a[1] - b[1])) < 0.6 for a, b in pairwise(points))


def _shows(drawn: Drawn, ask: Callable[..., Any]) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not ask(drawn.handle, red, green, blue, alpha):
        return True
    return alpha.value > _CLEAR and min(red.value, green.value, blue.value) < _WHITE


def _is_clear(drawn: Drawn) -> bool:
    """Whether a fill lets all through."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    asked = pdfium_c.FPDFPageObj_GetFillColor(drawn.handle, red, green, blue, alpha)
    return bool(asked) and alpha.value <= _CLEAR


def _lies_in(box: Box, other: Box) -> bool:
    return (
        box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]
    ) and box != other


def _parts(drawn: Drawn, count: int) -> Iterator[tuple[list[tuple[float, float]], bool, bool]]:
    """The parts of a path: points in the page's own coordinates, whether it has curves, and whether
    it is closed."""
    matrix = pdfium_c.FS_MATRIX()
    own = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    if pdfium_c.FPDFPageObj_GetMatrix(drawn.handle, matrix):
        own = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    points: list[tuple[float, float]] = []
    curved = closed = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(drawn.handle, at)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO and points:
            if len(points) > 1:
                yield points, curved, closed
            points, curved, closed = [], False, False
        curved = curved or kind == pdfium_c.FPDF_SEGMENT_BEZIERTO
        closed = closed or bool(pdfium_c.FPDFPathSegment_GetClose(segment))
        points.append(moved(moved((x.value, y.value), own), drawn.around))
    if len(points) > 1:
        yield points, curved, closed
