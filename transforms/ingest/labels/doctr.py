"""docTR: what `Document.export()` gives, one JSON file an image or document.

`{"pages": [{"page_idx", "dimensions": [height, width], "orientation", "language", "blocks":
[{"geometry", "lines": [{"geometry", "words": [{"value", "confidence", "geometry": [[x0, y0], [x1,
y1]] or four points}]}]}]}]}`, fractions of the page.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, quad_of


def _fits(head: Head) -> bool:
    pages = head.json.get("pages") if isinstance(head.json, dict) else None
    first = pages[0] if isinstance(pages, list) and pages else None
    return isinstance(first, dict) and {"dimensions", "blocks"} <= first.keys()


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    document = object_of(json_of(file), "the file")
    pages = list(Entries().objects(document.get("pages"), "pages"))
    file.told.append(MACHINE)
    for number, page in enumerate(pages, 1):
        yield _row(page, of_page(file, number, len(pages)))


def _row(page: dict[str, Any], named: LabelRow) -> LabelRow:
    entries = Entries()
    for block in entries.objects(page.get("blocks"), "blocks"):
        if box := quad_of(block.get("geometry")):
            entries.region("text", box)
        for line in entries.objects(block.get("lines"), "lines"):
            first = len(entries.texts)
            for word in entries.objects(line.get("words"), "words"):
                box = quad_of(word.get("geometry"))
                entries.add(word.get("value"), box, share_of(word.get("confidence")))
            entries.end_line(first, None, quad_of(line.get("geometry")))
    return entries.row({"unit": "fractions", "of": "displayed"}, **named)


FORM = LabelForm(
    name="doctr",
    endings=(".json",),
    published="https://mindee.github.io/doctr/latest/user_guide/results.html",
    fits=_fits,
    rows=_rows,
)
