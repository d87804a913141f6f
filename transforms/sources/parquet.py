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

_ROWS = 16


def read_rows(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record a row; a reject for a row that can't be understood."""
    for entry in part.entries:
        try:
            for number, row in enumerate(_rows(entry.path)):
                uri = f"{entry.uri}#row={number}"
                try:
                    yield _record(row, uri)
                except BadImage as error:
                    yield Reject(
                        uri, "ingest", error.rule, error.value, error.threshold,
                        error.message, part.source, uri,
                    )  # fmt: skip
        except (pa.ArrowInvalid, OSError) as error:
            message = f"the Parquet file can't be read (further): {error}"
            yield Reject(
                entry.uri, "ingest", "broken_parquet", "", "", message, part.source, entry.uri
            )


def _rows(path: str) -> Iterator[dict[str, Any]]:
    with fsspec.open(path, "rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(_ROWS):
            yield from batch.to_pylist()


def _record(row: dict[str, Any], uri: str) -> RawRecord:
    cells = row.get("images") or ([row["image"]] if row.get("image") is not None else [])
    licence = str(row.get("licence") or row.get("license") or "")
    images = [
        RawImage(
            data=_bytes(cell),
            uri=uri if len(cells) == 1 else f"{uri}&image={index}",
            kind=str(row.get("kind") or "image"),
            document=str(row.get("document") or ""),
            page=int(row.get("page") or 1),
            licence=licence,
            truth=partial(truth_of, row) if len(cells) == 1 and row.get("words") else None,
        )
        for index, cell in enumerate(cells)
    ]
    record = RawRecord(uri, images, conversation_from(row, len(images), uri), licence)
    if not record.images and not record.conversation:
        raise BadImage("empty_row", f"no image and no conversation among columns {sorted(row)}")
    return record


def _bytes(cell: Any) -> bytes:
    if isinstance(cell, bytes):
        return cell
    if isinstance(cell, dict) and isinstance(cell.get("bytes"), bytes):
        return bytes(cell["bytes"])
    raise BadImage("image_not_embedded", "expected {bytes, path} with the bytes of the image")
