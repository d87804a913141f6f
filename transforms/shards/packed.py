"""What a shard is made of, and its rows of the index, small: encoded until each is at hand.

As objects, samples and annotations take some six times the memory that their bytes do, and a shard
may hold a hundred thousand of them.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

import msgspec
import pyarrow as pa

from gyogwa.schemas.arrow import arrow_schema, table_of
from gyogwa.schemas.row import Row
from gyogwa.schemas.samples import IndexRow

T = TypeVar("T", bound=Row)
_ROWS_AT_ONCE = 4096

Packed = tuple[str, bytes]
"""A row's id, and the row."""
EncodedRows = bytes
"""Rows of an index, as `IndexPart` encodes them."""


def packed(key: str, row: Row) -> Packed:
    """A row to be taken up as `PackedRows`."""
    return key, msgspec.msgpack.encode(row)


class PackedRows(Mapping[str, T], Generic[T]):
    """Rows by their ids, decoded whenever one is asked for. Of several with one id, one stays."""

    def __init__(self, record: type[T], rows: Iterable[Packed]) -> None:
        self._decoder = msgspec.msgpack.Decoder(record)
        self._rows = dict(rows)

    def __getitem__(self, key: str) -> T:
        return self._decoder.decode(self._rows[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class IndexPart:
    """Rows of an index, gathered as Arrow holds them."""

    def __init__(self) -> None:
        self._rows: list[IndexRow] = []
        self._buffer = io.BytesIO()
        self._writer = pa.ipc.new_stream(self._buffer, arrow_schema(IndexRow))

    def add(self, row: IndexRow) -> None:
        """Take another row."""
        self._rows.append(row)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def encoded(self) -> EncodedRows:
        """All of them; see `index_table`."""
        self._flush()
        self._writer.close()
        return self._buffer.getvalue()

    def _flush(self) -> None:
        self._writer.write_table(table_of(IndexRow, self._rows))
        self._rows = []


def index_table(parts: Iterable[EncodedRows]) -> pa.Table:
    """The rows of several parts, in their order."""
    tables = [pa.ipc.open_stream(part).read_all() for part in parts]
    return pa.concat_tables([table_of(IndexRow, []), *tables]).combine_chunks()
