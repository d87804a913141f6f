"""DocLayNet's extra files: the text cells of a page's PDF, one JSON file a page.

`{"metadata": {"page_hash", "coco_width", "coco_height", …}, "cells": [{"bbox": [x, y, width,
height], "text", "font"}]}`, pixels of the image of `coco_width` by `coco_height`, from the upper
left. A cell is a run of text on one line. The regions of the page stand in COCO's file.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, size_of, text_of


def _fits(head: Head) -> bool:
    about = head.json.get("metadata") if isinstance(head.json, dict) else None
    return isinstance(about, dict) and "page_hash" in about and "coco_width" in about


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    page = object_of(json_of(file), "the file")
    about = object_of(page.get("metadata"), "metadata")
    entries = Entries()
    cells = list(entries.objects(page.get("cells"), "cells"))
    for cell in cells:
        entries.add(cell.get("text"), cell.get("bbox"))
    entries.mention(cells, "cells", "font")
    boxes = {
        "unit": "pixels",
        "form": "sizes",
        "size": size_of(about.get("coco_width"), about.get("coco_height")),
    }
    yield entries.row(boxes, stem=text_of(about["page_hash"]) or file.stem)


FORM = LabelForm(
    name="doclaynet",
    endings=(".json",),
    published="https://github.com/DS4SD/DocLayNet (README, Extra: JSON files)",
    fits=_fits,
    rows=_rows,
    one=True,
)
