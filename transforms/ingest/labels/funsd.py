"""FUNSD: one JSON file a page, beside it or in `annotations/` beside `images/`.

`{"form": [{"text", "box": [x0, y0, x1, y1], "label", "words": [{"text", "box"}], …}]}`, boxes in
pixels of the stored image. An entry may run over several lines, so no lines are told here.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of


def _fits(head: Head) -> bool:
    form = head.json.get("form") if isinstance(head.json, dict) else None
    if not isinstance(form, list):
        return False
    return not form or (isinstance(form[0], dict) and not {"box", "words"}.isdisjoint(form[0]))


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    entries = Entries()
    form = list(entries.objects(object_of(json_of(file), "the file").get("form"), "form"))
    for entry in form:
        for word in entries.objects(entry.get("words") or [entry], "form.words"):
            entries.add(word.get("text"), word.get("box"))
    entries.mention(form, "form", "label", "linking")
    yield entries.row({"unit": "pixels", "form": "corners", "of": "stored"}, stem=file.stem)


FORM = LabelForm(
    name="funsd",
    endings=(".json",),
    published="https://guillaumejaume.github.io/FUNSD/ (arXiv 1905.13538)",
    fits=_fits,
    rows=_rows,
    one=True,
)
