"""AI-Hub's forms and handwriting (대용량 손글씨 OCR, data set 605, and those laid out as it is).

`{"Annotation", "Dataset", "Images": {"identifier", "type", "width", "height", …}, "bbox": [{"id",
"data", "x": [x0, x0, x1, x1], "y": [y0, y1, y0, y1]}]}`, one file a page, pixels. The four corners
are told by the rectangle around them, since their order differs. `xxx` is text that can't be read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import (
    around_points,
    number_of,
    object_of,
    size_of,
    text_of,
)

ILLEGIBLE = "xxx"


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict):
        return False
    boxes = head.json.get("bbox")
    if isinstance(boxes, list) and boxes:
        return isinstance(boxes[0], dict) and {"data", "x", "y"} <= boxes[0].keys()
    return {"Annotation", "Dataset", "Images"} <= head.json.keys()


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    page = object_of(json_of(file), "the file")
    image = object_of(page.get("Images") or {}, "Images")
    entries = Entries()
    for said in entries.objects(page.get("bbox"), "bbox"):
        if (text_of(said.get("data")) or "").strip().lower() == ILLEGIBLE:
            entries.unread.append("illegible text")
        else:
            entries.add(said.get("data"), _around(said.get("x"), said.get("y")))
    entries.mention([image], "Images", "form_type", "written_content")
    name, ending = text_of(image.get("identifier")), text_of(image.get("type"))
    whole = f"{name}.{ending.strip('.')}" if name and ending else None
    named = {"file_name": whole} if whole else {"stem": file.stem}
    size = size_of(image.get("width"), image.get("height"))
    yield entries.row({"unit": "pixels", "form": "corners", "size": size}, **named)


def _around(xs: Any, ys: Any) -> list[float] | None:
    if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
        return None
    points = [[number_of(x), number_of(y)] for x, y in zip(xs, ys, strict=True)]
    known = [[x, y] for x, y in points if x is not None and y is not None]
    return around_points(known) if len(known) == len(points) >= 2 else None


FORM = LabelForm(
    name="aihub_forms",
    endings=(".json",),
    published="https://aihub.or.kr/aihubdata/data/view.do?dataSetSn=605",
    fits=_fits,
    rows=_rows,
    one=True,
)
