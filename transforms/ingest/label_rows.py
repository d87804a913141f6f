"""Files of labels to their rows: what of each decides where it goes, and where it can be read.

`metadata.jsonl` is read in blocks, each row where it stands. Of other forms a file about one image
is read again where the image is; one of many rows is written to the run's folder once, a line of
JSON a row, and its rows are found there. What travels is where a row is and what is asked of it
here, some 300 bytes, never its text.
"""

import json
import posixpath
from collections.abc import Iterator
from functools import partial
from typing import Any

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.files.writing import writing
from gyogwa.transforms.ingest.labels.believe import is_undecided
from gyogwa.transforms.ingest.labels.faults import FAULTS
from gyogwa.transforms.ingest.labels.form import LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.infer import extent_of
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.registry import FORMS
from gyogwa.transforms.ingest.labels.streams import MOST_LINE
from gyogwa.transforms.ingest.labels.text import line_text
from gyogwa.transforms.ingest.labels.truth import LABELS, SAYS
from gyogwa.transforms.ingest.labels.values import number_of
from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.listing import LISTED, read_beside
from gyogwa.transforms.ingest.matching import ANY_ENDING
from gyogwa.transforms.ingest.raw import METADATA, SAID, UNDECIDED, ListedFile, RowRef
from gyogwa.transforms.ingest.rows import digest_of, is_unicode, reject_of, row_of
from gyogwa.transforms.ingest.sources.folder import names_in, talks

REJECTED = "rejected"
ROWS_VERSION = 6
"""Raise it when rows of the same files come out otherwise: they are then written anew."""
_BLOCK = 4 << 20
_ONE = 4 << 20
"""Bytes of a file that is read again for each of its images, which is one but for odd files."""
_BOM = b"\xef\xbb\xbf"


class Block(Row, frozen=True):
    """A run of whole lines of a `metadata.jsonl`: where it is, in bytes, and the number of its
    first line, from 1. `too_long`: it is one line, which isn't read."""

    source: str
    uri: str
    path: str
    offset: int
    length: int
    first: int
    columns: str = ""
    too_long: bool = False


class MetadataRow(Row, frozen=True):
    """What of a row decides where it goes: the folder of its file, and the files that it names
    from there; a hash of each of `SAYS` that it holds ("" for others); whether it holds a
    conversation. `loose`: its names are looked for in all the input. `extent`: of its boxes, where
    nothing says how they are meant. `page`: of a document, 0 where it says none."""

    source: str
    uri: str
    ref: RowRef
    folder: str
    names: tuple[str, ...]
    says: tuple[str, ...]
    talks: bool
    loose: bool = False
    extent: tuple[int, int, int] = (0, 0, 0)
    page: int = 0

    @property
    def key(self) -> str:
        """Its source and URI: the same for the same row again."""
        return f"{self.source}/{self.uri}"

    @property
    def labelled(self) -> bool:
        """Whether it says what stands on the image."""
        return any(self.says[: len(LABELS)])

    def rank(self) -> tuple[bool, bool, str]:
        """Rows that only a file's own entry can carry come first, then the order of hashes."""
        return not self.labelled, self.talks, self.uri


def blocks_of(file: ListedFile) -> Iterator[Block]:
    """A file's lines in runs of 4 MiB or little more; a line that is too long by itself."""

    def block(length: int, too_long: bool = False) -> Block:
        where = (file.source, file.uri, file.path, offset, length, line)
        return Block(*where, file.columns, too_long)

    with LISTED.open(file.path) as stream:
        offset, line = 0, 1
        while data := stream.read(_BLOCK):
            rest = b"" if data.endswith(b"\n") else stream.readline(MOST_LINE)
            whole = rest.endswith(b"\n") or len(rest) < MOST_LINE
            length = len(data) + len(rest) if whole else data.rfind(b"\n") + 1
            if length:
                yield block(length)
            offset += length
            line += (data + rest if whole else data).count(b"\n")
            if whole:
                continue
            length = len(data) + len(rest) - length
            while piece := stream.readline(_BLOCK):
                length += len(piece)
                if piece.endswith(b"\n"):
                    break
            yield block(length, too_long=True)
            offset += length
            line += 1


def rows_in(block: Block, boxes: dict[str, str] | None = None) -> Iterator[Any]:
    """The rows of a block; a reject for a line that can't be read, which spoils no other. `boxes`:
    what the user says of boxes, by source."""
    if block.too_long:
        message = f"line {block.first}: of {block.length:,} bytes, {MOST_LINE:,} are the most"
        bad = BadImage("bad_metadata", message, str(block.length), str(MOST_LINE))
        yield rejected(f"{block.uri}#line={block.first}", bad, block.source)
        return
    offset = block.offset
    lines = LISTED.read_exactly(block.path, offset, block.length).split(b"\n")
    for number, line in enumerate(lines, block.first):
        start = len(_BOM) if not offset and line.startswith(_BOM) else 0
        text = line_text(line[start:])
        if text.strip():
            try:
                row = renamed(row_of(text), block.columns)
                ref = RowRef(
                    *(block.path, offset + start, len(line) - start, digest_of(row)),
                    columns=block.columns,
                )
                yield _row(block, row, ref, METADATA, False, boxes or {})
            except ValueError as error:
                bad = BadImage("bad_metadata", f"line {number}: {error}")
                yield rejected(f"{block.uri}#line={number}", bad, block.source)
        offset += len(line) + 1


def rows_of(file: ListedFile, folder: str, boxes: dict[str, str] | None = None) -> Iterator[Any]:
    """The rows of a file of a form of labels; a reject for what can't be understood. Rows of files
    that hold many are written to `folder`, where they aren't there yet."""
    form = FORMS[file.form]
    name = f"{folder}/{rows_file(file.form, file.content, file.uri, file.columns)}"
    small = form.one and file.size <= _ONE
    found = _one_row(form, file) if small else _many_rows(form, file, name)
    for number, item in enumerate(found, 1):
        if isinstance(item, Exception):
            uri = file.uri if form.one else f"{file.uri}#row={number}"
            message = f"{form.name}: {type(item).__name__}: {item}"
            yield rejected(uri, BadImage("bad_metadata", message), file.source)
            continue
        row, ref = item
        try:
            yield _row(file, row, ref, form.name, form.loose, boxes or {})
        except ValueError as error:
            bad = BadImage("bad_metadata", f"{form.name}: {error}")
            yield rejected(f"{file.uri}#row={number}", bad, file.source)


def rows_file(form: str, content: str, uri: str, columns: str = "") -> str:
    """The name of the file that the rows of a file of many are written to."""
    stem = posixpath.basename(uri).rpartition(".")[0]  # which rows may hold
    return f"labels-{hash_of(ROWS_VERSION, form, content, stem, columns)[:16]}.jsonl"


def reading(form: LabelForm, file: LabelFile) -> Iterator[LabelRow | Exception]:
    """The rows of a file, those that no table can hold as the reason; where it can't be read
    further, and where it holds no rows at all, the reason comes last."""
    found = 0
    try:
        for row in form.read(file):
            found += 1
            yield row if isinstance(row, Exception) else _sound(row)
    except FAULTS as error:
        yield error
        return
    if not found:
        yield ValueError("it holds no row of this form")


def _sound(row: LabelRow) -> LabelRow | ValueError:
    if is_unicode(json.dumps(row, ensure_ascii=False)):
        return row
    return ValueError("holds bytes that aren't UTF-8 or half a surrogate pair")


def label_file(path: str, uri: str, columns: str = "") -> LabelFile:
    """The file at a path, as forms read it."""
    return LabelFile(
        uri, partial(LISTED.open, path), columns=columns, beside=partial(read_beside, path)
    )


def _one_row(form: LabelForm, file: ListedFile) -> Iterator[tuple[LabelRow, RowRef] | Exception]:
    for row in reading(form, label_file(file.path, file.uri, file.columns)):
        if isinstance(row, Exception):
            yield row
        else:
            digest = digest_of(row, by_file=True)
            yield row, RowRef(file.path, 0, file.size, digest, form.name, columns=file.columns)


def _many_rows(
    form: LabelForm, file: ListedFile, path: str
) -> Iterator[tuple[LabelRow, RowRef] | Exception]:
    offset = 0
    with writing(path, "rows of labels") as out:
        for row in reading(form, label_file(file.path, file.uri, file.columns)):
            if isinstance(row, Exception):
                yield row
                continue
            line = json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            out.write(line)
            yield row, RowRef(path, offset, len(line), digest_of(row))
            offset += len(line)


def _row(
    of: Block | ListedFile,
    row: LabelRow,
    ref: RowRef,
    form: str,
    loose: bool,
    boxes: dict[str, str],
) -> MetadataRow:
    known = mapped(row).row
    folder = posixpath.dirname(of.uri)
    extent = extent_of(known)
    if of.source in boxes:
        ref = replace(ref, boxes=f"{SAID}{boxes[of.source]}")
    elif extent and is_undecided(known):
        ref = replace(ref, boxes=f"{UNDECIDED}{hash_of(of.source, folder, form)[:12]}")
    return MetadataRow(
        of.source,
        f"{of.uri}#row={ref.digest[:16]}",
        ref,
        folder,
        _names(known),
        tuple(_digest(name, known.get(name)) for name in SAYS),
        talks(known),
        loose,
        (*extent,) if extent else (0, 0, 0),
        _page(known),
    )


def _digest(name: str, value: Any) -> str:
    """What a row says under a name; a kind is the same with other marks in it (`인.허가`)."""
    if name == "kind" and isinstance(value, str):
        value = "".join(filter(str.isalnum, value)).casefold() or value
    return digest_of({"": value})[:16] if value is not None else ""


def _page(row: LabelRow) -> int:
    """The page that a row says, 0 for what is none: that is said where the row is read."""
    number = number_of(row.get("page"))
    return int(number) if number is not None and 0 < number < 2**31 else 0


def _names(row: LabelRow) -> tuple[str, ...]:
    stem = row.get("stem")
    if stem is None:
        return tuple(names_in(row))
    # `page.png.json` is of `page.png`, `page.json` of whatever picture is called page
    return (stem,) if stem.lower().endswith(ENDINGS) else (f"{stem}{ANY_ENDING}",)


def rejected(uri: str, why: BadImage, source: str) -> Any:
    """The reject of a row, tagged."""
    return beam.pvalue.TaggedOutput(REJECTED, reject_of(uri, "rows", why, source))


def is_metadata(file: ListedFile) -> bool:
    """Whether a file's rows are read by `blocks_of`; a UTF-16 one's are read as another form's."""
    return file.kind == METADATA and not file.form
