"""Tables of records as Parquet files, one a part of the work, whole or not there at all."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gyogwa.schemas.arrow import read_table, rows_of, table_of
from gyogwa.schemas.layout import is_part
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.folders import list_files
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.storage import open_file, read_bytes
from gyogwa.transforms.files.writing import writing

T = TypeVar("T", bound=Row)


def write_rows(record: type[T], path: str, rows: Iterable[T]) -> int:
    """Write the rows in the order given; returns how many."""
    table = table_of(record, rows)
    with writing(path, f"a table of {record.__name__} rows") as file:
        pq.write_table(table, file, compression="zstd")
    return int(table.num_rows)


def read_rows(record: type[T], path: str) -> Iterator[T]:
    """The rows of one file. Raises GyogwaError when it isn't such a table."""
    yield from rows_of(record, read_table(record, path, source=_source(path)))


def read_whole(record: type[Row], path: str) -> pa.Table:
    """All of one file, as Arrow holds it."""
    return read_table(record, path, source=_source(path))


def read_columns(record: type[Row], path: str, columns: list[str]) -> dict[str, list[Any]]:
    """Some columns of one file, as lists."""
    columns_read: dict[str, list[Any]] = read_table(
        record, path, columns, _source(path)
    ).to_pydict()
    return columns_read


def read_lengths(record: type[Row], path: str, column: str) -> list[int | None]:
    """How long the lists of a column are, `NAME` or `NAME.FIELD` within a struct; None where there
    is none. The lists themselves become no Python objects."""
    outer, *inner = column.split(".")
    found = read_table(record, path, [outer], _source(path))[outer]
    for field in inner:
        found = pc.struct_field(found, field)
    lengths: list[int | None] = pc.list_value_length(found).to_pylist()
    return lengths


def count_rows(paths: Iterable[str], enough: int) -> int:
    """How many rows the files hold; no more of them are opened than it takes to find `enough`."""
    rows = 0
    for path in paths:
        if rows >= enough:
            break
        with open_file(path) as file:
            rows += int(pq.read_metadata(file).num_rows)
    return rows


def about_rows(paths: Sequence[str], enough: int) -> int:
    """About how many rows the files hold, if those that aren't opened are like those that are: the
    first that hold `enough`."""
    rows = opened = 0
    for path in paths:
        if rows >= enough:
            break
        rows += count_rows([path], enough)
        opened += 1
    return rows * len(paths) // max(1, opened)


def list_parts(folder: str) -> list[str]:
    """The parts of a table in a run's folder, sorted; files of other names are somebody else's."""
    paths = list_files(folder, ".parquet")
    return [path for path in paths if is_part(folder, path.rsplit("/", 1)[-1])]


def rows_with(record: type[T], folder: str, column: str, values: Iterable[str]) -> Iterator[T]:
    """The rows of a folder whose `column` holds one of the values; only those become objects."""
    wanted = pa.array(sorted(values), pa.string())
    for path in list_parts(folder):
        table = read_table(record, path, source=_source(path))
        yield from rows_of(record, table.filter(pc.is_in(table[column], wanted)))


def read_folder(record: type[T], folder: str) -> Iterator[T]:
    """The rows of every part in a folder, parts by name."""
    for path in list_parts(folder):
        yield from read_rows(record, path)


def _source(path: str) -> pa.BufferReader | None:
    """The bytes of a remote file. None: pyarrow reads it by itself."""
    # whole: a part is small, and each of the four ranges that Parquet asks for would be a request
    return pa.BufferReader(read_bytes(path)) if is_url(path) else None
