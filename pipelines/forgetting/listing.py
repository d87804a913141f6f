"""What a run knows of its inputs, without what is to be forgotten: their listing, what could not be
used of them, and what `run.json` says was given.

The listing is a cache, and its rows name files. So rows of files that held something of it go, and
of files of the same stem beside them, which may be its labels; the rows that were written of files
of labels go altogether. The next ingest looks at those files again.
"""

import posixpath
from typing import Any

from pydantic import JsonValue

from gyogwa.pipelines.forgetting.asked import Wanted
from gyogwa.pipelines.forgetting.tables import keep_rows, scrub
from gyogwa.pipelines.listed import CLASSES, INPUTS, LISTING, ROWS
from gyogwa.schemas.layout import RunLayout, is_part
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.folders import remove, remove_files
from gyogwa.transforms.files.tables import read_rows, write_rows
from gyogwa.transforms.flow.tables import tables_in
from gyogwa.transforms.ingest.box_readings import READINGS, BoxReading
from gyogwa.transforms.ingest.class_folders import ClassFolders
from gyogwa.transforms.ingest.contents import FILES, SKIPPED, ListedInput, SkippedFolder
from gyogwa.transforms.ingest.raw import ListedFile


def forget_in_listing(layout: RunLayout, wanted: Wanted) -> None:
    """The folder `listing/`, and the rejects of files and rows that are no part's."""
    remove(layout.listed_state)  # the catalog stands for another listing from here on
    stems = {(source, _stem(uri)) for source, uri in wanted.files}

    def stays(file: ListedFile) -> bool:
        beside = (file.source, _stem(file.uri)) in stems
        return not beside and not wanted.lay_at(file.source, file.uri)

    _keep(layout, FILES, ListedFile, stays)
    _keep(layout, INPUTS, ListedInput, lambda row: row.name != wanted.source)
    _keep(layout, SKIPPED, SkippedFolder, lambda row: row.name != wanted.source)
    _keep(layout, CLASSES, ClassFolders, lambda row: row.source != wanted.source)
    _keep(layout, READINGS, BoxReading, lambda row: not wanted.lay_at(row.source, row.first))
    remove_files(layout.listing, ".jsonl", lambda name: is_part(layout.listing, name))
    for name in (LISTING, ROWS):
        for path in tables_in(layout.rejects, f"{name}-"):
            rows = list(read_rows(Reject, path))
            scrubbed = [scrub(row, wanted) for row in rows]
            if scrubbed != rows:
                write_rows(Reject, path, scrubbed)


def _keep(layout: RunLayout, name: str, record: type[Row], stays: Any) -> None:
    for path in tables_in(layout.listing, f"{name}-"):
        keep_rows(record, path, path, stays)


def _stem(uri: str) -> str:
    """The file's path without its ending: "a/b" of "a/b.jpg" and of "a/b.jpg.json"."""
    folder, _, name = uri.rpartition("/")
    return posixpath.join(folder, name.partition(".")[0])


def without_inputs(settings: dict[str, JsonValue], wanted: Wanted) -> dict[str, JsonValue]:
    """The settings of ingest without the inputs that are forgotten as a whole: a source by its
    name, a file that was an input by itself."""
    inputs: Any = settings.get("inputs", [])
    left = [
        each
        for each in inputs
        if each["name"] != wanted.source
        and (each["name"], posixpath.basename(each["path"])) not in wanted.files
    ]
    return {**settings, "inputs": left}
