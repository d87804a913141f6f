"""Arrow files: `save_to_disk` of Hugging Face datasets, its cache, any other IPC stream or file.

(https://huggingface.co/docs/datasets/process#save; Arrow's IPC formats in
https://arrow.apache.org/docs/format/Columnar.html.) The JSON files beside them say how they were
made and nothing of rows. What becomes of columns and rows is in `sources.tabular`.

Memory: one record batch; `datasets` writes 100 rows with images into one.
"""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.tabular import Table, records, table_of

BESIDE = ("dataset_info.json", "dataset_dict.json", "state.json")
"""What `save_to_disk` writes beside the rows."""
CACHED = ("cache-", "tmp")
"""How names of files begin that `datasets` leaves beside them, with rows made of these."""
_FILE = b"ARROW1"


def read_rows(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a row; a reject for a row that can't be understood, or where the file breaks."""
    yield from records(part, _rows, "broken_arrow", "Arrow")


FORMAT = Format("arrow", (".arrow",), read_rows, tabular=True)


def _rows(entry: SourceFile, mapped: str) -> Iterator[tuple[Table, pa.RecordBatch]]:
    """Batches of one row: a cell that Python can't hold spoils only itself."""
    with LISTED.open(entry.path) as file:
        table = None
        for batch in _batches(file):
            table = table or table_of(batch.schema, batch.slice(0, 1), entry, mapped)
            wanted = batch.select(table.wanted)
            for index in range(batch.num_rows):
                yield table, wanted.slice(index, 1)


def _batches(file: BinaryIO) -> Iterator[pa.RecordBatch]:
    is_file = file.read(len(_FILE)) == _FILE
    file.seek(0)
    if is_file:
        with pa.ipc.open_file(file) as reader:
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)
    else:
        with pa.ipc.open_stream(file) as reader:
            yield from reader
