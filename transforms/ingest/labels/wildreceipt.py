"""WildReceipt, and key information in MMOCR's form: a JSON object a line, of one image each.

`{"file_name", "height", "width", "annotations": [{"box": [8 numbers], "text", "label"}]}` in
`train.txt`; pixels. The numbers of classes (`class_list.txt`) and links between entries are not
read.
"""

import json
from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, size_of


def _fits(head: Head) -> bool:
    value = json_head(head.first_line.removeprefix("\ufeff"))
    if not isinstance(value, dict) or "file_name" not in value:
        return False
    entries = value.get("annotations")
    first = entries[0] if isinstance(entries, list) and entries else None
    return isinstance(first, dict) and "box" in first and "text" in first


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, line in lines_in(file):
        yield row_or_error(f"line {number}", _row, line, file)


def _row(line: str, file: LabelFile) -> LabelRow:
    image = object_of(file.keys.watched(json.loads(line)), "the line")
    name = path_of(image.get("file_name"))
    if name is None:
        raise ValueError("file_name is missing")
    entries = Entries()
    for entry in entries.objects(image.get("annotations"), "annotations"):
        entries.add(entry.get("text"), entry.get("box"))
    size: Any = size_of(image.get("width"), image.get("height"))
    return entries.row({"unit": "pixels", "form": "corners", "size": size}, file_name=name)


FORM = LabelForm(
    name="wildreceipt",
    endings=(".txt",),
    published="https://github.com/open-mmlab/mmocr (docs, kie datasets; arXiv 2103.14470)",
    fits=_fits,
    rows=_rows,
)
