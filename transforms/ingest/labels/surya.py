"""Surya's `results.json`: lines of text of every image or document that it read.

`{"NAME": [{"text_lines": [{"text", "polygon": [[x, y], …], "bbox": [x0, y0, x1, y1], "confidence",
"words", "chars"}], "languages", "image_bbox": [0, 0, width, height], "page"}]}`, keys are file
names without their endings, a list has a page each; pixels of `image_bbox`. Its layout (`bboxes` of
`{"label", "polygon", "position"}`) gives regions in reading order. Formatting in texts
(`<b>…</b>`) goes. Characters are not read, nor tables.
"""

import re
from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.shapes import share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import (
    box_of,
    list_of,
    number_of,
    object_of,
    quad_of,
    row_or_error,
    size_of,
    text_of,
)
from gyogwa.transforms.ingest.labels.watched import keys_of

_MARKUP = re.compile(r"</?(?:b|i|u|s|sup|sub|mark|small|br|math)\b[^<>]*>")


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict):
        return False
    pages = next((each for each in head.json.values() if isinstance(each, list) and each), [None])
    first = pages[0]
    return (
        isinstance(first, dict)
        and "image_bbox" in first
        and not {"text_lines", "bboxes"}.isdisjoint(first)
    )


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    read = object_of(json_of(file), "the file")
    for name in keys_of(read):
        if not isinstance(dict.get(read, name), list):
            continue
        found = list_of(read[name], name)
        for number, page in enumerate(found, 1):
            file.told.append(MACHINE)
            named = {"stem": name} | ({"page": number} if len(found) > 1 else {})
            yield row_or_error(f"{name}[{number - 1}]", _row, page, named)


def _row(value: Any, named: LabelRow) -> LabelRow:
    page, entries = object_of(value, "a page"), Entries()
    page.get("page")  # as its place in the list says
    for line in entries.objects(page.get("text_lines"), "text_lines"):
        text = text_of(line.get("text"))
        plain = None if text is None else _MARKUP.sub("", text)
        entries.add(plain, _box(line), share_of(line.get("confidence")))
    parts = list(entries.objects(page.get("bboxes"), "bboxes"))
    for part in sorted(parts, key=lambda part: number_of(part.get("position")) or 0):
        entries.region(part.get("label"), _box(part))
    sides = box_of(page.get("image_bbox")) or [0, 0, None, None]
    size = size_of(*sides[2:4])
    return entries.row({"unit": "pixels", "form": "corners", "size": size}, **named)


def _box(said: dict[str, Any]) -> Any:
    quad, box = quad_of(said.get("polygon")), box_of(said.get("bbox"))
    return quad or box


FORM = LabelForm(
    name="surya",
    endings=(".json",),
    published="https://github.com/datalab-to/surya (README, OCR and Layout analysis)",
    fits=_fits,
    rows=_rows,
)
