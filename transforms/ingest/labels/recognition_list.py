"""Lists of images of lines with their texts, as PaddleOCR and deep-text-recognition-benchmark train
on: a path, a tab and a text a line, under any name (`rec_gt_train.txt`, `gt.txt`); or as ICDAR has
them, `word_1.png, "text"`, where a backslash keeps the next character.

The text is all that stands on the image, without boxes. A path is from the list's folder. Lists of
classes are none: what stands behind their paths repeats (`a.jpg<tab>180`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import row_or_error, text_of

_LOOKED_AT = 20
_QUOTED = re.compile(r'([^"]*?)\s*,\s*"(.*)"')


class _Entry(NamedTuple):
    path: str
    text: str


def _entry(line: str) -> _Entry | None:
    """A line's path and text; None for what is no such line."""
    name, tab, text = line.partition("\t")
    if tab:
        return _Entry(name.strip(), text.strip())
    quoted = _QUOTED.fullmatch(line.strip())
    return _Entry(quoted[1], re.sub(r"\\(.)", r"\1", quoted[2])) if quoted else None


def _fits(head: Head) -> bool:
    lines = [line for line in head.text.splitlines()[:_LOOKED_AT] if line.strip()]
    if len(lines) > 1 and len(head.data) >= 1 << 16:
        lines = lines[:-1]  # cut off, perhaps
    found = [entry for line in lines if (entry := _entry(line)) and _may_be(entry)]
    return bool(lines) and len(found) == len(lines) and not _are_classes(found)


def _may_be(entry: _Entry) -> bool:
    said = bool(entry.text) and entry.text != "[]" and not json_head(entry.text)  # PPOCRLabel's
    said = said and "\t" not in entry.text  # a table of more columns
    return said and entry.path.lower().endswith(ENDINGS)


def _are_classes(found: list[_Entry]) -> bool:
    return 2 * len({entry.text for entry in found}) <= len(found)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, line in lines_in(file):
        yield row_or_error(f"line {number}", _row, line)


def _row(line: str) -> LabelRow:
    entry = _entry(line)
    path = path_of(entry.path) if entry else None
    if entry is None or path is None:
        raise ValueError("expected a path, a tab and a text")
    said = text_of(entry.text)
    if said is None:
        raise ValueError("the text is blank")
    return {"file_name": path, "transcription": said}


FORM = LabelForm(
    name="recognition_list",
    endings=(".txt", ".tsv"),
    published="https://github.com/PaddlePaddle/PaddleOCR (docs, text recognition data sets); "
    "https://github.com/clovaai/deep-text-recognition-benchmark (README); "
    "https://rrc.cvc.uab.es/?ch=4&com=tasks (Word Recognition)",
    fits=_fits,
    rows=_rows,
)
