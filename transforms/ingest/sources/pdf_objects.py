"""What a page draws, in the order of drawing, with boxes on the page as it is displayed."""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.schemas.boxes import Box

GRID = 1_000_000
"""PDFium maps to whole device pixels: ask for a device this many wide."""
_FAR = 1000.0  # points
_MOST_DEPTH = 15  # of forms within forms
_TINY = 8.0  # pixels
_FLATTENED = pdfium_c.FLATTEN_SUCCESS
Handle = Any
"""A pointer to an object of PDFium."""
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Drawn(NamedTuple):
    """An object that shows something, whether it is text, and the matrix of the forms around it."""

    handle: Handle
    text: bool
    around: _Matrix


def drawn_on(page: pdfium.PdfPage) -> list[Drawn]:
    """The objects that show something, those within forms too."""
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    top = [pdfium_c.FPDFPage_GetObject(page.raw, at) for at in range(count)]
    return list(_leaves(top, _IDENTITY, 0))


def box_of(page: pdfium.PdfPage, drawn: Drawn) -> Box:
    """Where it stands on the displayed page, fractions."""
    return on_page(page, [moved(point, drawn.around) for point in _corners(drawn.handle)])


def flattened(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """A page whose form fields and annotations are part of what it draws, and so of its text."""
    page = document[index]
    count = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    kinds = set()
    for at in range(count):
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
        kinds.add(pdfium_c.FPDFAnnot_GetSubtype(note))
        pdfium_c.FPDFPage_CloseAnnot(note)
    if kinds <= {pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP}:
        return page
    page.render(scale=_TINY / max(page.get_size()))  # makes the looks of annotations without any
    if pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY) == _FLATTENED:
        page.close()  # what was read of it before is out of date
        page = document[index]
    return page


def on_page(page: pdfium.PdfPage, points: Sequence[tuple[float, float]]) -> Box:
    """The box around points of the page's own coordinates, on the page as it is displayed."""
    by = _PLACING.get(page)
    if by is None:
        by = _PLACING[page] = _placing(page)
    placed = [moved(point, by) for point in points]
    xs, ys = [x for x, _ in placed], [y for _, y in placed]
    return [_share(min(xs)), _share(min(ys)), _share(max(xs)), _share(max(ys))]


_PLACING: WeakKeyDictionary[pdfium.PdfPage, _Matrix] = WeakKeyDictionary()
"""From each open page's own coordinates to fractions of it as displayed: asking PDFium for every
point takes a tenth of a page's time."""


def _placing(page: pdfium.PdfPage) -> _Matrix:
    left, top = ctypes.c_int(), ctypes.c_int()
    placed = []
    for x, y in ((0.0, 0.0), (_FAR, 0.0), (0.0, _FAR)):
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, GRID, GRID, 0, x, y, left, top)
        placed.append((left.value / GRID, top.value / GRID))
    (e, f), (x1, y1), (x2, y2) = placed
    return (x1 - e) / _FAR, (y1 - f) / _FAR, (x2 - e) / _FAR, (y2 - f) / _FAR, e, f


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 6)


def _leaves(handles: Sequence[Handle], outer: _Matrix, depth: int) -> Iterator[Drawn]:
    for handle in handles:
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
            yield Drawn(handle, kind == pdfium_c.FPDF_PAGEOBJ_TEXT, outer)
        elif depth < _MOST_DEPTH:
            count = pdfium_c.FPDFFormObj_CountObjects(handle)
            inner = [pdfium_c.FPDFFormObj_GetObject(handle, at) for at in range(count)]
            yield from _leaves(inner, _within(_matrix_of(handle), outer), depth + 1)


def _corners(handle: Handle) -> list[tuple[float, float]]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium_c.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return [(x.value, y.value) for x in (left, right) for y in (bottom, top)]


def _matrix_of(handle: Handle) -> _Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(handle, matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _within(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """First the inner, then the outer one."""
    a, b, c, d, e, f = inner
    x, y = moved((e, f), outer)
    ax, ay = outer[0] * a + outer[2] * b, outer[1] * a + outer[3] * b
    cx, cy = outer[0] * c + outer[2] * d, outer[1] * c + outer[3] * d
    return ax, ay, cx, cy, x, y


def moved(point: tuple[float, float], by: _Matrix) -> tuple[float, float]:
    x, y = point
    return by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5]
