"""Tables of a run into a pipeline and out of it."""

import math
from collections.abc import Callable, Iterable, Iterator
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


def parts_for(images: int) -> int:
    """In how many parts a table is written that has a few rows for each of so many images."""
    return max(_PARTS, math.ceil(images / _IMAGES_A_PART))


class ListTables(Composite):
    """The paths of a table's parts in a folder of the run whose names begin as given, listed on a
    worker, spread."""

    def __init__(self, folder: str, prefix: str = "") -> None:
        super().__init__()
        self.folder, self.prefix = folder, prefix

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | "Folder" >> beam.Create([self.folder], reshuffle=False).with_output_types(str)
            | "List" >> beam.FlatMap(tables_in, prefix=self.prefix).with_output_types(str)
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
            | "Tables" >> ListTables(self.folder, self.prefix)
            | "Rows" >> beam.FlatMap(lambda path: read_rows(record, path)).with_output_types(record)
        )


class ReadFiles(Composite):
    """The rows of a few files that a setting names, read on the workers."""

    def __init__(self, paths: list[str], record: type[Row]) -> None:
        super().__init__()
        self.paths, self.record = paths, record

    def expand(self, pipeline: Any) -> Any:
        record = self.record
        return (
            pipeline
            | "Paths" >> beam.Create(self.paths, reshuffle=False).with_output_types(str)
            | "Spread" >> Spread()
            | "Rows" >> beam.FlatMap(lambda path: read_rows(record, path)).with_output_types(record)
        )


class WriteTable(Composite):
    """Rows to `<folder>/<name>-NN.parquet`, by hash of their sort key and sorted within; gives how
    many rows each part holds.

    `whole`: every part is written, also one without rows, so that nothing of a table that was there
    before is left over.
    """

    def __init__(
        self,
        record: type[Row],
        folder: str,
        name: str,
        key: Callable[[Any], tuple[str, ...]],
        whole: bool = False,
        parts: int = _PARTS,
    ) -> None:
        super().__init__()
        self.record, self.folder, self.name, self.key = record, folder, name, key
        self.whole, self.parts = whole, parts

    def expand(self, rows: Any) -> Any:
        keyed = rows | "ToPart" >> beam.Map(self._part).with_output_types(
            typehints.Tuple[int, self.record]
        )
        if self.whole:
            every = (
                rows.pipeline
                | "Parts" >> beam.Create(range(self.parts), reshuffle=False).with_output_types(int)
                | "EachPart"
                >> beam.Map(lambda part: (part, part)).with_output_types(tuple[int, int])
            )
            sides = {"rows": keyed, "parts": every}
            return sides | "WriteEach" >> Join(
                self._write_found, {"rows": self.record, "parts": int}, gives=int
            )
        return (
            keyed
            | "GroupPart" >> beam.GroupByKey()
            | "WritePart" >> beam.Map(self._write).with_output_types(int)
        )

    def _part(self, row: Any) -> tuple[int, Any]:
        return int(fingerprint_of(list(self.key(row)))[:8], 16) % self.parts, row

    def _write(self, element: tuple[int, Iterable[Any]]) -> int:
        part, rows = element
        path = f"{self.folder}/{self.name}-{part:02d}.parquet"
        return write_rows(self.record, path, sorted(rows, key=self._place))

    def _place(self, row: Any) -> tuple[tuple[str, ...], bytes]:
        """Rows of one key stand by what they hold, in whatever order they came."""
        return self.key(row), msgspec.msgpack.encode(row)

    def _write_found(self, part: int, found: Found) -> Iterator[int]:
        yield self._write((part, found["rows"]))
