"""Parts to the tables of a run: made once for their contents, kept, or brought to new places.

Each part writes files named by its id: pack, records, rejects, its counts, its part of the catalog
and, last, the files that it was made of; these being there means that the part is done.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.events import Severity, tell
from gyogwa.transforms.files.folders import exists, remove
from gyogwa.transforms.files.tables import read_rows, write_rows
from gyogwa.transforms.flow.measures import advance, count, expect, measure, timed
from gyogwa.transforms.flow.steps import Composite
from gyogwa.transforms.ingest.apart import Limits, read_apart
from gyogwa.transforms.ingest.catalog import read_part
from gyogwa.transforms.ingest.places import Moves, PartFile, files_of
from gyogwa.transforms.ingest.raw import SourcePart

NAMESPACE = "ingest"
DONE = ("made", "moved", "kept")
"""What is done with a part, and the counters of each."""


@dataclass(frozen=True)
class PartRows:
    """The rows of one part in all its places, or in the first."""

    images: list[Image]
    conversations: list[Conversation]
    rejects: list[Reject]
    ledger: list[LedgerRow]

    def first(self, moves: Moves, places: int) -> "PartRows | None":
        """The rows of the first of some places; None when they don't add up to those of all."""
        one = PartRows(
            [row for row in self.images if moves.is_first(row.source, row.uri)],
            [row for row in self.conversations if moves.is_first(row.source, row.uri)],
            [row for row in self.rejects if moves.is_first(row.source, row.uri)],
            [_scaled(row, lambda count: count // places) for row in self.ledger],
        )
        whole = all(
            len(few) * places == len(many)
            for few, many in (
                (one.images, self.images),
                (one.conversations, self.conversations),
                (one.rejects, self.rejects),
            )
        )
        return one if whole else None

    def moved(self, moves: Moves) -> "PartRows":
        """The rows of one place in every place there is now."""
        places = len(moves.places)
        return PartRows(
            [there for row in self.images for there in moves.images(row)],
            [there for row in self.conversations for there in moves.conversations(row)],
            [there for row in self.rejects for there in moves.rejects(row)],
            [_scaled(row, lambda count: count * places) for row in self.ledger],
        )


def _scaled(row: LedgerRow, scale: Callable[[int], int]) -> LedgerRow:
    counts = {name: scale(getattr(row, name)) for name in ("incoming", "kept", "rejected")}
    return replace(row, **counts)


class PartTables:
    """The files of one part in a run's folder."""

    def __init__(self, layout: RunLayout, part_id: str) -> None:
        name = f"{part_id}.parquet"
        self.catalog = f"{layout.catalog}/{name}"
        self.records = f"{layout.records}/{name}"
        self.rejects = f"{layout.rejects}/ingest-{name}"
        self.ledger = f"{layout.ledger}/ingest-{name}"
        self.files = f"{layout.sources}/{name}"

    def done(self) -> list[PartFile]:
        """The files that the part was made of; [] while it isn't done."""
        if not (exists(self.files) and exists(self.catalog)):
            return []
        return list(read_rows(PartFile, self.files))

    def read(self) -> PartRows:
        """All its rows."""
        return PartRows(
            list(read_rows(Image, self.catalog)),
            list(read_rows(Conversation, self.records)),
            list(read_rows(Reject, self.rejects)),
            list(read_rows(LedgerRow, self.ledger)),
        )

    def write(self, rows: PartRows, files: list[PartFile]) -> None:
        """Replace all of it; until the end the part counts as not done."""
        remove(self.files)
        write_rows(
            Conversation,
            self.records,
            sorted(rows.conversations, key=lambda row: (row.source, row.uri)),
        )
        write_rows(
            Reject,
            self.rejects,
            sorted(rows.rejects, key=lambda r: (r.source, r.uri, r.unit, r.message)),
        )
        write_rows(LedgerRow, self.ledger, rows.ledger)
        write_rows(
            Image,
            self.catalog,
            sorted(rows.images, key=lambda row: (row.source, row.uri, row.image_id)),
        )
        write_rows(PartFile, self.files, files)


def ingest_part(
    parts: Iterable[SourcePart], layout: RunLayout, limits: Limits | None = None
) -> str:
    """Bring the tables of one part, in the places where its contents lie, up to date; returns
    "kept", "moved" (its rows were rewritten) or "made" (its files were read, in a
    process of its own if there are `limits`)."""
    places = sorted(parts, key=lambda part: (part.source, *map(_place, part.entries)))
    files = files_of(places)
    tables = PartTables(layout, places[0].part_id)
    before = tables.done()
    if [replace(file, licences=[]) for file in before] == files:
        return "kept"
    if before and (rows := _known_rows(tables, before, files)):
        tables.write(rows, files_of(places, before[0].licences))
        return "moved"
    with timed(NAMESPACE, "part"):
        read = read_apart(places[0], layout, limits) if limits else read_part(places[0], layout)
    rows = PartRows(
        read.images, read.conversations, read.rejects, read.ledger(places[0].part_id)
    ).moved(Moves(files, files))
    tables.write(rows, files_of(places, sorted(read.licences)))
    _tell(rows)
    return "made"


def _place(entry: Any) -> tuple[str, str]:
    return entry.uri, entry.path


def _known_rows(
    tables: PartTables, before: list[PartFile], files: list[PartFile]
) -> PartRows | None:
    told = sum(file.place == 0 for file in before)
    if told * (1 + files[-1].place) != len(files):  # of some nothing was to be remembered
        return None
    moves = Moves(before, files)
    first = tables.read().first(moves, 1 + before[-1].place) if moves.known else None
    return first.moved(moves) if first else None


def _ingest(
    element: tuple[str, Iterable[SourcePart]], layout: RunLayout, limits: Limits | None
) -> Iterator[str]:
    part_id, parts = element
    copies = list(parts)
    what = ingest_part(copies, layout, limits)
    count(NAMESPACE, what)
    advance("parts", len(copies))
    yield part_id


def _tell(rows: PartRows) -> None:
    """What came of a part that was read, to metrics and to the log."""
    for row in rows.ledger:
        count(NAMESPACE, f"{row.unit}_kept", row.kept)
        count(NAMESPACE, f"{row.unit}_rejected", row.rejected)
    for image in rows.images:
        measure(NAMESPACE, "image_bytes", image.ref.length)
    for reject in rows.rejects:
        what = {"image_id" if reject.unit == "images" else "id": reject.id, "rule": reject.rule}
        where = {"source": reject.source, "uri": reject.uri, "message": reject.message}
        severity: Severity = "INFO" if reject.unit == "fields" else "WARNING"
        tell(f"{reject.unit}_rejected", severity, **what, **where)


def _expected(element: tuple[str, SourcePart]) -> tuple[str, SourcePart]:
    expect("parts")
    return element


class IngestParts(Composite):
    """Parts by their ids to the ids of all that are there; their rows are written to `layout`."""

    def __init__(self, layout: RunLayout, limits: Limits | None = None) -> None:
        super().__init__()
        self.layout, self.limits = layout, limits

    def expand(self, parts: Any) -> Any:
        return (
            parts
            | "Expect" >> beam.Map(_expected).with_output_types(tuple[str, SourcePart])
            | "GroupPart" >> beam.GroupByKey()
            | "IngestPart"
            >> beam.FlatMap(_ingest, layout=self.layout, limits=self.limits).with_output_types(str)
        )
