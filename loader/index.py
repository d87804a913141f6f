"""What a stage holds: its manifest, and where each sample lies.

The index stays in compact arrays, 16 bytes a sample, and workers share them by fork. Keys stay on
disk: a sample's members carry its key, so the index's own is only looked up to name it in an error.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gyogwa.loader.opening import READ_AGAIN
from gyogwa.loader.order import Integers, ShardRows
from gyogwa.schemas.manifest import StageManifest
from gyogwa.transforms.files.locations import beside, local_path
from gyogwa.transforms.files.storage import Storage


class Place(NamedTuple):
    """Where the sample of a draw lies: `length` bytes from `offset` in shard number `shard`, with
    this CRC-32.

    `row` is the row of the index; a sample that is shown several times an epoch has one.
    """

    draw: int
    row: int
    shard: int
    offset: int
    length: int
    crc32: int


@dataclass(frozen=True)
class StageIndex:
    """A stage manifest with its table of samples.

    An epoch consists of draws: a row of the index with `repeats` 3 stands for three in a row.
    `draws` is parallel to the manifest's shards; `offset`, `length` and `crc32` have one element a
    row, `ends` the draw after each row's last (None where every row is one draw). `firsts` are the
    shards' first draws, ascending, `numbers` the shards they belong to. `left_out`: draws that the
    loader's dialect can't say; the manifest's `draws` are then the others.
    """

    location: str
    manifest: StageManifest
    draws: list[ShardRows]
    offset: NDArray[np.int64]
    length: NDArray[np.uint32]
    crc32: NDArray[np.uint32]
    firsts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    ends: NDArray[np.int64] | None
    left_out: int = 0
    storage: Storage = field(default_factory=Storage)

    def row(self, draw: int) -> int:
        """The row of the index that a draw shows."""
        return draw if self.ends is None else int(np.searchsorted(self.ends, draw, side="right"))

    def place(self, draw: int) -> Place:
        """Where the sample of a draw lies."""
        return self.places(np.array([draw], dtype=np.int64))[0]

    def places(self, draws: Integers) -> list[Place]:
        """Where the samples of draws [n] lie."""
        shards = self.numbers[np.searchsorted(self.firsts, draws, side="right") - 1]
        rows = draws if self.ends is None else np.searchsorted(self.ends, draws, side="right")
        columns: list[NDArray[np.integer]] = [draws, rows, shards]
        columns += [self.offset[rows], self.length[rows], self.crc32[rows]]
        return [Place(*of) for of in zip(*(column.tolist() for column in columns), strict=True)]

    @contextmanager
    def table(self) -> Iterator[Path]:
        """The path of the table of samples, for a remote stage that of a temporary copy."""
        index = self.manifest.index
        location = beside(self.location, index.file)
        with fetched(location, self.storage, index.sha256) as (path, _):
            yield path

    def key(self, row: int) -> str:
        """The key in row `row` of the index, read from its file: meant for messages, as it reads a
        whole row group, and fetches an index that is remote."""
        with self.table() as path, pq.ParquetFile(path, memory_map=True) as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if row < rows:
                    return str(file.read_row_group(group, columns=["key"])["key"][row].as_py())
                row -= rows
        raise IndexError(f"row {row} is past the end of the index")


@contextmanager
def fetched(
    location: str, storage: Storage, expected: str | None
) -> Iterator[tuple[Path, str | None]]:
    """The path of a file; for a remote one that of a temporary copy, and the copy's SHA-256. A copy
    with another one than is expected is made again, until two are the same."""
    path = local_path(location)
    if path is not None:
        yield path, None
        return
    with tempfile.TemporaryDirectory(prefix="gyogwa-") as folder:
        copy, found = Path(folder) / "index.parquet", None
        for _ in range(READ_AGAIN + 1):
            with copy.open("wb") as file:
                before, (_, found) = found, storage.download(location, file)
            if expected is None or found in (expected, before):
                break
        yield copy, found
