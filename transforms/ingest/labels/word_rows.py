"""Tables with a word or a part of the page a row: the image, a text or a class, and the four
numbers of its box in columns of their own, as spreadsheets of labels and detection lists have them
(`image,x0,y0,x1,y1,text`).

Rows of one image, wherever they stand, are one row of labels; a text there is a word that stands on
the image, and never a caption of it. A `class` is that of a region, as in the lists that
TensorFlow's detection and Roboflow keep (`filename,width,height,class,xmin,ymin,xmax,ymax`); a
`label` is a text, but where the table's first ones are classes, as in VoTT's
(https://github.com/microsoft/VoTT, CSV export).
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.file_names import KEYS
from gyogwa.transforms.ingest.labels.grouped import rows_by
from gyogwa.transforms.ingest.labels.kinds import are_classes_of_many
from gyogwa.transforms.ingest.labels.units import Form

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
_SIZES = (("image_width", "image_height"), ("img_width", "img_height"))
_LOOKED_AT = 500
"""Rows by which it is told whether labels are classes."""


def holds_words(names: Iterable[str]) -> bool:
    """Whether a table with these columns has a word, or a part of the page, a row."""
    known = set(names)
    said = _said_in(known)
    return said != "" and _box_in(known) is not None and bool(known & set(KEYS))


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
    size = next((pair for pair in _SIZES if names.issuperset(pair)), None)
    placed = [(row.get(said), [row.get(name) for name in box]) for row in rows]
    taken = {said, *box, *(size or ())}
    told = {name: row[name] for row in rows for name in row if name not in taken}
    boxes: dict[str, Any] = {"form": form} if form != "corners" else {}
    if size:
        boxes["size"] = [_number(rows[0].get(name)) for name in size]
    if said in _CLASSES or (said == _LABEL and classes):
        entries = Entries()
        for name, place in placed:
            entries.region(name, place)
        return {**told, **entries.row(boxes)}
    words = [{"text": text, "box": place} for text, place in placed]
    return {**told, "words": words, **({"boxes": boxes} if boxes else {})}


def _number(cell: Any) -> Any:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell


def _said_in(names: set[str]) -> str:
    return next((name for name in (*_TEXTS, *_CLASSES) if name in names), "")


def _box_in(names: set[str]) -> tuple[Form, tuple[str, ...]] | None:
    return next(((form, box) for form, box in _COLUMNS if names.issuperset(box)), None)
