"""Tables of a run into a pipeline and out of it."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import msgspec
from apache_beam.typehints import typehints

from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.tables import list_parts, read_rows, write_rows
from gyogwa.transforms.flow.steps import Composite, Found, Join, Spread

_PARTS = 16
_IMAGES_A_PART = 10_000
_EACH = "every part"


def parts_for(images: int) -> int:
    """In how many parts a table is written that has a few rows for each of so many images."""
    return max(_PARTS, math.ceil(images / _IMAGES_A_PART))


class ListTables(Composite):
    """The paths of the parts of tables in folders of the run, each with how their names begin,
    listed on a worker, spread."""

    def __init__(self, *folders: tuple[str, str]) -> None:
        super().__init__()
        self.folders = folders

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | "Folders"
            >> beam.Create(self.folders, reshuffle=False).with_output_types(tuple[str, str])
            | "List" >> beam.FlatMapTuple(tables_in).with_output_types(str)
            | "Spread" >> Spread()
        )


def tables_in(folder: str, prefix: str = "") -> list[str]:
    """The paths of a folder's tables whose names begin so, sorted."""
    return [path for path in list_parts(folder) if path.rsplit("/", 1)[-1].startswith(prefix)]


class ReadTables(Composite):
    """The rows of the tables in a folder whose names begin as given, listed and read on the
    workers."""

    def __init__(self, folder: str, record: type[Row], prefix: str = "") -> None:
        super().__init__()
        self.folder, self.record, self.prefix = folder, record, prefix

    def expand(self, pipeline: Any) -> Any:
        record = self.record
        return (
            pipeline
            | "Tables" >> ListTables((self.folder, self.prefix))
            | "Rows" >> beam.FlatMap(lambda path: read_rows(record, path)).with_output_types(record)
        )


class ReadSeveral(Composite):
    """The rows of several tables, each under its name: where it is and its record. A place is a
    folder of the run or a file. One listing and one spread serve all of them."""

    def __init__(self, tables: dict[str, tuple[list[str], type[Row]]]) -> None:
        super().__init__()
        self.tables = tables

    def expand(self, pipeline: Any) -> dict[str, Any]:
        places = [(name, place) for name, (places, _) in self.tables.items() for place in places]
        paths = (
            pipeline
            | "Places" >> beam.Create(places, reshuffle=False).with_output_types(tuple[str, str])
            | "List" >> beam.FlatMapTuple(_named).with_output_types(tuple[str, str])
            | "Spread" >> Spread()
        )
        return {
            name: paths
            | f"Read{name.title()}"
            >> beam.FlatMap(_rows_of, name=name, record=record).with_output_types(record)
            for name, (_, record) in self.tables.items()
        }


def _named(name: str, place: str) -> Iterator[tuple[str, str]]:
    for path in [place] if place.endswith(".parquet") else list_parts(place):
        yield name, path


def _rows_of(part: tuple[str, str], name: str, record: Any) -> Iterator[Any]:
    of, path = part
    if of == name:
        yield from read_rows(record, path)


@dataclass(frozen=True)
class Table:
    """A table to be written: `<folder>/<name>-NN.parquet`, rows by hash of their sort key and
    sorted within.

    `whole`: every part is written, also one without rows, so that nothing of a table that was there
    before is left over. `grows`: it has a few rows for each image, so their number tells that of
    the parts (see `parts_for`). `merge`: what becomes of a part's rows before they are written.
    """

    record: type[Row]
    folder: str
    name: str
    key: Callable[[Any], tuple[str, ...]]
    whole: bool = False
    parts: int = _PARTS
    grows: bool = False
    merge: Callable[[Iterable[Any]], Iterable[Any]] = iter

    def keyed(self, row: Any, images: int) -> tuple["Part", Any]:
        """The row by table and part. `images`: how many there are, for a table that grows."""
        parts = parts_for(images) if self.grows else self.parts
        number = int(fingerprint_of(list(self.key(row)))[:8], 16) % parts
        return (self.record.__name__, number), row

    def write(self, part: int, rows: Iterable[Any]) -> int:
        """Write a part; gives how many rows it holds."""
        path = f"{self.folder}/{self.name}-{part:02d}.parquet"
        return write_rows(self.record, path, sorted(self.merge(rows), key=self._place))

    def _place(self, row: Any) -> tuple[tuple[str, ...], bytes]:
        """Rows of one key stand by what they hold, in whatever order they came."""
        return self.key(row), msgspec.msgpack.encode(row)


Part = tuple[str, int]
"""(record of a table, number)."""


class WriteTables(Composite):
    """Collections of rows to as many tables, each of another record; gives how many rows each part
    holds.

    All tables of a pipeline go through one grouping, as each costs a cluster the start of several
    steps: on Flink some four vertices, a second or two each.
    """

    def __init__(self, *tables: Table, images: int = 0) -> None:
        """`images`: about how many there are, where a table grows with them."""
        super().__init__()
        self.tables = {table.record.__name__: table for table in tables}
        self.images = images

    def expand(self, collections: tuple[Any, ...]) -> Any:
        sides = {
            name: rows
            | f"ToPartOf{name}"
            >> beam.Map(table.keyed, self.images).with_output_types(
                typehints.Tuple[Part, table.record]
            )
            for (name, table), rows in zip(self.tables.items(), collections, strict=True)
        }
        kinds: dict[str, Any] = {name: table.record for name, table in self.tables.items()}
        whole = [(n, part) for n, t in self.tables.items() if t.whole for part in range(t.parts)]
        if whole:
            kinds[_EACH] = int
            sides[_EACH] = (
                collections[0].pipeline
                | "Parts" >> beam.Create(whole, reshuffle=False).with_output_types(Part)
                | "EachPart" >> beam.Map(lambda part: (part, 0)).with_output_types(tuple[Part, int])
            )
        return sides | "WriteEach" >> Join(self._write, kinds, gives=int)

    def _write(self, part: Part, found: Found) -> Iterator[int]:
        name, number = part
        yield self.tables[name].write(number, found[name])
