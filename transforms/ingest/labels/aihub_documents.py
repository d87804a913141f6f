"""AI-Hub's public documents (공공행정문서 OCR, data set 88), one JSON file a page.

`{"images": [{"image.file.name", "image.width", "image.height", "image.category"}], "annotations":
[{"id", "annotation.type", "annotation.text", "annotation.bbox": [x, y, width, height]}]}`, pixels
from the upper left, a word an annotation; the category, such as 인.허가, is what kind of image it
is. The labels lie in a tree of their own, 라벨링데이터,
beside that of the images, 원천데이터.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, size_of, text_of


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict):
        return False
    marks = (("images", "image.file.name"), ("annotations", "annotation.bbox"))
    return any(mark in _first(head.json.get(name)) for name, mark in marks)


def _first(value: Any) -> dict[str, Any]:
    first = value[0] if isinstance(value, list) and value else None
    return first if isinstance(first, dict) else {}


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    page = object_of(json_of(file), "the file")
    entries = Entries()
    images = list(entries.objects(page.get("images"), "images"))
    if len(images) > 1:
        raise ValueError(f"images: {len(images)} of them, and annotations name none; expected one")
    image = images[0] if images else {}
    annotations = list(entries.objects(page.get("annotations"), "annotations"))
    for said in annotations:
        entries.add(said.get("annotation.text"), said.get("annotation.bbox"))
    size = size_of(image.get("image.width"), image.get("image.height"))
    path = path_of(image.get("image.file.name"))
    named = {"file_name": path} if path else {"stem": file.stem}
    kind = text_of(image.get("image.category"))
    yield entries.row({"unit": "pixels", "form": "sizes", "size": size}, kind=kind, **named)


FORM = LabelForm(
    name="aihub_documents",
    endings=(".json",),
    published="https://aihub.or.kr/aihubdata/data/view.do?dataSetSn=88",
    fits=_fits,
    rows=_rows,
    one=True,
)
