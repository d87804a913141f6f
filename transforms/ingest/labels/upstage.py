"""Upstage's Document OCR: what its API answers with, one file an image or document.

`{"pages": [{"id", "width", "height", "text", "words": [{"id", "text", "confidence", "boundingBox":
{"vertices": [{"x", "y"}, …]}}]}], "text", "confidence"}`, pixels of the page.
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
    pages = head.json.get("pages") if isinstance(head.json, dict) else None
    first = pages[0] if isinstance(pages, list) and pages else None
    words = first.get("words") if isinstance(first, dict) else None
    word = words[0] if isinstance(words, list) and words else None
    return isinstance(word, dict) and {"text", "boundingBox"} <= word.keys()


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    answer = object_of(json_of(file), "the file")
    pages = list(Entries().objects(answer.get("pages"), "pages"))
    file.told.append(MACHINE)
    for number, page in enumerate(pages, 1):
        yield _row(page, of_page(file, number, len(pages)))


def _row(page: dict[str, Any], named: LabelRow) -> LabelRow:
    entries = Entries()
    for word in entries.objects(page.get("words"), "pages.words"):
        shape = word.get("boundingBox")
        points = points_of_objects(shape.get("vertices")) if isinstance(shape, dict) else None
        entries.add(word.get("text"), quad_of(points), share_of(word.get("confidence")))
    size = size_of(page.get("width"), page.get("height"))
    return entries.row({"unit": "pixels", "of": "displayed", "size": size}, **named)


FORM = LabelForm(
    name="upstage",
    endings=(".json",),
    published="https://console.upstage.ai/docs/capabilities/document-ocr",
    fits=_fits,
    rows=_rows,
)
