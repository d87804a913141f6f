"""Tables of records as Parquet files, one a part of the work, whole or not there at all."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.arrow import read_table, rows_of, table_of
from transforms.storage import is_url, list_files, writing

T = TypeVar("T")


def write_rows(record: type[T], path: str, rows: Iterable[T]) -> int:
    """Write the rows in the order given; returns how many."""
    table = table_of(record, rows)
    with writing(path) as file:
        pq.write_table(table, file, compression="zstd")
    return int(table.num_rows)


def read_rows(record: type[T], path: str) -> Iterator[T]:
    """The rows of one file. Raises GyogwaError when it isn't such a table."""
    yield from rows_of(record, read_table(record, _source(path)))


def read_columns(record: type, path: str, columns: list[str]) -> dict[str, list[Any]]:
    """Some columns of one file, as lists."""
    columns_read: dict[str, list[Any]] = read_table(record, _source(path), columns).to_pydict()
    return columns_read


def rows_with(record: type[T], folder: str, column: str, values: Iterable[str]) -> Iterator[T]:
    """The rows of a folder whose `column` holds one of the values; only those become objects."""
    wanted = pa.array(sorted(values), pa.string())
    for path in list_files(folder, ".parquet"):
        table = read_table(record, _source(path))
        yield from rows_of(record, table.filter(pc.is_in(table[column], wanted)))


def read_folder(record: type[T], folder: str) -> Iterator[T]:
    """The rows of every part in a folder, parts by name."""
    for path in list_files(folder, ".parquet"):
        yield from read_rows(record, path)


def _source(path: str) -> Any:
    if not is_url(path):
        return path
    import fsspec

    return fsspec.open(path, "rb").open()
