"""Tables as text with their images in them: TSV, CSV and JSON lines with base64.

MMBench and its Korean sisters come as TSV with a column `image` of base64
(https://github.com/open-compass/VLMEvalKit, docs/en/Development.md); others write JSON lines or CSV
so. A table whose images are files beside it is one of labels (`labels.csv_rows`). What becomes of
columns and rows is in `sources.tabular`.

Memory: one row.
"""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.csv_rows import delimiter_of, long_cells
from gyogwa.transforms.ingest.labels.form import LabelFile
from gyogwa.transforms.ingest.labels.streams import encoding_of
from gyogwa.transforms.ingest.labels.text import decoded
from gyogwa.transforms.ingest.limits import MAX_BYTES
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import attempt, reject_of, row_of
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.tabular import record_from, table_of_row

_ENDINGS = (".tsv", ".csv", ".jsonl", ".ndjson")
_IMAGE = (
    r"(data:image/[a-z+]+;base64,)?(/9j/|iVBORw0KGgo|UklGR|R0lGOD|SUkqA|TU0AK)[A-Za-z0-9+/]{60}"
)
"""How base64 of an image begins: JPEG, PNG, WebP, GIF, TIFF."""
_IN_CELL = re.compile(rf'(^|[\t,;|\n\["])"?\s*{_IMAGE}')
_MOST_LINE = MAX_BYTES // 3 * 4
"""Characters of a line at most."""


def holds_images(uri: str, head: bytes) -> bool:
    """Whether a file is such a table, by its name and its start."""
    if not uri.lower().endswith(_ENDINGS):
        return False
    return _IN_CELL.search(decoded(head, cut=True).text) is not None


def read_rows(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a row; a reject for a row that can't be understood, or where the file breaks."""
    for entry in part.entries:
        try:
            file = LabelFile(entry.uri, partial(LISTED.open, entry.path))
            read = _json_lines if entry.uri.lower().endswith(_ENDINGS[2:]) else _cells
            for number, row in enumerate(read(file)):
                uri = f"{entry.uri}#row={number}"
                if isinstance(row, ValueError):
                    yield reject_of(uri, "rows", BadImage("bad_row", str(row)), part.source)
                    continue
                yield attempt(partial(_record, row, entry, uri, part.columns), uri, part.source)
        except (csv.Error, ValueError) as error:
            bad = BadImage("bad_metadata", f"the table can't be read (further): {error}")
            yield reject_of(entry.uri, "files", bad, part.source)


FORMAT = Format("text_table", (), read_rows, tabular=True)


def _record(row: dict[str, Any], entry: SourceFile, uri: str, mapped: str) -> RawRow:
    """Each row has the columns of its own cells: those that are empty are absent."""
    table = table_of_row(row, entry, mapped)
    cells = {name: cell for name, cell in row.items() if name in table.wanted}
    return record_from(cells, table, entry, uri)


def _cells(file: LabelFile) -> Iterator[dict[str, Any] | ValueError]:
    encoding = encoding_of(file)
    with file.open() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        start = text.readline()
        delimiter = delimiter_of(start)
        names = [name.strip() for name in next(csv.reader([start], delimiter=delimiter), [])]
        rows = csv.reader(_lines(text), delimiter=delimiter)
        while True:
            with long_cells(_MOST_LINE):
                cells = next(rows, None)
            if cells is None:
                return
            if len(cells) > len(names):
                yield ValueError(f"{len(cells)} cells, but {len(names)} columns have names")
            elif any(cells):
                pairs = zip(names, cells, strict=False)
                yield {name: cell for name, cell in pairs if name and cell != ""}


def _json_lines(file: LabelFile) -> Iterator[dict[str, Any] | ValueError]:
    with file.open() as stream, io.TextIOWrapper(stream, encoding_of(file)) as text:
        for line in _lines(text):
            if line.strip():
                try:
                    yield {k: v for k, v in row_of(line).items() if v is not None}
                except ValueError as error:
                    yield error


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(iter(partial(text.readline, _MOST_LINE), ""), 2):
        if len(line) == _MOST_LINE:
            raise ValueError(f"line {number} has more than {_MOST_LINE:,} characters")
        yield line
