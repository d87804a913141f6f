"""COCO-Text and TextOCR: words on photographs, images and annotations in objects by their ids.

`{"imgs": {ID: {"id", "file_name", "width", "height"}}, "anns": {ID: {"image_id", "bbox": [x, y,
width, height], "points": [x, y, …], "utf8_string", "legibility"}}, "imgToAnns"}`, one file for all
splits, pixels. `.` is TextOCR's word for text that can't be read. Folders in `file_name` are the
split's, not those that images lie in. Files of any size are read in little memory.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.grouped import images_of
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.shapes import points_of_numbers
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import (
    object_of,
    quad_of,
    row_or_error,
    size_of,
)

_ILLEGIBLE = "."


def _fits(head: Head) -> bool:
    images, words = (_first(head.json, name) for name in ("imgs", "anns"))
    return "file_name" in images or {"image_id", "bbox"} <= words.keys()


def _first(value: Any, name: str) -> dict[str, Any]:
    inner = value.get(name) if isinstance(value, dict) else None
    first = next(iter(inner.values()), None) if isinstance(inner, dict) else None
    return first if isinstance(first, dict) else {}


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("imgs", "anns")
    for image, words in images_of(lists, "imgs.*", "anns.*"):
        yield row_or_error("an image", _row, image, words)


def _row(value: Any, words: list[Any]) -> LabelRow:
    image = object_of(value, "the image")
    name = path_of(image.get("file_name"))
    if name is None:
        raise ValueError("file_name is missing")
    entries = Entries()
    for word in entries.objects(words, "anns"):
        text = word.get("utf8_string")
        if text == _ILLEGIBLE or word.get("legibility") == "illegible":
            entries.unread.append("illegible text")
        else:
            quad, box = quad_of(points_of_numbers(word.get("points"))), word.get("bbox")
            entries.add(text, quad or box)
    size = size_of(image.get("width"), image.get("height"))
    boxes = {"unit": "pixels", "form": "sizes", "size": size}
    return entries.row(boxes, file_name=name.rsplit("/", 1)[-1])


FORM = LabelForm(
    name="coco_text",
    endings=(".json",),
    published="https://bgshih.github.io/cocotext/ and https://textvqa.org/textocr/dataset/",
    fits=_fits,
    rows=_rows,
)
