"""HierText: words within lines within paragraphs, of photographs.

`{"annotations": [{"image_id", "image_width", "image_height", "paragraphs": [{"vertices", "legible",
"lines": [{"vertices", "text", "legible", "words": [{"vertices", "text", "legible"}]}]}]}]}` in one
file a split, called `.jsonl` though it is one object; images are `IMAGE_ID.jpg`; pixels. What isn't
legible is left out. Whether text is written by hand or downwards is not read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, size_of, text_of


def _fits(head: Head) -> bool:
    images = head.json.get("annotations") if isinstance(head.json, dict) else None
    first = images[0] if isinstance(images, list) and images else None
    return isinstance(first, dict) and "image_id" in first and "paragraphs" in first


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("annotations")
    for number, image in enumerate(lists.items("annotations.item")):
        yield row_or_error(f"annotations[{number}]", _row, image)


def _row(value: Any) -> LabelRow:
    image = object_of(value, "the image")
    name = text_of(image.get("image_id"))
    if name is None:
        raise ValueError("image_id is missing")
    entries = Entries()
    for paragraph in entries.objects(image.get("paragraphs"), "paragraphs"):
        if paragraph.get("legible") is not False:
            entries.region("paragraph", paragraph.get("vertices"))
        for line in entries.objects(paragraph.get("lines"), "paragraphs.lines"):
            first = len(entries.texts)
            for word in entries.objects(line.get("words"), "paragraphs.lines.words"):
                if word.get("legible") is False:
                    entries.unread.append("illegible text")
                else:
                    entries.add(word.get("text"), word.get("vertices"))
            legible = line.get("legible") is not False
            entries.end_line(first, line.get("text") if legible else None, line.get("vertices"))
    boxes = {
        "unit": "pixels",
        "form": "corners",
        "size": size_of(image.get("image_width"), image.get("image_height")),
    }
    return entries.row(boxes, stem=name)


FORM = LabelForm(
    name="hiertext",
    endings=(".jsonl", ".json"),
    published="https://github.com/google-research-datasets/hiertext (README, arXiv 2203.15143)",
    fits=_fits,
    rows=_rows,
)
