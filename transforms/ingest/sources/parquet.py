"""Parquet: rows with their images in one column or several, and what stands beside these.

What becomes of columns and rows is in `sources.tabular`. Rows are read in batches, so a file of any
size needs little memory.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.ingest.limits import check_ratio
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.tabular import Table, columns_of, records, table_of

_ROWS = 16
_WIDE = 1 << 20
"""Bytes of a row, on average, above which rows are read one by one."""
_BUFFER = 1 << 20


def read_rows(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a row; a reject for a row that can't be understood."""
    yield from records(part, _rows, "broken_parquet", "Parquet")


FORMAT = Format("parquet", (".parquet",), read_rows, tabular=True)


def _rows(entry: SourceFile, mapped: str) -> Iterator[tuple[Table, pa.RecordBatch]]:
    """Batches of one row: a cell that Python can't hold spoils only itself."""
    with LISTED.open(entry.path) as file:
        parquet = pq.ParquetFile(file, buffer_size=_BUFFER)
        columns = columns_of(parquet.schema_arrow, mapped)
        wanted = [*columns.images, *columns.bytes, *columns.read]
        rows = 1 if _is_wide(parquet, wanted) else _ROWS
        table = None
        for batch in parquet.iter_batches(rows, columns=wanted):
            table = table or table_of(parquet.schema_arrow, batch, entry, mapped)
            for index in range(batch.num_rows):
                yield table, batch.slice(index, 1)


def _is_wide(table: pq.ParquetFile, columns: list[str]) -> bool:
    """Whether some rows may be so large that several of them aren't held at once: by what the
    footer says of each column of each group. Raises BadImage for what unpacks to far too much."""
    wide = False
    for number in range(table.metadata.num_row_groups):
        group = table.metadata.row_group(number)
        for index in range(group.num_columns):
            chunk = group.column(index)
            if chunk.path_in_schema.partition(".")[0] in columns:
                size = chunk.total_uncompressed_size
                check_ratio(size, chunk.total_compressed_size)
                # many rows may share one value of a dictionary
                shared = chunk.has_dictionary_page and size > _ROWS * _WIDE
                wide |= shared or size > _WIDE * max(1, group.num_rows)
    return wide
