"""Arrow schemas of the record types, derived from their annotations, and rows to and fro.

A field's Arrow type follows from its Python type: str, int (int64), float (float64), bool,
`list[T]`, `T | None` (nullable) and nested records (struct). There is no second definition that
could drift.
"""

import types
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from schemas import SCHEMA_VERSION
from schemas.errors import GyogwaError
from schemas.records import VERSIONS

T = TypeVar("T")

VERSION_KEY = b"gyogwa.schema"
_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def arrow_type(hint: Any) -> pa.DataType:
    """The Arrow type of a Python type hint. Raises TypeError for one outside the list above."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if get_origin(hint) is list:
        return pa.list_(arrow_type(get_args(hint)[0]))
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = [arg for arg in get_args(hint) if arg is not type(None)]
        return arrow_type(inner)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return pa.struct([pa.field(f.name, arrow_type(hints[f.name])) for f in fields(hint)])
    raise TypeError(f"no Arrow type for {hint!r}")


def arrow_schema(record: Any) -> pa.Schema:
    """The schema of a table of `record`, with the format version in its metadata."""
    version = str(version_of(record)).encode()
    return pa.schema(list(arrow_type(record)), metadata={VERSION_KEY: version})


def version_of(record: type) -> int:
    """The version of the tables of `record`."""
    return VERSIONS.get(record, SCHEMA_VERSION)


_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(record: type) -> TypeAdapter[Any]:
    if record not in _adapters:
        _adapters[record] = TypeAdapter(record)
    return _adapters[record]


def table_of(record: type[T], rows: Iterable[T]) -> pa.Table:
    """A table of records, in the order given."""
    dicts = [asdict(row) for row in rows]  # type: ignore[call-overload]
    return pa.Table.from_pylist(dicts, schema=arrow_schema(record))


def rows_of(record: type[T], table: pa.Table) -> Iterator[T]:
    """The records of a table that `table_of` made."""
    validate = _adapter(record).validate_python
    for row in table.to_pylist():
        yield validate(row)


def read_table(record: type, path: Any, columns: list[str] | None = None) -> pa.Table:
    """Read one Parquet file of `record`. Raises GyogwaError when it isn't one of this version."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise GyogwaError(
            f"{path}: not a readable Parquet file ({error}); delete it and run again"
        ) from error
    version = (file.schema_arrow.metadata or {}).get(VERSION_KEY, b"none").decode()
    expected = version_of(record)
    if version != str(expected):
        raise GyogwaError(
            f"{path}: written with schema version {version}, this release reads "
            f"{expected}; rebuild the run in a new --output"
        )
    return file.read(columns=columns)
