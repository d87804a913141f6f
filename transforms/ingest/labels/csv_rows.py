"""CSV and TSV files with a row an image: `metadata.csv` of a Hugging Face ImageFolder, and others
whose first line names a column of files and one that says something of them.

Cells that are empty are absent; those that hold JSON are read as that. The comma, the semicolon,
the tab or the bar parts the columns, whichever the first line has most of; a line above it that
says which (`sep=;`, as Excel understands) is no row.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.published_rows import label_row, says_something
from gyogwa.transforms.ingest.labels.streams import encoding_of
from gyogwa.transforms.ingest.labels.values import row_or_error
from gyogwa.transforms.ingest.labels.word_rows import holds_words, in_images

_NAMED = ("metadata.csv", "metadata.tsv")
_SEPARATOR = re.compile(r'\A"?sep=."?\r?\n')
_LONGEST = 1 << 26
"""Characters of a cell at most."""


def _fits(head: Head) -> bool:
    try:
        names, first = _start(head)
    except csv.Error:
        return False
    if head.name in _NAMED and "file_name" in names:
        return True
    if first and holds_words([name.strip() for name in names], _row(names, first)):
        return True
    return len(names) > 1 and says_something(_row(names, first), columns=head.columns)


def _start(head: Head) -> tuple[list[str], list[str]]:
    """The names of columns, and the cells of the first row. Raises csv.Error."""
    text = _SEPARATOR.sub("", head.text)
    with long_cells():
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        return next(rows, []), next(rows, [])


def first_row(head: Head) -> dict[str, Any]:
    """The first row as published. Raises csv.Error."""
    return dict(_row(*_start(head)))


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    encoding = encoding_of(file)
    with file.open() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        start = text.readline()
        start = text.readline() if _SEPARATOR.fullmatch(start) else start
        delimiter = delimiter_of(start)
        names = next(csv.reader([start], delimiter=delimiter), [])
        lines = _lines(csv.reader(text, delimiter=delimiter))
        first = next(lines, None)
        lines = chain([first] if first else [], lines)
        if first and holds_words([name.strip() for name in names], _row(names, first[1])):
            yield from _with_words(names, lines, file.columns)
            return
        for number, cells in lines:
            yield row_or_error(f"line {number}", _of_cells, names, cells, file.columns)


def _lines(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that isn't blank, with its number."""
    while True:
        try:
            with long_cells():
                cells = next(rows, None)
        except (csv.Error, UnicodeError) as error:
            raise ValueError(f"line {rows.line_num + 1}: {error}") from error
        if cells is None:
            return
        if any(cells):
            yield rows.line_num + 1, cells


def _with_words(
    names: list[str], lines: Iterator[tuple[int, list[str]]], columns: str
) -> Iterator[LabelRow | ValueError]:
    """A row for each image, of tables with a word a line; lines of too many cells by themselves."""
    broken: list[ValueError] = []

    def rows() -> Iterator[dict[str, Any]]:
        try:
            for number, cells in lines:
                if len(cells) > len(names):
                    broken.append(ValueError(f"line {number}: {_too_many(names, cells)}"))
                else:
                    yield renamed(_row(names, cells), columns)
        except ValueError as error:  # what stands before it is kept
            broken.append(error)

    for row in in_images(rows()):
        yield row_or_error("the words of an image", label_row, row)
    yield from broken


def _of_cells(names: list[str], cells: list[str], columns: str) -> LabelRow:
    if len(cells) > len(names):
        raise ValueError(_too_many(names, cells))
    return label_row(_row(names, cells), columns)


def _too_many(names: list[str], cells: list[str]) -> str:
    return f"{len(cells)} cells, but {len(names)} columns have names"


def _row(names: list[str], cells: list[str]) -> dict[str, Any]:
    pairs = zip(names, cells, strict=False)
    return {name.strip(): cell for name, cell in pairs if name.strip() and cell != ""}


def delimiter_of(text: str) -> str:
    """What parts the columns of a table, by its first line."""
    line = text.split("\n", 1)[0]
    return max(",;\t|", key=line.count)


@contextmanager
def long_cells(most: int = _LONGEST) -> Iterator[None]:
    """Cells of up to so many characters, while this lasts."""
    before = csv.field_size_limit(most)
    try:
        yield
    finally:
        csv.field_size_limit(before)


FORM = LabelForm(
    name="csv_rows",
    endings=(".csv", ".tsv"),
    published="https://huggingface.co/docs/datasets/image_dataset",
    fits=_fits,
    rows=_rows,
)
