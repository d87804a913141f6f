"""Hugging Face Parquet: an `image` struct `{bytes, path}` or a list `images`, and conversations.

Rows are read in batches, so a file of any size needs little memory. A row may also hold what a row
of `metadata.jsonl` may: words, tables, `kind`, `text` and so on.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import Reject
from transforms.decode import BadImage
from transforms.sources.folder import conversation_from
from transforms.sources.labels import truth_of
from transforms.sources.raw import RawImage, RawRecord, SourcePart
from transforms.sources.rows import attempt, described, licence_of

_ROWS = 16
_COLUMNS = (
    "image", "images", "conversations", "conversation", "messages", "texts", "text", "caption",
    "words", "lines", "blocks", "tables", "charts", "kind", "document", "page",
    "licence", "license",
)  # fmt: skip
"""Others aren't read: their types may be ones that Python can't hold."""


def read_rows(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record a row; a reject for a row that can't be understood."""
    for entry in part.entries:
        try:
            for number, row in enumerate(_rows(entry.path)):
                uri = f"{entry.uri}#row={number}"
                yield attempt(partial(_record, row, uri), uri, part.source)
        except (pa.ArrowException, OSError, ValueError) as error:
            message = f"the Parquet file can't be read (further): {error}"
            yield Reject(
                entry.uri, "ingest", "broken_parquet", "", "", message, part.source, entry.uri
            )


def _rows(path: str) -> Iterator[pa.RecordBatch]:
    """Batches of one row: a cell that Python can't hold spoils only its own row."""
    with fsspec.open(path, "rb") as file:
        table = pq.ParquetFile(file)
        known = [name for name in table.schema_arrow.names if name in _COLUMNS]
        if not known:
            raise ValueError(f"none of its columns is one of {', '.join(_COLUMNS)}")
        for batch in table.iter_batches(_ROWS, columns=known):
            for index in range(batch.num_rows):
                yield batch.slice(index, 1)


def _record(batch: pa.RecordBatch, uri: str) -> RawRecord:
    (row,) = batch.to_pylist()
    cells = row.get("images") or ([row["image"]] if row.get("image") is not None else [])
    if not isinstance(cells, list):
        raise TypeError(f"images is {type(cells).__name__}, expected a list")
    images = [
        described(
            RawImage(
                data=_bytes(cell),
                uri=uri if len(cells) == 1 else f"{uri}&image={index}",
                truth=partial(truth_of, row) if len(cells) == 1 else None,
            ),
            row,
        )
        for index, cell in enumerate(cells)
    ]
    conversation = conversation_from(row, len(images), uri)
    if not images and not conversation:
        raise BadImage("empty_row", f"no image and no conversation in columns {sorted(row)}")
    return RawRecord(uri, images, conversation, licence_of(row))


def _bytes(cell: Any) -> bytes:
    if isinstance(cell, bytes):
        return cell
    if isinstance(cell, dict) and isinstance(cell.get("bytes"), bytes):
        return bytes(cell["bytes"])
    raise BadImage("image_not_embedded", "expected {bytes, path} with the bytes of the image")
