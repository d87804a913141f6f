"""XFUND: FUNSD's entries in other languages, one JSON file for many pages.

`{"lang", "documents": [{"id", "img": {"fname", "width", "height"}, "document": [{"text", "box":
[x0, y0, x1, y1], "label", "words": [{"text", "box"}], …}]}]}`, boxes in pixels of the stored image.
Its Chinese and Japanese `words` are single characters: those that the entry's text joins are one
word here. The file is read one page at a time.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.pieces import joined
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, size_of


def _fits(head: Head) -> bool:
    pages = head.json.get("documents") if isinstance(head.json, dict) else None
    if not isinstance(pages, list) or not pages or not isinstance(pages[0], dict):
        return False
    return isinstance(pages[0].get("img"), dict) or isinstance(pages[0].get("document"), list)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("documents")
    for number, page in enumerate(lists.items("documents.item")):
        yield row_or_error(f"documents[{number}]", _row, page)


def _row(value: Any) -> LabelRow:
    page = object_of(value, "the page")
    image = object_of(page.get("img"), "img")
    name = path_of(image.get("fname"))
    if name is None:
        raise ValueError("img.fname is missing")
    entries = Entries()
    document = list(entries.objects(page.get("document"), "document"))
    for entry in document:
        words = list(entries.objects(entry.get("words") or [entry], "document.words"))
        for word in joined(entry.get("text"), words):
            entries.add(word.get("text"), word.get("box"))
    entries.mention(document, "document", "label", "linking")
    boxes = {
        "unit": "pixels",
        "form": "corners",
        "of": "stored",
        "size": size_of(image.get("width"), image.get("height")),
    }
    return entries.row(boxes, file_name=name)


FORM = LabelForm(
    name="xfund",
    endings=(".json",),
    published="https://github.com/doc-analysis/XFUND (arXiv 2104.08836)",
    fits=_fits,
    rows=_rows,
)
