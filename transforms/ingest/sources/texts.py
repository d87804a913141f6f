"""Texts without images, of inputs that are given as such: plain text, JSON lines, Parquet.

A plain text (`.txt`, or `.md` with its headings) is cut at empty lines. A row of JSON lines or of a
table is a text (`text`, or what else such columns are called, with a `title`) or a conversation in
any form that `labels` reads. Texts are cut into passages between headings, of a few paragraphs
each, one record a passage. Memory: one row or passage.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines
from gyogwa.transforms.ingest.labels.form import LabelFile
from gyogwa.transforms.ingest.labels.streams import encoding_of, lines_in
from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.limits import check_size
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import attempt, licence_of, reject_of, row_of
from gyogwa.transforms.ingest.sources.folder import talk_in
from gyogwa.transforms.ingest.sources.formats import Format

PLAIN, LINES, TABLE = (".txt", ".md"), (".jsonl", ".ndjson"), (".parquet",)
ENDINGS = (*PLAIN, *LINES, *TABLE)
_TEXTS = ("text", "content", "body", "article", "passage", "paragraph", "본문", "내용")
_TITLES = ("title", "headline", "heading", "제목")
_LONGEST = 1200
"""Characters of a passage, if no single paragraph is longer."""
_MOST = 1 << 16
"""Characters of a paragraph at most: more is no running text."""
_LINES_LOOKED_AT = 20_000
"""Of a plain text, to learn how it writes its words."""
_ROWS = 256
_ATX = re.compile(r"^#{1,6}\s+(?P<heading>.+?)\s*#*$")


def read_rows(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a passage or conversation; a reject for a row that can't be understood, or where
    a file breaks."""
    for entry in part.entries:
        try:
            if entry.uri.lower().endswith(PLAIN):
                yield from _of_text(_pieces(entry), entry.uri, {})
            else:
                yield from _of_rows(entry, part.source)
        except BadImage as too_much:
            yield reject_of(entry.uri, "files", too_much, part.source)
        except (pa.ArrowException, OSError, ValueError) as error:
            bad = BadImage("bad_metadata", f"the texts can't be read (further): {error}")
            yield reject_of(entry.uri, "files", bad, part.source)


FORMAT = Format("text", (), read_rows, tabular=True)


def _of_rows(entry: SourceFile, source: str) -> Iterator[RawRow | Reject]:
    rows = _json_rows(entry) if entry.uri.lower().endswith(LINES) else _table_rows(entry)
    for number, row in enumerate(rows):
        uri = f"{entry.uri}#row={number}"
        if isinstance(row, ValueError):
            yield reject_of(uri, "rows", BadImage("bad_row", str(row)), source)
        elif text := _text_in(row):
            pieces = [f"# {title}"] if (title := _named(row, _TITLES)) else []
            yield from _of_text([*pieces, *_apart(text)], uri, row)
        else:
            yield attempt(partial(_talk, row, uri), uri, source)


def _text_in(row: dict[str, Any]) -> str:
    """The text of a row; "" where it holds a conversation, or none."""
    told = any(name in row for name in ("conversations", "messages", "question", "instruction"))
    return "" if told else _named(row, _TEXTS)


def _named(row: dict[str, Any], names: Iterable[str]) -> str:
    found = (row[name] for name in names if isinstance(row.get(name), str))
    return next((text.strip() for text in found if text.strip()), "")


def _apart(text: str) -> list[str]:
    """The paragraphs of a row's text, apart by empty lines; by any, where there are none such."""
    pieces = re.split(r"\n\s*\n", text)
    return pieces if len(pieces) > 1 else text.splitlines()


def _talk(row: dict[str, Any], uri: str) -> RawRow:
    """The record of a row that holds a conversation. Raises BadImage, TypeError or ValueError."""
    said, unread = mapped(row)
    talk = talk_in(said, 0)
    if not talk.conversation:
        raise BadImage("empty_row", f"no text and no conversation in columns {sorted(row)}")
    return RawRow(uri, [], talk.conversation, licence_of(said), tuple(said), unread)


def _of_text(pieces: Iterable[str], uri: str, row: dict[str, Any]) -> Iterator[RawRow | Reject]:
    """The passages of a text, from its paragraphs and headings."""
    joint = "&" if "#" in uri else "#"
    for number, passage in enumerate(_passages(map(_paragraph, pieces))):
        turn = Turn("assistant", passage)
        place = f"{uri}{joint}passage={number}"
        yield RawRow(place, [], [turn], licence_of(row), ("text",))


def _paragraph(piece: str) -> str:
    """A piece between empty lines without needless space; a heading of Markdown as `# ` and its
    text."""
    lines = (" ".join(line.split()) for line in piece.splitlines())
    text = unicodedata.normalize("NFC", "\n".join(line for line in lines if line))
    heading = _ATX.match(text)
    return f"# {heading['heading']}" if heading else text


def _passages(pieces: Iterable[str]) -> Iterator[str]:
    """Paragraphs gathered to passages: one begins at a heading, and where it would be too long."""
    held: list[str] = []
    for piece in pieces:
        full = sum(map(len, held)) + len(piece) > _LONGEST
        if held and (piece.startswith("# ") or (full and not held[-1].startswith("# "))):
            yield "\n\n".join(held)
            held = []
        if piece:
            held.append(piece)
    if held:
        yield "\n\n".join(held)


def _pieces(entry: SourceFile) -> Iterator[str]:
    """The paragraphs of a plain text, their lines joined where it is known how; a heading of
    Markdown is one by itself."""
    file = LabelFile(entry.uri, partial(LISTED.open, entry.path))
    known = Vocabulary(line for _, line in islice(lines_in(file), _LINES_LOOKED_AT))
    held: list[str] = []
    with file.open() as stream, io.TextIOWrapper(stream, encoding_of(file)) as text:
        while line := text.readline(_MOST):
            heading = entry.uri.lower().endswith(".md") and _ATX.match(line.strip())
            if held and (heading or not line.strip() or sum(map(len, held)) > _MOST):
                yield _joined(held, known)
                held = []
            if heading:
                yield line.strip()
            elif line.strip():
                held.append(line.strip())
    if held:
        yield _joined(held, known)


def _joined(lines: list[str], known: Vocabulary) -> str:
    """Lines as one; as they are where it isn't known how a word goes on, since some programs break
    Korean lines anywhere."""
    return join_lines(lines, known) if is_sure(lines, known) else "\n".join(lines)


def _json_rows(entry: SourceFile) -> Iterator[dict[str, Any] | ValueError]:
    for _, line in lines_in(LabelFile(entry.uri, partial(LISTED.open, entry.path))):
        try:
            yield {name: cell for name, cell in row_of(line).items() if cell is not None}
        except ValueError as error:
            yield error


def _table_rows(entry: SourceFile) -> Iterator[dict[str, Any] | ValueError]:
    with LISTED.open(entry.path) as file:
        for batch in pq.ParquetFile(file).iter_batches(_ROWS):
            check_size("a batch of rows", batch.nbytes)
            for row in batch.to_pylist():
                yield {name: cell for name, cell in row.items() if cell is not None}
