"""Tables read in little memory, wherever they lie."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas.arrow import read_table
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.storage import open_file

_ROWS = 4096


def batches_of(
    record: type[Row], path: str, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, some thousands at a time. Raises GyogwaError when it isn't one."""
    with open_file(path) as file:
        read_table(record, file, columns=[])  # for its checks alone
    with open_file(path) as file, pq.ParquetFile(file) as table:
        yield from table.iter_batches(_ROWS, columns=columns)
