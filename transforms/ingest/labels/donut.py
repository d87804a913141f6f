"""Donut and SynthDoG: what stands on an image, or what is to be parsed of it, without boxes.

`{"file_name", "ground_truth"}`, one JSON object a line or a file; `ground_truth` is an object, or
one as text: `{"gt_parse": {"text_sequence": …}}` gives a transcription, one with a `valid_line` is
read as CORD. Other things to parse (`gt_parse`, `gt_parses`) are not read.
"""

import json
from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.cord import receipt
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.streams import json_of, lines_in
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, text_of

_MARKS = ("ground_truth", "gt_parse", "gt_parses")


def _fits(head: Head) -> bool:
    first = json_head(head.first_line) if head.name.endswith("l") else head.json
    if not isinstance(first, dict):
        return False
    return any(isinstance(first.get(mark), dict | list | str) for mark in _MARKS)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    if not file.uri.lower().endswith("l"):
        yield _row(json_of(file), {"stem": file.stem}, file)
        return
    for number, line in lines_in(file):
        yield row_or_error(f"line {number}", _of_line, line, file)


def _of_line(line: str, file: LabelFile) -> LabelRow:
    return _row(file.keys.watched(json.loads(line)), None, file)


def _row(value: Any, image: LabelRow | None, file: LabelFile) -> LabelRow:
    said = object_of(value, "the row")
    path = path_of(said.get("file_name"))
    image = {"file_name": path} if path else image
    if image is None:
        raise ValueError("file_name is missing")
    truth = said.get("ground_truth", said)
    if isinstance(truth, str):
        truth = file.keys.watched(json.loads(truth), "ground_truth")
    truth = object_of(truth, "ground_truth")
    if truth.get("valid_line"):
        return receipt(truth, **image)
    parse = truth.get("gt_parse")
    text = text_of(parse.get("text_sequence")) if isinstance(parse, dict) else None
    if text is not None:
        return {**image, "transcription": text}
    return {**image, "unread": [name for name in _MARKS[1:] if truth.get(name)]}


FORM = LabelForm(
    name="donut",
    endings=(".json", ".jsonl"),
    published="https://github.com/clovaai/donut (README, Data; arXiv 2111.15664)",
    fits=_fits,
    rows=_rows,
)
