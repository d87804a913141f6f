"""`metadata.parquet` of a Hugging Face ImageFolder: a row an image, no images in it.

Of a column that nothing reads only the name is, and so of one with a cell that Python can't hold.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.mapping import NOTHING, targets
from gyogwa.transforms.ingest.labels.published_rows import label_row
from gyogwa.transforms.ingest.labels.values import row_or_error
from gyogwa.transforms.ingest.labels.vocabulary import may_read

_ROWS = 256


def cells_of(batch: pa.RecordBatch, name: str) -> list[Any] | None:
    """The cells of a column; None where Python can't hold one of them."""
    try:
        held: list[Any] = batch.column(name).to_pylist()
    except (pa.ArrowException, ValueError, OverflowError):
        return None
    return held


def _fits(head: Head) -> bool:
    return head.name == "metadata.parquet" and head.data.startswith(b"PAR1")


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    try:
        with file.open() as stream:
            table = pq.ParquetFile(stream)
            names = table.schema_arrow.names
            wanted = targets(file.columns)
            known = [name for name in names if may_read(wanted.get(name, name))]
            number = 0
            for batch in table.iter_batches(_ROWS, columns=known):
                for index in range(batch.num_rows):
                    number += 1
                    one = batch.slice(index, 1)
                    yield row_or_error(f"row {number}", _row, one, names, known, file.columns)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"the Parquet file can't be read (further): {error}") from error


def _row(batch: pa.RecordBatch, names: list[str], known: list[str], columns: str) -> LabelRow:
    cells: dict[str, Any] = {}
    unread = [name for name in names if name not in known]
    for name in known:
        held = cells_of(batch, name)
        if held is None or not _is_json(held[0]):
            unread.append(name)
        else:
            cells[name] = held[0]
    ignored = [name for name, field in targets(columns).items() if field == NOTHING]
    unread = [name for name in unread if name not in ignored]
    return label_row({**cells, "unread": unread}, columns)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_json, value.values()))
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float | bool)


FORM = LabelForm(
    name="parquet_rows",
    endings=("metadata.parquet",),
    published="https://huggingface.co/docs/datasets/image_dataset",
    fits=_fits,
    rows=_rows,
)
