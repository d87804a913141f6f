"""What the launcher reads of a run's listing: what it says of it, what it refuses, and whether the
catalog stands for it already.
"""

from typing import TypeVar

import msgspec
from pydantic import JsonValue

from gyogwa.pipelines.run_folder.claim import say
from gyogwa.pipelines.run_folder.ownership import shortened
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow
from gyogwa.schemas.row import Row, as_dict
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, read_columns, read_rows
from gyogwa.transforms.flow.tables import tables_in
from gyogwa.transforms.ingest.box_readings import READINGS, BoxReading
from gyogwa.transforms.ingest.class_folders import ClassFolders, Shape
from gyogwa.transforms.ingest.contents import FILES, SKIPPED, ListedInput, SkippedFolder
from gyogwa.transforms.ingest.label_rows import ROWS_VERSION
from gyogwa.transforms.ingest.labels.mapping import FOLDER, NOTHING, targets
from gyogwa.transforms.ingest.labels.registry import VERSION as LABELS_VERSION
from gyogwa.transforms.ingest.parts import INGEST_VERSION
from gyogwa.transforms.ingest.raw import Input, ListedFile
from gyogwa.transforms.ingest.sources.registry import FORMATS

T = TypeVar("T", bound=Row)
INPUTS, PARTS, CLASSES = "inputs", "parts", "classes"
"""Tables beside that of the files, as are those of `SKIPPED` folders: inputs as they were listed,
the ids of the parts that were cut, and which inputs have folders that are classes."""
LISTING, ROWS = "ingest-listing", "ingest-rows"
"""Tables of rejects and counts of what is no part's."""


class PartId(Row, frozen=True):
    """A part of the catalog."""

    part_id: str


def rows(record: type[T], layout: RunLayout, name: str) -> list[T]:
    """The rows of a table in the folder of the listing."""
    paths = tables_in(layout.listing, f"{name}-")
    return [row for path in paths for row in read_rows(record, path)]


def settings_of(
    inputs: list[Input], pdf_dpi: int, max_pixels: int, pdf_text: str
) -> dict[str, JsonValue]:
    """What the catalog depends on besides the files."""
    return {
        "inputs": [as_dict(source) for source in inputs],
        "pdf_dpi": pdf_dpi,
        "max_pixels": max_pixels,
        "pdf_text": pdf_text,
    }


def is_done(layout: RunLayout, settings: dict[str, JsonValue]) -> bool:
    """Whether the catalog stands for what was listed just now."""
    state = layout.listed_state
    return exists(state) and read_bytes(state) == state_of(layout, settings)


def state_of(layout: RunLayout, settings: dict[str, JsonValue]) -> bytes:
    """What the catalog stands for: the listing, all settings, and which parts there are."""
    there = [
        path.rsplit("/", 1)[-1]
        for folder in (layout.catalog, layout.sources)
        for path in list_parts(folder)
    ]
    state = {
        "versions": [
            INGEST_VERSION,
            ROWS_VERSION,
            LABELS_VERSION,
            *(form.version for form in FORMATS.values()),
        ],
        **settings,
        "listed": [as_dict(found) for found in rows(ListedInput, layout, INPUTS)],
        "parts": fingerprint_of(there),
    }
    return msgspec.json.encode(state)


def classes_of(layout: RunLayout, inputs: list[Input]) -> dict[str, Shape]:
    """The shape of the inputs whose folders are classes, unless they are mapped to nothing."""
    kept = {row.name for row in inputs if targets(row.columns).get(FOLDER) != NOTHING}
    found = rows(ClassFolders, layout, CLASSES)
    return {row.source: row.shape for row in found if row.source in kept}


def pages_listed(layout: RunLayout) -> int:
    """How many files were listed, those of several pages as so many."""
    pages = (read_columns(ListedFile, p, ["pages"]) for p in tables_in(layout.listing, f"{FILES}-"))
    return sum(max(1, count) for columns in pages for count in columns["pages"])


def say_classes(layout: RunLayout, inputs: list[Input]) -> None:
    """Say which inputs have folders that are classes."""
    for source, shape in sorted(classes_of(layout, inputs).items()):
        say(f"--input {source}: the names of its folders are the kinds of its images ({shape})")


def say_skipped(layout: RunLayout, inputs: list[Input]) -> None:
    """Say which links and which runs inside the inputs were passed over."""
    skipped = rows(SkippedFolder, layout, SKIPPED)
    for source in inputs:
        own = [row for row in skipped if row.name == source.name]
        if links := [row.path for row in own if row.link]:
            count = f"{len(links)} links lead" if len(links) > 1 else "1 link leads"
            say(
                f"--input {source.path}: {count} out of it and aren't followed without "
                f"--follow_links: {shortened(links)}"
            )
        if paths := [row.path for row in own if not row.link]:
            say(f"--input {source.path}: skipped, as runs wrote it: {shortened(paths)}")


def say_readings(layout: RunLayout) -> None:
    """Say how boxes are meant, where that was found out."""
    for found in rows(BoxReading, layout, READINGS):
        if found.found:
            say(f"--input {found.source}: boxes of {found.first} and others: {found.reading}")


def refuse_nothing(layout: RunLayout, inputs: list[Input]) -> None:
    """Raise GyogwaError when no file was found that is or should be read, or a pattern has none."""
    there = {found.name for found in rows(ListedInput, layout, INPUTS) if found.files}
    for source in inputs:
        if source.pattern and source.name not in there:
            raise GyogwaError(f"--input {source.given}: nothing matches")
    ledger = [row for p in tables_in(layout.ledger, LISTING) for row in read_rows(LedgerRow, p)]
    if not sum(row.incoming for row in ledger):
        names = ", ".join(source.given for source in inputs)
        raise GyogwaError(f"nothing to ingest in {names}: no image, PDF, Parquet or tar")
