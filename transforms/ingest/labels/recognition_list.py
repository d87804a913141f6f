"""Lists of images of lines with their texts, as PaddleOCR and deep-text-recognition-benchmark train
on: `path<tab>text` a line, under any name (`rec_gt_train.txt`, `gt.txt`).

The text is all that stands on the image, without boxes. A path is from the list's folder.
"""

from collections.abc import Iterator

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import row_or_error, text_of

_LOOKED_AT = 20


def _fits(head: Head) -> bool:
    lines = [line for line in head.text.splitlines()[:_LOOKED_AT] if line.strip()]
    if len(lines) > 1 and len(head.data) >= 1 << 16:
        lines = lines[:-1]  # cut off, perhaps
    return bool(lines) and all(map(_is_entry, lines))


def _is_entry(line: str) -> bool:
    name, tab, text = line.partition("\t")
    if text.strip() == "[]" or json_head(text):
        return False  # PPOCRLabel's
    return bool(tab and text.strip()) and name.strip().lower().endswith(ENDINGS)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, line in lines_in(file):
        yield row_or_error(f"line {number}", _row, line)


def _row(line: str) -> LabelRow:
    name, tab, text = line.partition("\t")
    path, said = path_of(name), text_of(text.strip())
    if not tab or path is None:
        raise ValueError("expected a path, a tab and a text")
    if said is None:
        raise ValueError("the text is blank")
    return {"file_name": path, "transcription": said}


FORM = LabelForm(
    name="recognition_list",
    endings=(".txt", ".tsv"),
    published="https://github.com/PaddlePaddle/PaddleOCR (docs, text recognition data sets); "
    "https://github.com/clovaai/deep-text-recognition-benchmark (README)",
    fits=_fits,
    rows=_rows,
)
