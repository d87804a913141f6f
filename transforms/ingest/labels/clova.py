"""Naver CLOVA OCR (General): what its API answers with, one file an image or document.

`{"version", "requestId", "timestamp", "images": [{"name", "inferResult", "fields": [{"inferText",
"inferConfidence", "lineBreak", "boundingPoly": {"vertices": [{"x", "y"}, …]}}], "tables",
"convertedImageInfo": {"width", "height", "pageIndex"}}]}`, pixels of the image, which may have been
made smaller. A field is a word; lines end where `lineBreak` is true. Template OCR's named fields
are read the same way, their names not.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import points_of_objects, share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, quad_of, size_of


def _fits(head: Head) -> bool:
    images = head.json.get("images") if isinstance(head.json, dict) else None
    first = images[0] if isinstance(images, list) and images else None
    if not isinstance(first, dict):
        return False
    fields = first.get("fields")
    said = fields[0] if isinstance(fields, list) and fields else None
    return "inferResult" in first or (isinstance(said, dict) and "inferText" in said)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    answer = object_of(json_of(file), "the file")
    images = list(Entries().objects(answer.get("images"), "images"))
    file.told.append(MACHINE)
    for number, image in enumerate(images, 1):
        yield _row(image, of_page(file, number, len(images)))


def _row(image: dict[str, Any], named: LabelRow) -> LabelRow:
    entries = Entries()
    first = 0
    for field in entries.objects(image.get("fields"), "images.fields"):
        shape = field.get("boundingPoly")
        points = points_of_objects(shape.get("vertices")) if isinstance(shape, dict) else None
        entries.add(field.get("inferText"), quad_of(points), share_of(field.get("inferConfidence")))
        if str(field.get("lineBreak")).lower() == "true":
            entries.end_line(first)
            first = len(entries.texts)
    entries.end_line(first)
    about = image.get("convertedImageInfo")
    sides = (about.get("width"), about.get("height")) if isinstance(about, dict) else (None, None)
    return entries.row({"unit": "pixels", "of": "displayed", "size": size_of(*sides)}, **named)


FORM = LabelForm(
    name="clova",
    endings=(".json",),
    published="https://api.ncloud-docs.com/docs/ai-application-service-ocr-ocr",
    fits=_fits,
    rows=_rows,
)
