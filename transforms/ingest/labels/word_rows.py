"""Tables with a word a row: the image, a text, and the four numbers of its box in columns of their
own, as spreadsheets of labels and detection lists have them (`image,x0,y0,x1,y1,text`).

Rows of one image that follow each other are one row of labels; a text there is a word that stands
on the image, and never a caption of it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from gyogwa.transforms.ingest.labels.file_names import KEYS
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
_TEXTS = ("text", "word", "transcription", "label", "텍스트", "글자")
_SIZES = (("image_width", "image_height"), ("img_width", "img_height"))


def holds_words(names: Iterable[str]) -> bool:
    """Whether a table with these columns has a word a row."""
    known = set(names)
    return _text_in(known) != "" and _box_in(known) is not None and bool(known & set(KEYS))


def in_images(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of such a table, as published, as one row for each run of one image."""
    for _, group in groupby(rows, key=lambda row: next((row.get(k) for k in KEYS if k in row), "")):
        yield _one(list(group))


def _one(rows: list[dict[str, Any]]) -> dict[str, Any]:
    names = {name for row in rows for name in row}
    text, (form, box) = _text_in(names), _box_in(names) or ("corners", ())
    size = next((pair for pair in _SIZES if names.issuperset(pair)), None)
    words = [{"text": row.get(text), "box": [row.get(name) for name in box]} for row in rows]
    taken = {text, *box, *(size or ())}
    told = {name: row[name] for row in rows for name in row if name not in taken}
    boxes: dict[str, Any] = {"form": form} if form != "corners" else {}
    if size:
        boxes["size"] = [_number(rows[0].get(name)) for name in size]
    return {**told, "words": words, **({"boxes": boxes} if boxes else {})}


def _number(cell: Any) -> Any:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell


def _text_in(names: set[str]) -> str:
    return next((name for name in _TEXTS if name in names), "")


def _box_in(names: set[str]) -> tuple[Form, tuple[str, ...]] | None:
    return next(((form, box) for form, box in _COLUMNS if names.issuperset(box)), None)
