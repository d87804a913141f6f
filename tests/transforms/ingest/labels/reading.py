"""Bytes to the rows that a form reads from them."""

import io
import json
from typing import Any

from gyogwa.transforms.ingest.labels.form import HEAD, Head, LabelFile, LabelRow
from gyogwa.transforms.ingest.labels.registry import FORMS, form_of

NAMES = b"train: images\nnames: [Text, Table]\n"
"""What stands above a file of YOLO's labels."""


def head(uri: str, data: bytes) -> Head:
    """What the form of a file is told by."""
    return Head(uri, data[:HEAD])


def file(uri: str, data: bytes) -> LabelFile:
    """A file that holds the bytes."""
    return LabelFile(uri, lambda: io.BytesIO(data), beside={"../data.yaml": NAMES}.get)


def items(form: str, uri: str, data: Any) -> list[LabelRow | ValueError]:
    """All that a form gives of a file: bytes, text, or a value to write as JSON."""
    text = data if isinstance(data, bytes | str) else json.dumps(data, ensure_ascii=False)
    return list(FORMS[form].rows(file(uri, text.encode() if isinstance(text, str) else text)))


def row(form: str, uri: str, data: Any) -> LabelRow:
    """The one row of a file."""
    (found,) = items(form, uri, data)
    assert isinstance(found, dict), found
    return found


def told(uri: str, data: Any) -> str:
    """The name of a file's form."""
    text = data if isinstance(data, bytes | str) else json.dumps(data, ensure_ascii=False)
    return form_of(head(uri, text.encode() if isinstance(text, str) else text))


def texts(found: LabelRow, key: str = "words") -> list[str]:
    """The texts of a row."""
    return [entry["text"] for entry in found.get(key, [])]
