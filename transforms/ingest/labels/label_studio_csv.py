"""Label Studio's CSV and TSV exports: the columns of its JSON-MIN, lists as JSON in their cells.

`ocr,id,bbox,label,transcription,annotator,…`, a task a line; see `label_studio`.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.csv_rows import delimiter_of, long_cells
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.label_studio import of_columns, shapes_in
from gyogwa.transforms.ingest.labels.published import unpacked
from gyogwa.transforms.ingest.labels.streams import encoding_of
from gyogwa.transforms.ingest.labels.values import row_or_error


def _tasks(text: Any, delimiter: str) -> Iterator[dict[str, Any]]:
    with long_cells():
        for row in csv.DictReader(text, delimiter=delimiter):
            yield {str(name): unpacked(cell) for name, cell in row.items() if cell}


def _fits(head: Head) -> bool:
    try:
        tasks = _tasks(io.StringIO(head.text, newline=""), delimiter_of(head.text))
        return bool(shapes_in(next(tasks, {})))
    except csv.Error:
        return False


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    with file.open() as stream, io.TextIOWrapper(stream, encoding_of(file), newline="") as text:
        delimiter = delimiter_of(text.readline())
        text.seek(0)
        try:
            for number, task in enumerate(_tasks(text, delimiter), 1):
                yield row_or_error(f"task {number}", _row, file.keys.watched(task))
        except (csv.Error, UnicodeError) as error:
            raise ValueError(f"the table can't be read further: {error}") from error


def _row(task: dict[str, Any]) -> LabelRow:
    name = shapes_in(task)
    if not name:
        raise ValueError("no shapes in any column")
    return of_columns(task, name)


FORM = LabelForm(
    name="label_studio_csv",
    endings=(".csv", ".tsv"),
    published="https://labelstud.io/guide/export (CSV, TSV)",
    fits=_fits,
    rows=_rows,
)
