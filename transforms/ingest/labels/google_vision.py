"""Google Cloud Vision and Document AI's older sibling: what `images:annotate` answers with.

`{"responses": [{"textAnnotations", "fullTextAnnotation": {"pages": [{"width", "height", "blocks":
[{"paragraphs": [{"words": [{"boundingBox": {"vertices" | "normalizedVertices": [{"x", "y"}, …]},
"confidence", "symbols": [{"text", "property": {"detectedBreak": {"type"}}}]}]}]}]}]}}]}`, or one
response by itself; pixels, or fractions where the vertices are normalized. A coordinate of 0 is
left out. Symbols are put together to words, words to lines by the breaks behind them; where a
service's "word" follows without a break it belongs to the word before. Where only
`textAnnotations` are there, all but the first are words. Of files in the cloud (`files:annotate`,
`OUTPUT-1-to-20.json`) `context` names document and page.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page, path_of
from gyogwa.transforms.ingest.labels.shapes import Point, points_of_objects, share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import (
    around_points,
    object_of,
    quad_of,
    size_of,
    text_of,
)

_LINE_ENDS = ("EOL_SURE_SPACE", "LINE_BREAK", "HYPHEN")
_MARKS = ("fullTextAnnotation", "textAnnotations")
_OVER = 1.1
"""The greatest number that still is a fraction."""
_Object = dict[str, Any]


def _fits(head: Head) -> bool:
    value = head.json
    several = value.get("responses") if isinstance(value, dict) else None
    first = several[0] if isinstance(several, list) and several else value
    return isinstance(first, dict) and any(isinstance(first.get(m), dict | list) for m in _MARKS)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    answer = object_of(json_of(file), "the file")
    several = answer.get("responses")
    responses = several if isinstance(several, list) else [answer]
    pages: list[tuple[_Object, _Object]] = []
    for value in responses:
        response = object_of(value, "a response")
        whole = response.get("fullTextAnnotation")
        found = _objects(whole, "pages")
        pages += [(response, page) for page in found] or [(response, {})]
    file.told.append(MACHINE)
    for number, (response, page) in enumerate(pages, 1):
        named = _document(response, answer) or of_page(file, number, len(pages))
        yield _row(response, page, named)


def _document(response: _Object, answer: _Object) -> LabelRow:
    """The document that was read and the page of it, of answers about files in the cloud."""
    about, asked = (_object(response, "context"), _object(answer, "inputConfig"))
    uri = path_of(about.get("uri") or _object(asked, "gcsSource").get("uri"))
    page = about.get("pageNumber")
    return {"file_name": uri.rsplit("/", 1)[-1], "page": page} if uri and page else {}


def _object(value: _Object, name: str) -> _Object:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _row(response: _Object, page: _Object, named: LabelRow) -> LabelRow:
    entries = Entries()
    annotations = _objects(response, "textAnnotations")
    size, unit = size_of(page.get("width"), page.get("height")), "pixels"
    if not page:
        for said in annotations[1:]:
            entries.add(said.get("description"), _quad(said.get("boundingPoly")))
        return entries.row({"unit": unit, "of": "displayed"}, **named)
    for said in annotations:  # the same again
        _ = said.get("description"), _quad(said.get("boundingPoly"))
    for block in _objects(page, "blocks"):
        if box := _quad(block.get("boundingBox")):
            entries.region("text", box)
        for paragraph in _objects(block, "paragraphs"):
            _read(entries, _objects(paragraph, "words"))
    numbers = [value for said in entries.texts for point in said["box"] for value in point]
    if numbers and max(numbers) <= _OVER:
        unit, size = "fractions", None
    return entries.row({"unit": unit, "of": "displayed", "size": size}, **named)


def _read(entries: Entries, words: list[_Object]) -> None:
    """Words, those that nothing parts put together; and where lines end."""
    first, text, quads, sure = len(entries.texts), "", list[list[Point]](), list[float]()
    for word in words:
        symbols = _objects(word, "symbols")
        text += "".join(text_of(symbol.get("text")) or "" for symbol in symbols)
        confidence = share_of(word.get("confidence"))
        sure += [] if confidence is None else [confidence]
        if quad := _quad(word.get("boundingBox")):
            quads.append(quad)
        end = _break(symbols[-1]) if symbols else "SPACE"
        if end is None and word is not words[-1]:
            continue
        entries.add(text, _around(quads), min(sure, default=None))
        text, quads, sure = "", [], []
        if end in _LINE_ENDS or word is words[-1]:
            entries.end_line(first)
            first = len(entries.texts)


def _around(quads: list[list[Point]]) -> Any:
    if len(quads) == 1:
        return quads[0]
    points = [point for quad in quads for point in quad]
    return quad_of([around_points(points)[:2], around_points(points)[2:]]) if points else None


def _break(symbol: _Object) -> str | None:
    about = symbol.get("property")
    found = about.get("detectedBreak") if isinstance(about, dict) else None
    return str(found.get("type")) if isinstance(found, dict) else None


def _quad(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    for name in ("vertices", "normalizedVertices"):
        if quad := quad_of(points_of_objects(value.get(name))):
            return quad
    return None


def _objects(value: Any, name: str) -> list[_Object]:
    """The objects in a list of an object; [] where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


FORM = LabelForm(
    name="google_vision",
    endings=(".json",),
    published="https://cloud.google.com/vision/docs/reference/rest/v1/AnnotateImageResponse",
    fits=_fits,
    rows=_rows,
)
