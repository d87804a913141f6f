"""Tables with a word or a part of the page a row: the image, a text or a class, and its box, as
spreadsheets of labels and detection lists have them: four numbers in columns of their own
(`image,x0,y0,x1,y1,text`), or all of it in one cell (`filename,text,bbox`).

Rows of one image, wherever they stand, are one row of labels; a text there is a word that stands on
the image, and never a caption of it. A `class` is that of a region, as in the lists that
TensorFlow's detection and Roboflow keep (`filename,width,height,class,xmin,ymin,xmax,ymax`); a
`label` is a text, but where the table's first ones are classes, as in VoTT's
(https://github.com/microsoft/VoTT, CSV export).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from gyogwa.transforms.ingest.labels import columns
from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.file_names import KEYS
from gyogwa.transforms.ingest.labels.grouped import rows_by
from gyogwa.transforms.ingest.labels.kinds import are_classes_of_many
from gyogwa.transforms.ingest.labels.published import unpacked
from gyogwa.transforms.ingest.labels.units import Form
from gyogwa.transforms.ingest.labels.values import box_of

_COLUMNS: tuple[tuple[Form, tuple[str, ...]], ...] = (
    ("corners", ("x0", "y0", "x1", "y1")),
    ("corners", ("x1", "y1", "x2", "y2")),
    ("corners", ("xmin", "ymin", "xmax", "ymax")),
    ("corners", ("x_min", "y_min", "x_max", "y_max")),
    ("corners", ("left", "top", "right", "bottom")),
    ("sizes", ("left", "top", "width", "height")),
    ("sizes", ("x", "y", "width", "height")),
    ("sizes", ("x", "y", "w", "h")),
)
_LABEL = "label"
_TEXTS = ("text", "word", "transcription", _LABEL, "텍스트", "글자")
_CLASSES = ("class", "class_name", "category", "tag")
_CELLS = ("bbox", "box", "bounding_box", "quad", "polygon", "points", "coordinates")
"""Columns that hold all of a box."""
_NUMBERS = re.compile(r"-?\d+(\.\d+)?([\s,;]+-?\d+(\.\d+)?){3,}")
_PARTED = re.compile(r"[\s,;]+")
_SIZES = (("image_width", "image_height"), ("img_width", "img_height"))
_ASKS = {"conversations", "conversation", "messages", "question", "query", "instruction"}
"""Columns of rows that are about a box and not what stands in it."""
_LOOKED_AT = 500
"""Rows by which it is told whether labels are classes."""


def holds_words(names: Iterable[str], first: Mapping[str, Any]) -> bool:
    """Whether a table with these columns, and this first row, has a word, or a part of the page, a
    row."""
    known = set(names)
    if known & _ASKS:
        return False
    placed = _box_in(known) is not None or _cell_in([first]) != ""
    return _said_in(known) != "" and placed and bool(known & set(KEYS))


def in_images(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of such a table, as published, as one row for each image."""
    first = list(islice(rows, _LOOKED_AT))
    labels = [str(row[_LABEL]) for row in first if row.get(_LABEL) is not None]
    classes = bool(labels) and are_classes_of_many(labels)
    for group in rows_by(chain(first, rows), _image_of):
        yield _one(group, classes)


def _image_of(row: dict[str, Any]) -> str:
    return str(next((row.get(key) for key in KEYS if key in row), ""))


def _one(rows: list[dict[str, Any]], classes: bool) -> dict[str, Any]:
    """`classes`: what stands in a column `label` is one."""
    names = {name for row in rows for name in row}
    said, (form, box) = _said_in(names), _box_in(names) or ("corners", ())
    cell = "" if box else _cell_in(rows)
    size = next((pair for pair in _SIZES if names.issuperset(pair)), None)
    placed = [
        (row.get(said), _in_cell(row.get(cell)) if cell else [row.get(name) for name in box])
        for row in rows
    ]
    taken = {said, *box, cell, *(size or ())}
    told = {name: row[name] for row in rows for name in row if name not in taken}
    boxes: dict[str, Any] = {"form": form} if form != "corners" else {}
    if size:
        boxes["size"] = [_number(rows[0].get(name)) for name in size]
    entries = Entries()
    for text, place in placed:
        if said in _CLASSES or (said == _LABEL and classes):
            entries.region(text, place)
        else:
            entries.add(text, place)
    row = entries.row(boxes)
    return {**told, **{name: value for name, value in row.items() if value}}


def _number(cell: Any) -> Any:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell


def _cell_in(rows: Iterable[Mapping[str, Any]]) -> str:
    """The column whose cells are boxes, "" where there is none."""
    return next(
        (name for row in rows for name in _CELLS if box_of(_in_cell(row.get(name))) is not None), ""
    )


def _in_cell(value: Any) -> Any:
    """The box in a cell: a list, also written as text, with brackets or without."""
    value = unpacked(value)
    if isinstance(value, str) and _NUMBERS.fullmatch(value.strip()):
        return _PARTED.split(value.strip())
    return columns.box_of(value)


def _said_in(names: set[str]) -> str:
    return next((name for name in (*_TEXTS, *_CLASSES) if name in names), "")


def _box_in(names: set[str]) -> tuple[Form, tuple[str, ...]] | None:
    return next(((form, box) for form, box in _COLUMNS if names.issuperset(box)), None)
