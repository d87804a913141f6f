"""Azure's Read and Document Intelligence: what their APIs answer with, one file a document.

`{"analyzeResult": {"pages": [{"pageNumber", "width", "height", "unit", "angle", "words":
[{"content", "polygon": [x, y, …], "confidence"}], "lines": [{"content", "polygon", "spans"}]}],
"paragraphs", "tables"}}`; before 2021 `readResults` of `{"page", "lines": [{"text", "boundingBox",
"words"}]}`, still earlier `recognitionResults`, as DocVQA brings them; Image Analysis 4
`{"readResult": {"blocks": [{"lines": [{"boundingPolygon": [{"x", "y"}], "words"}]}]}, "metadata"}`.
Pixels for images, inches for PDFs, in both of which the page's size is told. Tables, forms and
marks of choices are not read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import points_of_objects, share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import box_of, number_of, object_of, quad_of, size_of

_Object = dict[str, Any]


def _fits(head: Head) -> bool:
    value = head.json
    if not isinstance(value, dict):
        return False
    read = value.get("readResult")
    if isinstance(read, dict) and isinstance(read.get("blocks"), list):
        return True
    inner = value.get("analyzeResult", value)
    pages = _pages(inner)
    first = pages[0] if pages else {}
    if "dimension" in first:
        return False  # Google's
    return not {"pageNumber", "page"}.isdisjoint(first) and not {"words", "lines"}.isdisjoint(first)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    answer = object_of(json_of(file), "the file")
    inner = answer.get("analyzeResult")
    result = inner if isinstance(inner, dict) else answer
    read = answer.get("readResult")
    pages = _pages(result)
    if isinstance(read, dict):
        lines = [line for block in _list(read, "blocks") for line in _list(block, "lines")]
        about = answer.get("metadata")
        size = about if isinstance(about, dict) else {}
        pages = [{"width": size.get("width"), "height": size.get("height"), "lines": lines}]
    file.told.append(MACHINE)
    for number, page in enumerate(pages, 1):
        said = number_of(page.get("pageNumber", page.get("page"))) or number
        yield _row(page, of_page(file, int(said), len(pages)))


def _row(page: _Object, named: LabelRow) -> LabelRow:
    entries = Entries()
    lines, words = _list(page, "lines"), _list(page, "words")
    inner = [_list(line, "words") for line in lines]
    if any(inner):
        for line, of_line in zip(lines, inner, strict=True):
            first = len(entries.texts)
            for word in of_line:
                _add(entries, word)
            entries.end_line(first, _text(line), _quad(line))
    else:
        for said in words or lines:
            _add(entries, said)
        if words:
            for line in lines:
                _ = _text(line), _quad(line)  # the same again
    size = size_of(page.get("width"), page.get("height"))
    return entries.row({"unit": "pixels", "of": "displayed", "size": size}, **named)


def _add(entries: Entries, word: _Object) -> None:
    entries.add(_text(word), _quad(word), share_of(word.get("confidence")))


def _text(said: _Object) -> Any:
    return next((said[name] for name in ("content", "text") if said.get(name) is not None), None)


def _quad(said: _Object) -> Any:
    for name in ("polygon", "boundingBox", "boundingPolygon"):
        value = said.get(name)
        if quad := quad_of(points_of_objects(value)) or box_of(value):
            return quad
    return None


def _pages(result: Any) -> list[_Object]:
    names = ("pages", "readResults", "recognitionResults")
    return next((pages for name in names if (pages := _list(result, name))), [])


def _list(value: Any, name: str) -> list[_Object]:
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


FORM = LabelForm(
    name="azure_read",
    endings=(".json",),
    published="https://learn.microsoft.com/azure/ai-services/document-intelligence/prebuilt/read",
    fits=_fits,
    rows=_rows,
)
