"""A JSON object in a file of an image's name, in the one vocabulary: as img2dataset writes beside
each image, or as anybody does who unpacks a WebDataset."""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.published_rows import is_named, says_something
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.vocabulary import mapped

_MARKS = ("words", "conversations", "messages", "caption", "transcription")


def _fits(head: Head) -> bool:
    value = head.json
    return (
        isinstance(value, dict)
        and any(renamed(value, head.columns).get(mark) for mark in _MARKS)
        and says_something(value, alone=True, columns=head.columns)
    )


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    value: Any = json_of(file)
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, found {type(value).__name__}")
    row, unread = mapped(renamed(value, file.columns))
    named = {} if is_named(row) else {"stem": file.stem}
    yield {**named, **row, **({"unread": list(unread)} if unread else {})}


FORM = LabelForm(
    name="json_beside",
    endings=(".json",),
    published="https://github.com/rom1504/img2dataset (README, Output format)",
    fits=_fits,
    rows=_rows,
    one=True,
)
