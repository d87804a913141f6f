"""The columns of an input's tables, and how they would be mapped, by the first row of each."""

import csv
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.transforms.ingest.label_rows import is_metadata
from gyogwa.transforms.ingest.labels import csv_rows, json_rows
from gyogwa.transforms.ingest.labels.explained import explained
from gyogwa.transforms.ingest.labels.form import HEAD, Head
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import ListedFile

_TABLES = ("csv_rows", "json_rows", "parquet_rows", "parquet", "metadata")


def mapped_columns(files: list[ListedFile]) -> Iterator[str]:
    """A line for the first file of each set of columns: what each would be."""
    told = set()
    for file in files:
        kind = "metadata" if is_metadata(file) else file.form or file.kind
        if kind not in _TABLES:
            continue
        row = _first_row(file, kind)
        found = explained(row, file.columns, shown=kind == "parquet")
        if found and tuple(found) not in told:
            told.add(tuple(found))
            columns = "; ".join(f"{name} → {fields}" for name, fields in found.items())
            yield f"columns of {file.uri}: {columns}"


def _first_row(file: ListedFile, kind: str) -> dict[str, Any]:
    """The first row of a file, {} where it can't be read, which ingest tells."""
    try:
        with LISTED.open(file.path) as stream:
            if kind in ("parquet", "parquet_rows"):
                batches = pq.ParquetFile(stream).iter_batches(1)
                return next((batch.to_pylist()[0] for batch in batches if batch.num_rows), {})
            head = Head(file.uri, stream.read(HEAD), file.columns)
        if kind == "csv_rows":
            return csv_rows.first_row(head)
        found = json_rows.first_rows(head)[:1] if kind == "json_rows" else [_line(head)]
    except (OSError, ValueError, pa.ArrowException, csv.Error):
        return {}
    return found[0] if found and isinstance(found[0], dict) else {}


def _line(head: Head) -> Any:
    return json.loads(head.first_line)
