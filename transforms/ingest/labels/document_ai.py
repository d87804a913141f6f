"""Google's Document AI: a `Document` as JSON, one file an image or document.

`{"text": …, "pages": [{"pageNumber", "dimension": {"width", "height"}, "tokens": [{"layout":
{"textAnchor": {"textSegments": [{"startIndex", "endIndex"}]}, "confidence", "boundingPoly":
{"normalizedVertices" | "vertices": [{"x", "y"}, …]}}}], "lines", "paragraphs"}]}`; fractions, or
pixels of the page's dimension. A token's text stands in the document's, and ends with a break where
its word does; tokens that nothing parts are one word. Tables, forms and entities are not read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import Point, points_of_objects, share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import (
    around_points,
    number_of,
    object_of,
    quad_of,
    size_of,
)

_Object = dict[str, Any]


def _fits(head: Head) -> bool:
    pages = head.json.get("pages") if isinstance(head.json, dict) else None
    first = pages[0] if isinstance(pages, list) and pages else None
    return isinstance(first, dict) and "dimension" in first and "layout" in first


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    document = object_of(json_of(file), "the file")
    text = document.get("text")
    pages = list(Entries().objects(document.get("pages"), "pages"))
    file.told.append(MACHINE)
    for number, page in enumerate(pages, 1):
        said = int(number_of(page.get("pageNumber")) or number)
        yield _row(page, text if isinstance(text, str) else "", of_page(file, said, len(pages)))


def _row(page: _Object, text: str, named: LabelRow) -> LabelRow:
    entries = Entries()
    unit, first, word = "fractions", 0, ""
    shapes, sure = list[list[Point]](), list[float]()
    for token in entries.objects(page.get("tokens"), "pages.tokens"):
        layout = object_of(token.get("layout"), "layout")
        said = _text(layout, text)
        shape, of = _shape(layout)
        unit = of if shape else unit
        word += said
        shapes += [shape] if shape else []
        confidence = share_of(layout.get("confidence"))
        sure += [] if confidence is None else [confidence]
        if not said or said[-1:].isspace():
            entries.add(word.strip(), _around(shapes), min(sure, default=None))
            word, shapes, sure = "", [], []
        if said.endswith("\n"):
            entries.end_line(first)
            first = len(entries.texts)
    if word.strip():
        entries.add(word.strip(), _around(shapes), min(sure, default=None))
    entries.end_line(first)
    about = page.get("dimension")
    sides = (about.get("width"), about.get("height")) if isinstance(about, dict) else (None, None)
    size = size_of(*sides) if unit == "pixels" else None
    return entries.row({"unit": unit, "of": "displayed", "size": size}, **named)


def _text(layout: _Object, text: str) -> str:
    """The text of a layout, which stands in the document's."""
    anchor = layout.get("textAnchor")
    found = anchor.get("textSegments") if isinstance(anchor, dict) else None
    parts = [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []
    runs = [(number_of(p.get("startIndex")) or 0, number_of(p.get("endIndex"))) for p in parts]
    return "".join(text[int(start) : int(end)] for start, end in runs if end is not None)


def _shape(layout: _Object) -> tuple[list[Point] | None, str]:
    poly = layout.get("boundingPoly")
    if isinstance(poly, dict):
        for name, unit in (("normalizedVertices", "fractions"), ("vertices", "pixels")):
            if quad := quad_of(points_of_objects(poly.get(name))):
                return quad, unit
    return None, ""


def _around(shapes: list[list[Point]]) -> Any:
    if len(shapes) == 1:
        return shapes[0]
    points = [point for shape in shapes for point in shape]
    return quad_of([around_points(points)[:2], around_points(points)[2:]]) if points else None


FORM = LabelForm(
    name="document_ai",
    endings=(".json",),
    published="https://cloud.google.com/document-ai/docs/reference/rest/v1/Document",
    fits=_fits,
    rows=_rows,
)
