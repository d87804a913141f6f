"""MMOCR 1's files of annotations: texts with boxes, or lines with their transcription.

`{"metainfo", "data_list": [{"img_path", "height", "width", "instances": [{"polygon": [x, y, …],
"bbox": [x0, y0, x1, y1], "text", "ignore"}]}]}`, one file a split, pixels; of text recognition the
one instance of an image has a text alone. What is to be ignored is left out.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.shapes import points_of_numbers
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import (
    object_of,
    quad_of,
    row_or_error,
    size_of,
    text_of,
)


def _fits(head: Head) -> bool:
    rows = head.json.get("data_list") if isinstance(head.json, dict) else None
    first = rows[0] if isinstance(rows, list) and rows else None
    return isinstance(first, dict) and "img_path" in first


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("data_list")
    for number, image in enumerate(lists.items("data_list.item")):
        yield row_or_error(f"data_list[{number}]", _row, image)


def _row(value: Any) -> LabelRow:
    image = object_of(value, "the image")
    name = path_of(image.get("img_path"))
    if name is None:
        raise ValueError("img_path is missing")
    entries = Entries()
    said = list(entries.objects(image.get("instances"), "instances"))
    if len(said) == 1 and "polygon" not in said[0] and "bbox" not in said[0]:
        return {"file_name": name, "transcription": text_of(said[0].get("text"))}
    for each in said:
        if str(each.get("ignore")).lower() in ("true", "1"):
            entries.unread.append("illegible text")
        else:
            quad, box = quad_of(points_of_numbers(each.get("polygon"))), each.get("bbox")
            entries.add(each.get("text"), quad or box)
    size = size_of(image.get("width"), image.get("height"))
    return entries.row({"unit": "pixels", "form": "corners", "size": size}, file_name=name)


FORM = LabelForm(
    name="mmocr",
    endings=(".json",),
    published="https://mmocr.readthedocs.io/en/latest/user_guides/dataset_prepare.html",
    fits=_fits,
    rows=_rows,
)
