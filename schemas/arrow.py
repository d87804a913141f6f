"""Arrow schemas of the record types, derived from their annotations, and rows to and fro.

A field's Arrow type follows from its Python type: str, int (int64), float (float64), bool,
`list[T]`, `T | None` (nullable), nested rows (struct) and `Literal`s of text, whose values stand in
the field's metadata. There is no second definition that could drift. Rows become columns, and
columns rows, field by field and not row by row.
"""

import types
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from inspect import Parameter, signature
from itertools import chain, pairwise
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Annotation, Conversation, Image
from gyogwa.schemas.row import Row

T = TypeVar("T", bound=Row)

VERSION_KEY = b"gyogwa.schema"
VALUES_KEY = b"gyogwa.values"
"""In the metadata of a field that holds one of a few texts: those texts, comma-separated."""
VERSIONS: dict[type, int] = {Image: 3, Annotation: 2, Duplicate: 3, Conversation: 2}
"""Versions of the tables that have changed since the first release of the formats."""
_ROWS_AT_ONCE = 4096
_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def arrow_type(hint: Any) -> pa.DataType:
    """The Arrow type of a Python type hint. Raises TypeError for one outside the list above."""
    hint = _without_none(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if literal_values(hint):
        return pa.string()
    if get_origin(hint) is list:
        return pa.list_(arrow_type(get_args(hint)[0]))
    if _is_row(hint):
        return pa.struct([_field(name, of) for name, of in hints_of(hint).items()])
    raise TypeError(f"no Arrow type for {hint!r}")


def _field(name: str, hint: Any) -> pa.Field:
    values = ",".join(sorted(literal_values(hint)))
    return pa.field(name, arrow_type(hint), metadata={VALUES_KEY: values} if values else None)


@cache
def arrow_schema(record: type[Row]) -> pa.Schema:
    """The schema of a table of `record`, with the format version in its metadata."""
    version = str(version_of(record)).encode()
    return pa.schema(list(arrow_type(record)), metadata={VERSION_KEY: version})


def version_of(record: type[Row]) -> int:
    """The version of the tables of `record`."""
    return VERSIONS.get(record, SCHEMA_VERSION)


def hints_of(record: type[Row]) -> dict[str, Any]:
    """The fields of a record with their types, in order."""
    hints = get_type_hints(record)
    return {name: hints[name] for name in record.__struct_fields__}


def literal_values(hint: Any) -> tuple[str, ...]:
    """The values of a Literal or of a union of them, each once; () for any other hint."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        parts = [literal_values(part) for part in get_args(hint)]
        return tuple(dict.fromkeys(chain.from_iterable(parts))) if all(parts) else ()
    return ()


def _is_row(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Row)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, types.UnionType) or literal_values(hint):
        return hint
    (inner,) = [arg for arg in get_args(hint) if arg is not type(None)]
    return inner


def table_of(record: type[T], rows: Iterable[T]) -> pa.Table:
    """A table of records, in the order given."""
    listed = list(rows)
    schema = arrow_schema(record)
    columns = [
        _column(hint, [getattr(row, name) for row in listed])
        for name, hint in hints_of(record).items()
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(hint: Any, values: Sequence[Any]) -> pa.Array:
    """Values of one field of many rows as an Arrow array; None where the row above it is None."""
    hint = _without_none(hint)
    if get_origin(hint) is list:
        (inner,) = get_args(hint)
        lengths = np.fromiter((len(value or ()) for value in values), np.int32, len(values))
        ends = np.concatenate([[0], lengths.cumsum()]).astype(np.int32)
        flat = list(chain.from_iterable(value or () for value in values))
        return pa.ListArray.from_arrays(pa.array(ends), _column(inner, flat))
    if not _is_row(hint):
        return pa.array(values, arrow_type(hint))
    missing = [value is None for value in values]
    children = [
        _column(of, [None if value is None else getattr(value, name) for value in values])
        for name, of in hints_of(hint).items()
    ]
    return pa.StructArray.from_arrays(
        children,
        fields=list(arrow_type(hint)),
        mask=pa.array(missing, pa.bool_()) if any(missing) else None,
    )


def rows_of(record: type[T], table: pa.Table) -> Iterator[T]:
    """The records of a table that `table_of` made. Some thousand at once become Python's values,
    which take many times the memory."""
    for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
        columns = [_values(hint, batch.column(name)) for name, hint in hints_of(record).items()]
        yield from _made(record, columns)


def _made(record: type[T], columns: Sequence[Sequence[Any]]) -> Iterator[T]:
    """Rows of columns that stand in the order of the record's fields."""
    kinds = {parameter.kind for parameter in signature(record).parameters.values()}
    if Parameter.KEYWORD_ONLY not in kinds:
        return map(record, *columns)
    names = record.__struct_fields__
    return (record(**dict(zip(names, of, strict=True))) for of in zip(*columns, strict=True))


def _values(hint: Any, array: pa.Array) -> list[Any]:
    """The values of an array as Python objects, one an element."""
    hint = _without_none(hint)
    if get_origin(hint) is list:
        (inner,) = get_args(hint)
        flat = _values(inner, array.flatten())
        lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        ends = np.concatenate([[0], lengths.cumsum()]).tolist()
        return [flat[start:end] for start, end in pairwise(ends)]
    if not _is_row(hint):
        found: list[Any] = array.to_pylist()
        return found
    columns = [_values(of, array.field(name)) for name, of in hints_of(hint).items()]
    rows = list(_made(hint, columns))
    if not array.null_count:
        return rows
    missing = array.is_null().to_pylist()
    return [None if gone else row for row, gone in zip(rows, missing, strict=True)]


def read_table(
    record: type[Row], path: Any, columns: list[str] | None = None, source: Any = None
) -> pa.Table:
    """Read one Parquet file of `record`: that at `path`, or what `source` holds, of that name.
    Raises GyogwaError when it isn't one of this version."""
    try:
        file = pq.ParquetFile(path if source is None else source)
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
    if not file.schema_arrow.equals(arrow_schema(record)):
        raise GyogwaError(
            f"{path}: its columns aren't those of {record.__name__} in this release; rebuild the "
            "run in a new --output"
        )
    return file.read(columns=columns)
