"""PPOCRLabel and PaddleOCR: `Label.txt`, an image a line.

`path<TAB>[{"transcription", "points": [[x, y], …], "difficult"}, …]`, in pixels of the image as it
is shown. The path begins with the labelled folder's own name, in which `Label.txt` lies. A text
that can't be read is `###` or marked difficult. Shapes of more than 4 points are told by the
rectangle around them. The file is read a line at a time.
"""

import json
from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import quad_of, row_or_error


def _fits(head: Head) -> bool:
    name, tab, labels = head.first_line.partition("\t")
    found = json_head(labels) if tab and name.strip() else None
    if not isinstance(found, list):
        return False
    first = found[0] if found else None
    if isinstance(first, dict):
        return "transcription" in first or "points" in first
    return labels.strip() == "[]"


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, line in lines_in(file):
        yield row_or_error(f"line {number}", _row, file, line)


def _row(file: LabelFile, line: str) -> LabelRow:
    name, tab, labels = line.partition("\t")
    path = path_of(name)
    if not tab or path is None:
        raise ValueError("expected a path, a tab and JSON")
    folder = file.uri.rpartition("/")[0].rpartition("/")[2]
    entries = Entries()
    items = list(entries.objects(file.keys.watched(json.loads(labels), "labels"), "labels"))
    for item in items:
        if item.get("difficult") or item.get("transcription") == "###":
            entries.unread.append("illegible text")
        else:
            entries.add(item.get("transcription"), quad_of(item.get("points")))
    entries.mention(items, "labels", "key_cls")
    path = path.removeprefix(f"{folder}/") if folder else path
    return entries.row({"unit": "pixels", "of": "displayed"}, file_name=path)


FORM = LabelForm(
    name="paddle",
    endings=(".txt",),
    published="https://github.com/PFCCLab/PPOCRLabel (README, Regular text annotation)",
    fits=_fits,
    rows=_rows,
)
