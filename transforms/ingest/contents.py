"""Inputs to the files in them and what these hold, looked into only where that isn't known.

The table of files of the run before tells what a file holds by its path, size and stamp; a local
file that was moved is told by its identity, size and stamp. What neither knows is hashed, and of a
document the pages are counted. So an unchanged input costs a listing, a touched file is read once,
and a copy, or a file that came from another disk, too.
"""

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.typehints import typehints
from msgspec.structs import replace

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.flow.measures import advance
from gyogwa.transforms.flow.steps import Composite, Found, Join, Spread, SumByKey, numbers_type
from gyogwa.transforms.flow.tables import ReadTables
from gyogwa.transforms.ingest.labels.form import HEAD, Head
from gyogwa.transforms.ingest.labels.registry import VERSION as LABELS_VERSION
from gyogwa.transforms.ingest.labels.registry import form_of
from gyogwa.transforms.ingest.labels.unread_forms import INSTEAD, LIKE, looks_like
from gyogwa.transforms.ingest.limits import MAX_BYTES
from gyogwa.transforms.ingest.listing import LISTED, Outside, Skipped, files_below
from gyogwa.transforms.ingest.raw import IGNORED, LABELS, METADATA, TEXT, Input, ListedFile
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources import text_tables, texts
from gyogwa.transforms.ingest.sources.registry import FORMATS, kind_by_content, kind_of
from gyogwa.transforms.ingest.zips import is_archive, is_member, members_of, why_broken

REJECTED, SKIPPED, UNKNOWN = "rejected", "skipped", "unknown"
FILES = "files"
"""The table of files in the run's folder for what was listed."""
_CHUNK = 1 << 20
_LANES = 4


class ListedInput(Row, frozen=True):
    """An input as it was listed: how many of its files count, how many a format reads, and what
    changes with any of them, in whichever order they are found."""

    name: str
    files: int
    readable: int
    stamp: str


class SkippedFolder(Row, frozen=True):
    """A folder below an input that isn't read, since a run wrote it; or a `link` that isn't, since
    it leads out of the input."""

    name: str
    path: str
    link: bool = False


def listed(source: Input, skip: str, follow_links: bool = False) -> Iterator[Any]:
    """The files of an input, and rejects for what is no file; nothing from the folder `skip`, and
    nothing that links out of the input lead to, but if `follow_links`."""
    below = files_below(source.path, skip, source.name, follow_links, source.pattern)
    for item in with_members(below):
        if isinstance(item, ListedFile):
            advance("list")
            yield with_kind(item, source.form, source.columns)
        elif isinstance(item, Skipped | Outside):
            skipped = SkippedFolder(source.name, item.path, isinstance(item, Outside))
            yield beam.pvalue.TaggedOutput(SKIPPED, skipped)
        elif kind_of(item[0]) != IGNORED:
            yield beam.pvalue.TaggedOutput(
                REJECTED, reject_of(item[0], "files", item[1], source.name)
            )


def with_members(items: Iterable[Any]) -> Iterator[Any]:
    """What was found, with the members of archives in the place of these."""
    for item in items:
        if isinstance(item, ListedFile) and is_archive(item):
            yield from members_of(item)
        else:
            yield item


def with_kind(file: ListedFile, form: str = "", columns: str = "") -> ListedFile:
    """The file with its kind by its name, unusable if nothing reads such files; `form` is what the
    user says of the input's labels, `columns` those that he maps by hand."""
    kind = kind_of(file.uri)
    if form == TEXT and kind != IGNORED:
        if file.uri.lower().endswith(texts.ENDINGS):
            return replace(file, kind=texts.FORMAT.name)
        what = f"no text: --text takes {', '.join(texts.ENDINGS)}"
        return replace(file, kind="", rule="unsupported_file", message=what)
    if kind:
        labels = kind in (LABELS, METADATA)
        return replace(
            file,
            kind=kind,
            form=form if kind == LABELS else "",
            columns=columns if labels else "",
        )
    return replace(file, rule="unsupported_file", message="no source reads files of this name")


def known(_: str, found: Found) -> Iterator[Any]:
    """Files that lie under one key, with what the table knows of them, or tagged as unknown."""
    for file in found["files"]:
        match = next((row for row in found["known"] if _is_same(row, file)), None)
        if match is not None:
            yield replace(
                file,
                kind=match.kind,
                content=match.content,
                looked_by=match.looked_by,
                pages=match.pages,
                form=match.form,
                rule=match.rule,
                message=match.message,
            )
        elif file.kind in FORMATS or file.kind in (LABELS, METADATA):
            yield beam.pvalue.TaggedOutput(UNKNOWN, file)
        else:
            yield file  # not read at all


def _is_same(row: ListedFile, file: ListedFile) -> bool:
    return (
        row.content != ""
        and (row.size, row.stamp) == (file.size, file.stamp)
        and row.looked_by == _version(file)
    )


def _version(file: ListedFile) -> str:
    """By what a file was looked into whose name says its kind; of labels that nobody has looked
    into, with the form they are said to have."""
    if file.kind == LABELS:
        return f"{LABELS} {LABELS_VERSION} {file.form} {file.columns}".rstrip()
    if file.kind == METADATA:
        return f"{METADATA} {LABELS_VERSION}"
    form = FORMATS.get(file.kind)
    return f"{file.kind} {form.version}".rstrip() if form else ""


def look(file: ListedFile) -> ListedFile:
    """The file with the hash of its bytes and its pages or the form of its labels, or why it can't
    be used.

    Memory: 1 MiB, and a whole document while its pages are counted. Lines of
    metadata in UTF-16 are of another form.
    """
    if file.kind in FORMATS and (message := _too_large(file)):
        return replace(file, kind="", rule="too_large", message=message)
    digest = hashlib.sha256()
    start = b""
    try:
        with LISTED.open(file.path) as stream:
            while chunk := stream.read(_CHUNK):
                start = start or chunk[:HEAD]
                digest.update(chunk)
    except GyogwaError as error:
        if is_member(file.path) and (why := why_broken(error)):
            return replace(file, kind="", rule="broken_zip", message=why)
        raise
    seen = replace(file, content=digest.hexdigest(), looked_by=_version(file))
    if file.kind == LABELS and not file.form and text_tables.holds_images(file.uri, start):
        return replace(seen, kind=text_tables.FORMAT.name)
    if file.kind == METADATA:
        is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return replace(seen, form="json_rows") if is_utf16 else seen
    if file.kind == LABELS:
        return _with_form(seen, Head(file.uri, start, file.columns))
    kind = kind_by_content(file.kind, start, file.path, file.size)
    form, seen = FORMATS[kind], replace(seen, kind=kind)
    if form.pages is None:
        return seen
    try:
        return replace(seen, pages=form.pages(file.path))
    except BadImage as bad:
        return replace(seen, rule=bad.rule, message=bad.message)


def _with_form(file: ListedFile, head: Head) -> ListedFile:
    if form := form_of(head, file.form):
        return replace(file, form=form)
    like = f"; it begins {head.first_line[:60]!r}" if head.first_line else ""
    if known := looks_like(head):
        like = f"; {LIKE}{known}: {INSTEAD}"
    message = f"no form of labels that is known{like}"
    return replace(file, form="", rule="unsupported_file", message=message)


def _too_large(file: ListedFile) -> str:
    """Why a file isn't read that would have to be held whole; "" for all others."""
    if not FORMATS[file.kind].together or file.size <= MAX_BYTES:
        return ""
    with LISTED.open(file.path) as stream:
        if kind_by_content(file.kind, stream.read(HEAD), file.path, file.size) != file.kind:
            return ""
    return f"an image file of {file.size} bytes is too large to be read: {MAX_BYTES} at most"


def weighed(file: ListedFile) -> tuple[str, tuple[int, ...]]:
    """A file's share of its `ListedInput`: counts, and a hash that adds up whatever the order."""
    counts = file.kind != IGNORED
    told = hash_of(file.path, file.uri, file.size, file.stamp)
    lanes = [int(told[10 * lane : 10 * lane + 10], 16) for lane in range(_LANES)]
    return file.source, (int(counts), int(file.kind in (*FORMATS, METADATA, LABELS)), *lanes)


def _total(name: str, sums: tuple[int, ...]) -> ListedInput:
    files, readable, *lanes = sums
    return ListedInput(name, files, readable, hash_of(*lanes)[:32])


def unusable(file: ListedFile) -> Iterator[Reject]:
    """The reject of a file that can't be used."""
    if file.rule:
        yield reject_of(file.uri, "files", BadImage(file.rule, file.message), file.source)


class Listed(NamedTuple):
    """`files`: PCollection[ListedFile]; `odd`: of Reject, for what is no file; `rejects`: of all
    that can't be used; `skipped`: of SkippedFolder; `inputs`: of ListedInput."""

    files: Any
    odd: Any
    rejects: Any
    skipped: Any
    inputs: Any


class ListInputs(Composite):
    """Inputs to their files with what these hold, by the table of files in `layout` as far as it
    knows."""

    def __init__(self, layout: RunLayout, follow_links: bool = False) -> None:
        super().__init__()
        self.layout = layout
        self.follow_links = follow_links

    def expand(self, inputs: Any) -> Listed:
        found = (
            inputs
            | "Spread" >> Spread()
            | "List"
            >> beam.FlatMap(listed, skip=self.layout.root, follow_links=self.follow_links)
            .with_output_types(ListedFile, rejected=Reject, skipped=SkippedFolder)
            .with_outputs(REJECTED, SKIPPED, main="main")
        )
        table = inputs.pipeline | "ReadKnown" >> ReadTables(
            self.layout.listing, ListedFile, f"{FILES}-"
        )
        by_path = (found.main, table) | "KnownByPath" >> _Known(lambda file: file.path)
        moved = (by_path.unknown, table) | "KnownMoved" >> _Known(
            lambda file: file.identity or file.path
        )
        looked = (
            moved.unknown
            | "SpreadUnknown" >> Spread()
            | "Look" >> beam.Map(look).with_output_types(ListedFile)
        )
        files = (by_path.main, moved.main, looked) | "Files" >> beam.Flatten()
        broken = files | "Unusable" >> beam.FlatMap(unusable).with_output_types(Reject)
        totals = (
            found.main
            | "Weigh"
            >> beam.Map(weighed).with_output_types(typehints.Tuple[str, numbers_type(2 + _LANES)])
            | "Sum" >> SumByKey(2 + _LANES)
            | "Total" >> beam.MapTuple(_total).with_output_types(ListedInput)
        )
        rejects = (found.rejected, broken) | "Rejects" >> beam.Flatten()
        return Listed(files, found.rejected, rejects, found.skipped, totals)


class _Known(Composite):
    """(Files, table) to files by what the table knows under the same key, the rest unknown."""

    def __init__(self, key: Any) -> None:
        super().__init__()
        self.key = key

    def expand(self, sides: tuple[Any, Any]) -> Any:
        key = self.key
        keyed = {
            name: rows
            | f"{name.title()}Key"
            >> beam.Map(lambda row: (key(row), row)).with_output_types(tuple[str, ListedFile])
            for name, rows in zip(("files", "known"), sides, strict=True)
        }
        return keyed | "Join" >> Join(
            known,
            {"files": ListedFile, "known": ListedFile},
            gives=ListedFile,
            tagged={UNKNOWN: ListedFile},
        )
