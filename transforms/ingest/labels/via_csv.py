"""VGG Image Annotator's CSV: a line a shape, those of an image one after the other.

`filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,
region_attributes`, the last two JSON as in the tool's JSON export (see `via`); version 1 puts a `#`
before the first name. An image without shapes has one line with an empty shape.
"""

import csv
import io
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gyogwa.transforms.ingest.labels.csv_rows import long_cells
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import encoding_of
from gyogwa.transforms.ingest.labels.values import row_or_error
from gyogwa.transforms.ingest.labels.via import row_of_image

_SHAPE, _SAID = "region_shape_attributes", "region_attributes"
_COLUMNS = {"filename", _SHAPE, _SAID}
_COUNTS = {"file_size", "region_count", "region_id"}
_NOTHING = (None, "", "{}")


def _fits(head: Head) -> bool:
    return set(_names(head.first_line)) >= _COLUMNS


def _names(line: str) -> list[str]:
    return [name.strip() for name in line.lstrip("#").split(",")]


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    encoding = encoding_of(file)
    with (
        long_cells(),
        file.open() as stream,
        io.TextIOWrapper(stream, encoding, newline="") as text,
    ):
        names = _names(text.readline().strip())
        lines = csv.DictReader(text, names)
        for path, shapes in groupby(lines, key=lambda line: line.get("filename")):
            regions = list(shapes)
            yield row_or_error(str(path), _row, path, regions)


def _row(path: str | None, lines: list[dict[str, Any]]) -> LabelRow:
    regions = []
    for line in lines:
        shape, said = (_json(line.get(name)) for name in (_SHAPE, _SAID))
        if shape:
            regions.append({"shape_attributes": shape, "region_attributes": said})
    row = row_of_image({"filename": path, "regions": regions})
    others = [
        str(name or "cells without a column")
        for line in lines
        for name, cell in line.items()
        if name not in _COUNTS | _COLUMNS and cell not in _NOTHING
    ]
    return {**row, "unread": [*row.get("unread", []), *others]}


def _json(cell: str | None) -> Any:
    try:
        return json.loads(cell or "{}")
    except ValueError as error:
        raise ValueError(f"a cell that is no JSON: {error}") from error


FORM = LabelForm(
    name="via_csv",
    endings=(".csv",),
    published="https://gitlab.com/vgg/via (via-2.x.y, CSV export)",
    fits=_fits,
    rows=_rows,
)
