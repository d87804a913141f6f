"""PubTabNet and FinTabNet: pictures of tables, one JSON object a line.

`{"filename", "html": {"structure": {"tokens": [str]}, "cells": [{"tokens": [str], "bbox": [x0, y0,
x1, y1]}]}}`, pixels from the upper left; `cell` for `cells`, and boxes of 4 points, are read too.
The structure's tokens put together are HTML; its cells come in the same order, and one without a
box is empty. The table's own box is the one around those of its cells. Where every cell is one line
high, their texts are lines of text. FinTabNet names pages of PDFs, and its boxes are points from
their lower left, of a page whose height it doesn't tell: they are not read. The file is read a line
at a time.
"""

import json
import re
from collections.abc import Iterator
from statistics import median
from typing import Any

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import (
    around_points,
    box_of,
    list_of,
    object_of,
    row_or_error,
)

_TAG = re.compile(r"<(/?)(thead|tr|td|th)\b([^>]*)>", re.IGNORECASE)
_SPAN = re.compile(r"(row|col)span\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_MOST = 100_000
"""Places in a table's grid, so that spans can't ask for more."""


_ONE_LINE = 1.6
"""Times the middle height of a table's cells that one line of text reaches at most."""


def _fits(head: Head) -> bool:
    first = json_head(head.first_line)
    html = first.get("html") if isinstance(first, dict) else None
    return isinstance(html, dict) and isinstance(html.get("structure"), dict)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    of_pdfs = 0
    for number, line in lines_in(file):
        row = row_or_error(f"line {number}", _row, line, file)
        if row:
            yield row
        else:
            of_pdfs += 1
    if of_pdfs:
        file.told.extend(["tables of PDFs, with boxes from below, not read"] * of_pdfs)


def _row(line: str, file: LabelFile) -> LabelRow:
    """The row, an empty one for a table of a PDF. Raises ValueError."""
    said = object_of(file.keys.watched(json.loads(line)), "the line")
    path = path_of(said.get("filename"))
    if path is None:
        raise ValueError("filename is missing")
    if path.lower().endswith(".pdf"):
        return {}
    html = object_of(said.get("html"), "html")
    structure = object_of(html.get("structure"), "html.structure")
    tokens = "".join(map(str, list_of(structure.get("tokens"), "html.structure.tokens")))
    filled = list_of(html.get("cells", html.get("cell")), "html.cells")
    places = _places(tokens)
    if len(places) != len(filled):
        raise ValueError(f"the structure has {len(places)} cells, and {len(filled)} are given")
    cells = [place | _filled(cell) for place, cell in zip(places, filled, strict=True)]
    boxes = {"unit": "pixels", "form": "corners"}
    points = [point for cell in cells for point in _points(cell["box"])]
    if not points:
        return {"file_name": path, "boxes": boxes, "unread": ["tables without boxes"]}
    table = {"box": around_points(points), "cells": cells}
    row = {"file_name": path, "tables": [table], "boxes": boxes}
    lines = _lines([cell for cell in cells if cell["text"].strip()])
    return row | ({"lines_of_text": lines} if lines else {"unread": ["cells of several lines"]})


def _places(html: str) -> list[dict[str, Any]]:
    """Each cell's place in the grid, in the order of the markup. Raises ValueError when spans leave
    no grid of a sensible size."""
    places: list[dict[str, Any]] = []
    taken: set[tuple[int, int]] = set()
    row, column, header = -1, 0, False
    for closing, name, attributes in _TAG.findall(html):
        name = name.lower()
        if name == "thead":
            header = not closing
        elif name == "tr" and not closing:
            row, column = row + 1, 0
        elif name in ("td", "th") and not closing:
            spans = {side.lower(): int(n) for side, n in _SPAN.findall(attributes)}
            rows, columns = max(1, spans.get("row", 1)), max(1, spans.get("col", 1))
            while (row, column) in taken:
                column += 1
            if len(taken) + rows * columns > _MOST:
                raise ValueError("its spans cover more places than a table can have")
            taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
            places.append(
                {
                    "row": max(0, row),
                    "column": column,
                    "row_span": rows,
                    "column_span": columns,
                    "header": header or name == "th",
                }
            )
            column += columns
    return places


def _filled(value: Any) -> dict[str, Any]:
    """A cell's text without its markup, and its box, None for an empty one."""
    cell = object_of(value, "a cell")
    tokens = map(str, list_of(cell.get("tokens"), "a cell's tokens"))
    text = "".join(t for t in tokens if not (len(t) > 2 and t[0] == "<" and t[-1] == ">"))
    box = box_of(cell.get("bbox"))
    return {"text": text if box else "", "box": box}


def _lines(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells' texts as lines; [] where some cell is as high as two, whose words stand anywhere
    in it."""
    sides = [around_points(_points(cell["box"])) for cell in cells]
    heights = [y1 - y0 for _, y0, _, y1 in sides]
    if not heights or max(heights) > _ONE_LINE * median(heights):
        return []
    return [{"text": cell["text"], "box": cell["box"]} for cell in cells]


def _points(box: Any) -> list[list[float]]:
    if box is None:
        return []
    if isinstance(box[0], list):
        return list(box)
    return [box[at : at + 2] for at in range(0, len(box), 2)]


FORM = LabelForm(
    name="pubtabnet",
    endings=(".jsonl", ".txt"),
    published="https://github.com/ibm-aur-nlp/PubTabNet (README, Annotation structure)",
    fits=_fits,
    rows=_rows,
)
