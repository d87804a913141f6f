"""How the boxes of rows are meant where they don't say so, found once for all rows of a folder.

The greatest numbers of all rows and the ink of a few pages decide (`labels.infer`); what is decided
goes with every row. A few pages: those whose rows have the least hash in each of `_PAGES` lanes, so
that the same ones are taken however many workers there are.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from msgspec.structs import replace

from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import BadImage, decode_grey
from gyogwa.transforms.flow.steps import Composite, Found, Join, LeastByKey, MostByKey, Spread
from gyogwa.transforms.flow.tables import ReadTables
from gyogwa.transforms.ingest.labels.infer import Extent, Page, boxes_of, decide, texts_of
from gyogwa.transforms.ingest.labels.units import Reading, reading_of
from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.listing import read_as_listed
from gyogwa.transforms.ingest.raw import UNDECIDED, Placed, RowRef, SourceFile
from gyogwa.transforms.ingest.rereading import row_at

READINGS = "readings"
"""The table of them in the run's folder for what was listed."""
READ_VERSION = 3
"""Raise it when the same pages are decided otherwise."""
_PAGES = 6


class BoxReading(Row, frozen=True):
    """How the boxes of rows are meant that are of one source, folder and form: `group` stands for
    these in their references, `first` is an image of which one speaks. `found`: other than the rows
    say, and pixels of the displayed image where they don't. `of` stands for all that it was told
    by."""

    group: str
    source: str
    first: str
    reading: str
    found: bool
    of: str


class Decided(NamedTuple):
    """`entries`: PCollection[Placed]; `readings`: of BoxReading."""

    entries: Any
    readings: Any


def _lane(ref: RowRef) -> tuple[str, int]:
    number = int(ref.digest[:12], 16)
    return f"{ref.boxes}/{number % _PAGES}", number


def _undecided(entry: SourceFile) -> Iterator[RowRef]:
    return (ref for ref in entry.rows if ref.boxes.startswith(UNDECIDED))


def lanes_of(placed: Placed) -> Iterator[tuple[str, int]]:
    """The lanes of an image's undecided rows, and its rank in each."""
    if placed[1].path:
        yield from map(_lane, _undecided(placed[1]))


class _Sampled(beam.DoFn):
    """Entries that are first in a lane, by their group."""

    def __init__(self) -> None:
        super().__init__()
        self.first: set[tuple[str, int]] | None = None

    def start_bundle(self) -> None:
        self.first = None

    def process(
        self, placed: Placed, firsts: Sequence[tuple[str, int]]
    ) -> Iterator[tuple[str, Placed]]:
        if self.first is None:
            self.first = set(firsts)
        if placed[1].path:
            for ref in _undecided(placed[1]):
                if _lane(ref) in self.first:
                    yield ref.boxes, placed


def decided(group: str, found: Found, known: Sequence[BoxReading]) -> Iterator[BoxReading]:
    """The reading of a group's boxes. Raises GyogwaError where nobody can tell."""
    placed: list[Placed] = sorted(found["pages"], key=lambda placed: placed[1].uri)
    if not placed:
        return
    (extent,) = found["extents"]
    told = [(entry.content, [ref.digest for ref in entry.rows]) for _, entry in placed]
    of = fingerprint_of([READ_VERSION, list(extent), told])
    source, first = placed[0]
    for reading in known:
        if reading.of == of:
            yield replace(reading, group=group, source=source, first=first.uri)
            return
    pages = []
    for _, entry in placed:
        try:
            seen = decode_grey(read_as_listed(entry))
        except BadImage:
            continue
        for row in (mapped(row_at(ref)).row for ref in entry.rows if ref.boxes == group):
            declared = {k: v for k, v in (row.get("boxes") or {}).items() if v is not None}
            try:
                reading_of(declared)
            except ValueError:
                continue  # its image is told so when it is read
            grey = np.asarray(seen.pixels)
            said = boxes_of(row), declared, grey, seen.orientation, seen.original, texts_of(row)
            pages.append(Page(*said))
    where = f"--input {source}: the labels of {first.uri}"
    meant = decide(Extent(*extent), pages, where)
    plain = reading_of(pages[0].declared)._replace(width=0, height=0) if pages else meant
    yield BoxReading(group, source, first.uri, str(meant), meant != plain, of)


class _WithReadings(beam.DoFn):
    """Entries whose rows know how their boxes are meant."""

    def __init__(self) -> None:
        super().__init__()
        self.readings: dict[str, str] | None = None

    def start_bundle(self) -> None:
        self.readings = None

    def process(self, placed: Placed, readings: Sequence[BoxReading]) -> Iterator[Placed]:
        if self.readings is None:
            self.readings = {each.group: each.reading for each in readings}
        source, entry = placed
        if any(True for _ in _undecided(entry)):
            rows = tuple(
                replace(ref, boxes=self.readings.get(ref.boxes, str(Reading())))
                if ref.boxes.startswith(UNDECIDED)
                else ref
                for ref in entry.rows
            )
            entry = replace(entry, rows=rows)
        yield source, entry


class ReadBoxes(Composite):
    """(Rows, entries of images and rows) to the entries, with all boxes' readings; what the run's
    last listing decided of the same pages isn't decided again."""

    def __init__(self, layout: RunLayout) -> None:
        super().__init__()
        self.layout = layout

    def expand(self, sides: tuple[Any, Any]) -> Decided:
        rows, entries = sides
        open_rows = rows | "Undecided" >> beam.Filter(
            lambda row: row.ref.boxes.startswith(UNDECIDED)
        )
        extents = (
            open_rows
            | "Extents"
            >> beam.Map(lambda row: (row.ref.boxes, row.extent)).with_output_types(
                tuple[str, tuple[int, int, int]]
            )
            | "Extent" >> MostByKey(3)
        )
        firsts = (
            entries
            | "Lanes" >> beam.FlatMap(lanes_of).with_output_types(tuple[str, int])
            | "First" >> LeastByKey()
        )
        pages = entries | "Sample" >> beam.ParDo(
            _Sampled(), beam.pvalue.AsList(firsts)
        ).with_output_types(tuple[str, Placed])
        known = rows.pipeline | "ReadKnown" >> ReadTables(
            self.layout.listing, BoxReading, f"{READINGS}-"
        )
        readings = {"extents": extents, "pages": pages} | "Decide" >> Join(
            decided,
            {"extents": tuple[int, int, int], "pages": Placed},
            gives=BoxReading,
            known=beam.pvalue.AsList(known),
        )
        # Beam fuses steps whose side inputs come one from the other, and then waits for ever: what
        # takes the second is kept apart by a shuffle on either side.
        told = (
            entries
            | "Apart" >> Spread()
            | "WithReadings"
            >> beam.ParDo(_WithReadings(), beam.pvalue.AsList(readings)).with_output_types(Placed)
            | "After" >> Spread()
        )
        return Decided(told, readings)
