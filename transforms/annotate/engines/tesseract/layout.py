"""Lines of text of a page: regions by recursive cuts along blank stripes, rows by Tesseract.

Tesseract's own page layout breaks Korean lines up and loses their ends; its row finder, told that
a region is one block of text, does not. So the page is cut into such regions here: across where a
band is blank, down where a stripe wider than any space is. A region one line high is a line.
Cost: the row finder takes a few milliseconds a region, 50 ms a page.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import tesserocr
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.annotate.engines.tesseract.foreground import foreground_of, usual_height
from gyogwa.transforms.annotate.engines.tesseract.leaders import without_leaders
from gyogwa.transforms.annotate.engines.tesseract.strips import Pixels

_BAND = 0.5  # heights of a blank band between regions
_GUTTER = 1.6  # heights of a blank stripe between columns
_LONG_GUTTER = 0.8  # of one that runs past so many heights of lines:
_PAST = 6.0
_LONG = 4.0  # heights of a blank within a line, that parts it
_ONE_LINE = 1.6  # heights of a region of one line at most
_FAINT = 0.25  # of the ink of the rows above and below: what may lie between two lines
_LEAST = 0.75  # heights that a line has at least
_FLOOR = 0.75  # of the page's usual height: no region's is taken to be smaller
_TOUCH = 0.25  # of the lower row's height: rows that overlap more are no rows
_TALL = 1.8  # heights: a row taller than that is two
_TIGHT = 1.0  # heights from line to line where they touch
_ACROSS = 0.4  # the share of letters that may lie across the cuts
_SMALLEST = 5  # pixels a line is high at least
_ALIKE = 1.8  # pieces of one line differ in height by this at most
_OVERLAP = 0.6  # of the lower piece's height

Boxes = NDArray[np.int64]


def lines_of(
    page: Image.Image, api: tesserocr.PyTessBaseAPI, dpi: int
) -> tuple[Image.Image, list[Pixels]]:
    """`page` (grey) without leaders, and the boxes of its lines in pixels. `api` is set to
    PSM.SINGLE_BLOCK."""
    page, writing = without_leaders(page, foreground_of(page))
    if not len(writing.boxes):
        return page, []
    api.SetImage(Image.fromarray(np.where(writing.mask, np.uint8(0), np.uint8(255))))
    api.SetSourceResolution(dpi)
    least = _FLOOR * usual_height(writing.boxes)
    lines: list[Pixels] = []
    for region in regions_of(writing.boxes):
        height = max(usual_height(region), least)
        for row in _parted(writing.mask, bounds(region), height):
            if row[3] - row[1] <= _ONE_LINE * height:
                lines.append(row)
            else:
                lines += _unmixed(joined(list(_rows(api, row))), row, region, height)
    lines = [piece for line in lines for piece in _unspaced(writing.mask, line)]
    return page, [line for line in lines if line[3] - line[1] >= _SMALLEST]


def _unspaced(mask: NDArray[np.bool_], line: Pixels) -> list[Pixels]:
    """A line cut where it is blank for long: an entry and its page number, cells of a table."""
    left, top, right, bottom = line
    columns = np.flatnonzero(mask[top:bottom, left:right].any(axis=0))
    if not len(columns):
        return [line]
    cuts = np.flatnonzero(np.diff(columns) > _LONG * (bottom - top)) + 1
    if not len(cuts):
        return [line]
    pieces = []
    for run in np.split(columns, cuts):
        x0, x1 = left + int(run[0]), left + int(run[-1]) + 1
        rows = np.flatnonzero(mask[top:bottom, x0:x1].any(axis=1))
        pieces.append((x0, top + int(rows[0]), x1, top + int(rows[-1]) + 1))
    return pieces


def _parted(mask: NDArray[np.bool_], region: Pixels, height: float) -> list[Pixels]:
    """A region cut where hardly any ink lies between two rows with much: lines set solid."""
    left, top, right, bottom = region
    ink = mask[top:bottom, left:right].sum(axis=1).astype(np.float64)
    reach = round(1.2 * height)
    least = round(_LEAST * height)
    cuts = [0, len(ink)]
    for place in sorted(range(least, len(ink) - least), key=lambda y: (ink[y], y)):
        start = max(cut for cut in cuts if cut <= place)
        end = min(cut for cut in cuts if cut > place)
        if place - start < least or end - place < least:
            continue
        above = ink[max(place - reach, start) : place].max()
        below = ink[place : min(place + reach, end)].max()
        if ink[place] <= _FAINT * min(above, below):
            cuts.append(place)
    cuts.sort()
    rows = []
    for first, last in pairwise(cuts):
        written = mask[top + first : top + last, left:right]
        ys, xs = np.flatnonzero(written.any(axis=1)), np.flatnonzero(written.any(axis=0))
        if len(ys):
            y, x = top + first, left
            rows.append((x + int(xs[0]), y + int(ys[0]), x + int(xs[-1]) + 1, y + int(ys[-1]) + 1))
    return rows


def _unmixed(rows: list[Pixels], region: Pixels, boxes: Boxes, height: float) -> list[Pixels]:
    """`rows` unless they lie on one another: two or three lines that touch are cut evenly then.

    One line is never cut, for there most letters (`boxes`) lie across the cut.
    """
    left, top, right, bottom = region
    ordered = sorted(rows, key=lambda row: (row[1], row[3]))
    apart = all(
        first[3] - second[1] <= _TOUCH * min(first[3] - first[1], second[3] - second[1])
        for first, second in pairwise(ordered)
    )
    if apart and rows and max(row[3] - row[1] for row in rows) <= _TALL * height:
        return rows
    count = round((bottom - top) / (_TIGHT * height))
    edges = [round(top + (bottom - top) * place / count) for place in range(count + 1)]
    inside = boxes[(boxes[:, 1] >= top) & (boxes[:, 3] <= bottom)]
    across = sum(((inside[:, 1] < y) & (inside[:, 3] > y)).sum() for y in edges[1:-1])
    if not 2 <= count <= 3 or across > _ACROSS * len(inside):
        return rows
    return [(left, y0, right, y1) for y0, y1 in pairwise(edges)]


def _rows(api: tesserocr.PyTessBaseAPI, region: Pixels) -> Iterator[Pixels]:
    left, top, right, bottom = region
    api.SetRectangle(left, top, right - left, bottom - top)
    items = api.AnalyseLayout()
    if items is None:
        return
    level = tesserocr.RIL.TEXTLINE
    for item in tesserocr.iterate_level(items, level):
        box = item.BoundingBox(level)
        if box:
            yield box


def regions_of(boxes: Boxes) -> list[Boxes]:
    """Components grouped by recursive cuts, the widest kind of stripe first."""
    height = usual_height(boxes)
    top, bottom = boxes[:, 1].min(), boxes[:, 3].max()
    if len(boxes) < 2 or bottom - top <= _ONE_LINE * height:
        return _split(boxes, 0, _GUTTER * height)
    gutter = _LONG_GUTTER if bottom - top >= _PAST * height else _GUTTER
    for axis, width in ((1, _BAND), (0, gutter)):
        groups = _split(boxes, axis, width * height)
        if len(groups) > 1:
            return [region for group in groups for region in regions_of(group)]
    return [boxes]


def _split(boxes: Boxes, axis: int, width: float) -> list[Boxes]:
    """Groups parted by blank stripes at least `width` wide, along x (axis 0) or y (1)."""
    boxes = boxes[np.argsort(boxes[:, axis], kind="stable")]
    ends = np.maximum.accumulate(boxes[:, axis + 2])
    cuts = np.flatnonzero(boxes[1:, axis] - ends[:-1] >= width) + 1
    return np.split(boxes, cuts)


def bounds(boxes: Boxes) -> Pixels:
    """The box around all of them."""
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def joined(boxes: list[Pixels]) -> list[Pixels]:
    """Pieces of one line made one, until nothing more joins."""
    lines: list[Pixels] = []
    for box in boxes:
        while True:
            other = next((line for line in lines if _one_line(line, box)), None)
            if other is None:
                break
            lines.remove(other)
            box = (
                min(box[0], other[0]), min(box[1], other[1]),
                max(box[2], other[2]), max(box[3], other[3]),
            )  # fmt: skip
        lines.append(box)
    return lines


def _one_line(first: Pixels, second: Pixels) -> bool:
    heights = first[3] - first[1], second[3] - second[1]
    overlap = min(first[3], second[3]) - max(first[1], second[1])
    return overlap >= _OVERLAP * min(heights) and max(heights) <= _ALIKE * min(heights)
