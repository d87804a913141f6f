"""Lists of boxes and texts, as EasyOCR and PaddleOCR return them and people dump them to JSON, one
file an image.

EasyOCR: `[[[[x, y], …], "text", 0.98], …]`, or with `output_format="dict"` objects `{"boxes",
"text", "confident"}`. PaddleOCR 2: `[[[[x, y], …], ["text", 0.98]], …]`, once more in a list for
each page; PaddleOCR 3: `{"input_path", "rec_texts", "rec_scores", "rec_polys"}`, also in `res`.
PubTables-1M has `[{"bbox": [x0, y0, x1, y1], "text"}]` in `NAME_words.json`. Pixels of the image as
it was decoded; of boxes of 4 numbers the ink decides. Texts are lines or words.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_image, of_page, path_of
from gyogwa.transforms.ingest.labels.shapes import share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import box_of, list_of, object_of, quad_of

_PARALLEL = ("rec_texts", "rec_polys", "rec_scores")
_BEHIND = re.compile(r"[_.-](words|ocr|res|result)$")
"""What stands behind an image's name in that of its label file."""
_BOX, _SURE = ("boxes", "box", "bbox"), ("confident", "confidence", "score")


class _Said(NamedTuple):
    box: Any
    text: Any
    sure: Any


def _fits(head: Head) -> bool:
    value = head.json
    if isinstance(value, dict):
        inner = value.get("res", value)
        return isinstance(inner, dict) and isinstance(inner.get("rec_texts"), list)
    if not isinstance(value, list) or not value:
        return False
    parts = isinstance(value[0], dict) and "category" in value[0]  # as dots.ocr has them
    return (_said(value[0]) is not None and not parts) or _are_pages(value)


def _are_pages(value: list[Any]) -> bool:
    first = next((page for page in value if page), None)
    return isinstance(first, list) and _said(first[0]) is not None


def _said(item: Any) -> _Said | None:
    """A box with its text; None for what isn't that."""
    if isinstance(item, dict):
        box = next((item.get(name) for name in _BOX if item.get(name) is not None), None)
        sure = next((item.get(name) for name in _SURE if item.get(name) is not None), None)
        return _Said(box, item.get("text"), sure) if box_of(box) and "text" in item else None
    if not isinstance(item, list) or len(item) not in (2, 3) or not _is_quad(item[0]):
        return None
    if len(item) == 3:
        return _Said(*item) if not isinstance(item[1], list | dict) else None
    text = item[1]
    if isinstance(text, list):
        return _Said(item[0], *text[:2]) if len(text) == 2 else None
    return _Said(item[0], text, None) if isinstance(text, str) else None


def _is_quad(value: Any) -> bool:
    return box_of(value) is not None and isinstance(value[0], list)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    value = json_of(file)
    file.told.append(MACHINE)
    if isinstance(value, dict):
        yield _of_columns(file, object_of(value.get("res", value), "res"))
        return
    items = list_of(value, "the file")
    pages = items if _are_pages(items) else [items]
    for number, page in enumerate(pages, 1):
        entries = Entries()
        for item in list_of(page, "a page"):
            said = _said(item)
            if said is None:
                entries.unread.append("what is no box with text")
            else:
                entries.add(said.text, box_of(said.box), share_of(said.sure))
        named = of_page(file, number, len(pages))
        named["stem"] = _BEHIND.sub("", named["stem"])
        yield entries.row({"unit": "pixels"} if entries.has_quads else {}, **named)


def _of_columns(file: LabelFile, page: dict[str, Any]) -> LabelRow:
    entries = Entries()
    add_columns(entries, page)
    name = (path_of(page.get("input_path")) or "").rsplit("/", 1)[-1]  # where it was read once
    return entries.row({"unit": "pixels"}, **of_image(file, name))


def add_columns(entries: Entries, page: dict[str, Any]) -> None:
    """The texts that PaddleOCR 3 found on a page. Raises ValueError where a text has no box."""
    texts, boxes, sure = (list_of(page.get(name), name) for name in _PARALLEL)
    if len(texts) != len(boxes):
        raise ValueError(f"{len(texts)} rec_texts, but {len(boxes)} rec_polys")
    for number, (text, box) in enumerate(zip(texts, boxes, strict=True)):
        entries.add(text, quad_of(box), share_of(sure[number]) if number < len(sure) else None)


FORM = LabelForm(
    name="ocr_lists",
    endings=(".json",),
    published="https://www.jaided.ai/easyocr/documentation/; "
    "https://github.com/PaddlePaddle/PaddleOCR (docs, OCR pipeline)",
    fits=_fits,
    rows=_rows,
)
