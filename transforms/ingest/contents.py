"""Inputs to the files in them and what these hold, looked into only where that isn't known.

The table of files of the run before tells what a file holds by its path, size and stamp; a local
file that was moved is told by its identity, size and stamp. What neither knows is hashed, and of a
document the pages are counted. So an unchanged input costs a listing, a touched file is read once,
and a copy, or a file that came from another disk, too.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.typehints import typehints
from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.flow.measures import advance
from gyogwa.transforms.flow.steps import Composite, Found, Join, Spread, SumByKey, numbers_type
from gyogwa.transforms.flow.tables import ReadTables
from gyogwa.transforms.ingest.listing import Outside, Skipped, files_below
from gyogwa.transforms.ingest.looking import look, version_of, with_kind
from gyogwa.transforms.ingest.raw import IGNORED, LABELS, METADATA, Input, ListedFile
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources.registry import FORMATS, kind_of
from gyogwa.transforms.ingest.zips import is_archive, members_of

REJECTED, SKIPPED, UNKNOWN = "rejected", "skipped", "unknown"
FILES = "files"
"""The table of files in the run's folder for what was listed."""
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
        and row.looked_by == version_of(file)
    )


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
