"""A row of labels read again where it stands, once it is known whose it is."""

import io
from functools import partial
from typing import Any

from gyogwa.transforms.ingest.labels.faults import FAULTS
from gyogwa.transforms.ingest.labels.form import LabelFile
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.registry import FORMS
from gyogwa.transforms.ingest.labels.text import decoded, line_text
from gyogwa.transforms.ingest.listing import LISTED, changed, read_beside
from gyogwa.transforms.ingest.raw import RowRef
from gyogwa.transforms.ingest.rows import digest_of, row_of


def row_at(ref: RowRef) -> dict[str, Any]:
    """The row of labels that stands there. Raises GyogwaError when it is another one by now."""
    data = LISTED.read_exactly(ref.path, ref.offset, ref.length)
    try:
        row = _row_of_form(ref, data) if ref.form else _row_of_line(ref, data)
    except FAULTS as error:
        raise changed(ref.path) from error
    if digest_of(row, by_file=bool(ref.form)) != ref.digest:
        raise changed(ref.path)
    return row


def _row_of_line(ref: RowRef, data: bytes) -> dict[str, Any]:
    row = renamed(row_of(line_text(data)), ref.columns)
    encoding = decoded(data).encoding
    return row if encoding == "utf-8" else {**row, "told": [f"labels in {encoding}"]}


def _row_of_form(ref: RowRef, data: bytes) -> dict[str, Any]:
    file = LabelFile(
        ref.path,
        lambda: io.BytesIO(data),
        columns=ref.columns,
        beside=partial(read_beside, ref.path),
    )
    for row in FORMS[ref.form].read(file):
        if not isinstance(row, ValueError) and digest_of(row, by_file=True) == ref.digest:
            return row
    raise ValueError(f"it holds no such row of {ref.form}")
