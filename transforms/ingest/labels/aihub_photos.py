"""AI-Hub's photographed papers of banks and insurers (금융업 특화 문서 OCR, data set 632).

`{"name", "images": [{"name", "width", "height", "document_name", …}], "annotations": [{"polygons":
[{"id", "text", "type", "points": [[x, y], …]}]}]}`, one file a page, pixels. Type 0 can't be read,
1 is printed, 2 written by hand.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, quad_of, size_of


def _fits(head: Head) -> bool:
    said = head.json.get("annotations") if isinstance(head.json, dict) else None
    first = said[0] if isinstance(said, list) and said else None
    return isinstance(first, dict) and isinstance(first.get("polygons"), list)


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    page = object_of(json_of(file), "the file")
    entries = Entries()
    images = list(entries.objects(page.get("images"), "images"))
    if len(images) > 1:
        raise ValueError(f"images: {len(images)} of them, and annotations name none; expected one")
    image = images[0] if images else {}
    for said in entries.objects(page.get("annotations"), "annotations"):
        for shape in entries.objects(said.get("polygons"), "annotations.polygons"):
            if str(shape.get("type")) == "0":
                entries.unread.append("illegible text")
            else:
                entries.add(shape.get("text"), quad_of(shape.get("points")))
    entries.mention(images, "images", "document_name")
    path = path_of(page.get("name")) or path_of(image.get("name"))
    named = {"file_name": path} if path and "." in path else {"stem": path or file.stem}
    size = size_of(image.get("width"), image.get("height"))
    yield entries.row({"unit": "pixels", "size": size}, **named)


FORM = LabelForm(
    name="aihub_photos",
    endings=(".json",),
    published="https://aihub.or.kr/aihubdata/data/view.do?dataSetSn=632",
    fits=_fits,
    rows=_rows,
    one=True,
)
