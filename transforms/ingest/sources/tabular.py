"""Rows of tables with images, whatever holds them: what becomes of columns, and rows to records.

Which columns hold images is told by their types and names (`sources.cells`); what the others may
hold, and under which names, is in `labels.vocabulary`. Columns that nothing reads aren't even read
from the file, but named.

`text` beside images is a caption, but for data sets of text recognition: where each of the first
images is a single line (`_is_line`), or where the file or its folder is named for that, such as
`trocr-lines/train.parquet`, it is all that stands on the image. A `label` that the file itself
gives names for (a ClassLabel of `datasets`) is the kind of the image where nothing asks for it.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple

import pyarrow as pa
from PIL import Image
from pyarrow import types

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.believe import believed
from gyogwa.transforms.ingest.labels.file_names import hints_image
from gyogwa.transforms.ingest.labels.mapping import NOTHING, renamed, targets
from gyogwa.transforms.ingest.labels.parquet_rows import cells_of
from gyogwa.transforms.ingest.labels.truth import has_labels
from gyogwa.transforms.ingest.labels.vocabulary import mapped, may_read
from gyogwa.transforms.ingest.limits import check_size
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import attempt, described, licence_of, reject_of
from gyogwa.transforms.ingest.sources.cells import (
    holds_images,
    images_in,
    looks_like_image,
    may_hold_images,
)
from gyogwa.transforms.ingest.sources.folder import talk_in, transcription_in

_MOST_TEXT = 32 << 20
"""Bytes of a row without its images: in Python they take ten times as much."""
_CLASS = "label"
_RECOGNITION = re.compile(
    r"(^|[^a-z])(ocr|trocr|htr|text_?lines?|recognition|transcriptions?)([^a-z]|$)"
)


class Columns(NamedTuple):
    """The names of a file's columns by what becomes of them. `bytes`: images where they look like
    some. `read`: names of labels."""

    images: list[str]
    bytes: list[str]
    read: list[str]
    unread: list[str]


class Table(NamedTuple):
    """What is known of a whole file: its columns, whether its texts are all that its images show,
    and which columns are mapped by hand."""

    columns: Columns
    transcribed: bool
    mapped: str
    classes: list[str]

    @property
    def wanted(self) -> list[str]:
        """The names of all columns that are to be read."""
        return [*self.columns.images, *self.columns.bytes, *self.columns.read]


def records(
    part: SourcePart,
    rows: Callable[[SourceFile, str], Iterator[tuple[Table, pa.RecordBatch]]],
    rule: Literal["broken_arrow", "broken_parquet"],
    name: str,
) -> Iterator[RawRow | Reject]:
    """One record a row of a part's files, from what `rows` gives of a file and of how its columns
    are mapped: batches of one row. A reject for a row that can't be understood, and by `rule` where
    a file, of the format called `name`, breaks."""
    for entry in part.entries:
        try:
            for number, (table, batch) in enumerate(rows(entry, part.columns)):
                uri = f"{entry.uri}#row={number}"
                yield attempt(partial(record_of, batch, table, entry, uri), uri, part.source)
        except BadImage as too_much:
            yield reject_of(entry.uri, "files", too_much, part.source)
        except (pa.ArrowException, OSError, ValueError) as error:
            bad = BadImage(rule, f"the {name} file can't be read (further): {error}")
            yield reject_of(entry.uri, "files", bad, part.source)


def table_of(schema: pa.Schema, first: pa.RecordBatch, entry: SourceFile, mapped: str) -> Table:
    """What is known of the file whose first rows are these. Raises ValueError when nothing of it is
    read."""
    columns = columns_of(schema, mapped)
    shown = [cell for name in columns.images for cell in cells_of(first, name) or []]
    return Table(columns, _transcribes(entry, columns, shown), mapped, classes_in(schema))


def table_of_row(row: dict[str, Any], entry: SourceFile, mapped: str) -> Table:
    """The same of a table that is text, by one of its rows."""
    fields = [(name, pa.string() if _is_text(cell) else pa.null()) for name, cell in row.items()]
    columns = columns_of(pa.schema(fields), mapped)
    return Table(columns, _transcribes(entry, columns, []), mapped, [])


def _is_text(cell: Any) -> bool:
    """Whether a cell is text, or a list of texts."""
    items = cell if isinstance(cell, list) else [cell]
    return bool(items) and all(isinstance(item, str) for item in items)


def classes_in(schema: pa.Schema) -> list[str]:
    """The names of the classes of `label` that `datasets` notes in a schema."""
    try:
        noted = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        names = noted["info"]["features"][_CLASS]["names"]
    except (ValueError, KeyError, TypeError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []


def columns_of(schema: pa.Schema, mapped: str = "") -> Columns:
    """The columns of a table by what becomes of them, by their own names or the ones that the user
    gives them. Raises ValueError when none is read."""
    found, wanted = Columns([], [], [], []), targets(mapped)
    for own in schema:
        field = own.with_name(wanted.get(own.name, own.name))
        if field.name == NOTHING:
            continue
        if holds_images(field):
            found.images.append(own.name)
        elif may_hold_images(field) and not may_read(field.name):
            found.bytes.append(own.name)
        elif may_read(field.name) or (types.is_string(field.type) and hints_image(field.name)):
            found.read.append(own.name)
        else:
            found.unread.append(own.name)
    if not (found.images or found.bytes or found.read):
        raise ValueError(f"none of its columns is known here: {', '.join(schema.names[:20])}")
    return found


def _transcribes(entry: SourceFile, columns: Columns, shown: list[Any]) -> bool:
    if "text" not in columns.read:
        return False
    if _RECOGNITION.search("/".join(entry.uri.lower().rsplit("/", 2)[-2:])):
        return True
    return bool(shown) and all(_is_line(cell) for cell in shown)


def _is_line(cell: Any) -> bool:
    """Whether an image is at least five times as wide as high, and no higher than 160 pixels."""
    data: Any = cell.get("bytes") if isinstance(cell, dict) else cell
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width >= 5 * image.height and image.height <= 160
    except (OSError, ValueError, TypeError):
        return False


def record_of(batch: pa.RecordBatch, table: Table, entry: SourceFile, uri: str) -> RawRow:
    """The record of the one row of a batch. Raises BadImage, TypeError or ValueError."""
    check_size("the row", batch.nbytes)
    pictures = [*table.columns.images, *table.columns.bytes]
    check_size("what the row says", batch.drop_columns(pictures).nbytes, _MOST_TEXT)
    cells: dict[str, Any] = {}
    lost = []
    for name in table.wanted:
        held = cells_of(batch, name)
        if held is None:
            lost.append(name)
        else:
            cells[name] = held[0]
    return record_from(cells, table, entry, uri, lost)


def record_from(
    cells: dict[str, Any], table: Table, entry: SourceFile, uri: str, lost: Iterable[str] = ()
) -> RawRow:
    """The record of a row's cells; `lost` are names of cells that can't be read. Raises BadImage,
    TypeError or ValueError."""
    columns, unread = table.columns, [*table.columns.unread, *lost]
    shown = [cells.pop(name) for name in columns.images if name in cells]
    for name in columns.bytes:
        cell = cells.pop(name, None)
        if looks_like_image(cell):
            shown.append(cell)
        elif cell is not None:
            unread.append(name)
    said = renamed(cells, table.mapped, columns.images)
    if (kind := _class_of(said, table.classes)) is not None:
        said = {**{key: value for key, value in said.items() if key != _CLASS}, "kind": kind}
    row, others = mapped(said, table.transcribed, shown=any(cell is not None for cell in shown))
    datas = _images(shown, row, entry)
    images = [
        described(
            RawImage(
                data=data,
                uri=uri if len(datas) == 1 else f"{uri}&image={index}",
                labelled=has_labels(row) and len(datas) == 1,
                truth=partial(believed, row) if len(datas) == 1 else None,
            ),
            row,
        )
        for index, data in enumerate(datas)
    ]
    talk = talk_in(row, len(images))
    if not images and not talk.conversation:
        raise BadImage("empty_row", f"no image and no conversation in columns {sorted(cells)}")
    names = tuple(dict.fromkeys([*others, *unread]))
    fields = (*columns.images, *row)
    return RawRow(
        uri,
        images,
        talk.conversation,
        licence_of(row),
        fields,
        names,
        talk.places,
        transcription_in(row),
    )


def _class_of(said: dict[str, Any], classes: list[str]) -> str | None:
    """The name of the class of a row's image; None where its label is none, or an answer."""
    number = said.get(_CLASS)
    if not isinstance(number, int) or not 0 <= number < len(classes):
        return None
    asked = any(said.get(name) is not None for name in ("question", "query", "kind"))
    return None if asked else classes[number]


def _images(shown: list[Any], row: dict[str, Any], entry: SourceFile) -> list[bytes]:
    """The images of the cells, or where none holds any, the files that the row names."""
    folder = entry.path.rpartition("/")[0]
    root = entry.path.removesuffix(entry.uri).rstrip("/") or folder
    found = [data for cell in shown for data in images_in(cell, folder, root)]
    named = row.get("file_names") or row.get("file_name")
    if found or named is None:
        return found
    return list(images_in(named, folder, root))
