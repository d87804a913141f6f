"""What a stage holds: its manifest, and where each sample lies.

The index stays in compact arrays, 16 bytes a sample, and workers share them by fork. Keys stay on
disk: a sample's members carry its key, so the index's own is only looked up to name it in an error.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gyogwa.loader.opening import READ_AGAIN, read_agreed
from gyogwa.loader.order import Integers, ShardRows
from gyogwa.loader.weights import Reweighting
from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.arrow import VERSION_KEY
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import Shard, StageManifest
from gyogwa.transforms.files.locations import beside, local_path, redacted
from gyogwa.transforms.files.storage import Storage

_COLUMNS = ["shard", "offset", "length", "crc32", "repeats"]


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
        with _fetched(location, self.storage, index.sha256) as (path, _):
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


def open_stage(
    location: str | Path,
    *,
    check_hash: bool,
    mixture: Reweighting | None = None,
    dialect: str | None = None,
    storage: Storage | None = None,
) -> StageIndex:
    """Read a stage manifest and its index, from a path or an address.

    Raises GyogwaError when either is missing, of another schema version, altered, or when they
    disagree. `check_hash` compares the index's SHA-256 with the manifest's. `mixture` changes how
    often each row is drawn. Rows that `dialect` can't say aren't drawn; GyogwaError when that is
    all of them, or when the index is of a release that didn't tell.
    """
    storage = storage or Storage()
    manifest = parse_json(_manifest_bytes(location, storage), redacted(location), StageManifest)
    name = local_path(location) or Path(redacted(location))
    index = beside(location, manifest.index.file)
    path = local_path(index)
    if path is not None and not path.is_file():
        raise GyogwaError(
            f"{path}: missing, but {name.name} lists it with {manifest.index.rows} rows; "
            "copy the whole stage folder, or build the stage again"
        )
    with _fetched(index, storage, manifest.index.sha256 if check_hash else None) as (path, found):
        found = found or (_sha256(path) if check_hash else None)
        if check_hash and found != manifest.index.sha256:
            raise GyogwaError(
                f"{redacted(index)}: SHA-256 is {found}, {name.name} says "
                f"{manifest.index.sha256}; the file was altered or is of another run: copy it "
                "again, or build the stage again"
            )
        read = _read_index(name, path, manifest, mixture or Reweighting(), dialect)
    return replace(read, location=str(location), storage=storage)


def _manifest_bytes(location: str | Path, storage: Storage) -> bytes:
    path = local_path(location)
    if path is None:
        return read_agreed(str(location), storage)
    try:
        return path.read_bytes()
    except OSError as error:
        raise GyogwaError(
            f"{path}: can't read the stage manifest ({error.strerror}); give the path or address "
            "of a manifest.json that `gyogwa assemble` wrote"
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _fetched(
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


def _read_index(
    path: Path,
    index_path: Path,
    manifest: StageManifest,
    mixture: Reweighting,
    dialect: str | None,
) -> StageIndex:
    try:
        file = pq.ParquetFile(index_path, memory_map=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise GyogwaError(
            f"{index_path}: not a readable Parquet file ({error}); copy it again, or build the "
            "stage again"
        ) from error
    with file:
        version = (file.schema_arrow.metadata or {}).get(VERSION_KEY, b"none").decode()
        if version != str(SCHEMA_VERSION):
            raise GyogwaError(
                f"{index_path}: written with schema version {version}, this release reads "
                f"{SCHEMA_VERSION}; use the release that wrote it, or build the stage again"
            )
        if dialect is not None and "dialects" not in file.schema_arrow.names:
            raise GyogwaError(
                f"{index_path}: built by a release whose samples are written in one dialect, "
                f"{manifest.dialect!r} for this size of image; to load them otherwise, build the "
                "run again"
            )
        count = file.metadata.num_rows
        if not count == manifest.samples == manifest.index.rows:
            raise GyogwaError(
                f"{index_path}: {count} rows, {path.name} says {manifest.index.rows} rows and "
                f"{manifest.samples} samples; build the stage again"
            )
        offset = np.empty(count, dtype=np.int64)
        length, crc32 = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint32)
        repeats = np.empty(count, dtype=np.int64)
        unsaid = np.zeros(count, dtype=bool)
        runs: list[tuple[str, int]] = []
        row = 0
        columns = _COLUMNS if dialect is None else [*_COLUMNS, "dialects"]
        # In batches: decoding the whole file at once would need several times its final memory.
        for batch in file.iter_batches(batch_size=1 << 18, columns=columns):
            part = slice(row, row + batch.num_rows)
            offset[part] = batch["offset"].to_numpy()
            length[part] = batch["length"].to_numpy()
            crc32[part] = batch["crc32"].to_numpy()
            repeats[part] = batch["repeats"].to_numpy()
            if dialect is not None:
                unsaid[part] = ~_naming(batch["dialects"], dialect)
            ends = pc.run_end_encode(batch["shard"])
            starts = [0, *ends.run_ends.to_pylist()[:-1]]
            for name, start in zip(ends.values.to_pylist(), starts, strict=True):
                if not runs or runs[-1][0] != name:
                    runs.append((name, row + start))
            row += batch.num_rows
    rows = _shard_rows(index_path, manifest.shards, runs, count)
    left_out = int(repeats[unsaid].sum())
    if left_out:
        manifest = _without(manifest, left_out, index_path, dialect)
        repeats[unsaid] = 0
    repeats = mixture.repeats(index_path, repeats)
    ends = None if (repeats == 1).all() else np.cumsum(repeats)
    draws = rows if ends is None else [_in_draws(shard, ends) for shard in rows]
    if sum(shard.samples for shard in draws) != manifest.draws:
        raise GyogwaError(
            f"{index_path}: {repeats.sum()} draws, {path.name} says {manifest.draws}; build the "
            "stage again"
        )
    firsts = np.array([shard.first for shard in draws], dtype=np.int64)
    # Where two begin at the same draw, the first of them has none.
    numbers = np.lexsort((np.array([shard.samples for shard in draws], dtype=np.int64), firsts))
    return StageIndex(
        str(path),
        manifest,
        draws,
        offset,
        length,
        crc32,
        firsts[numbers],
        numbers,
        ends,
        left_out,
    )


def _naming(lists: pa.ListArray, name: str) -> NDArray[np.bool_]:
    """Which of the lists hold a name."""
    named = pc.equal(lists.flatten(), name)
    found = np.zeros(len(lists), dtype=bool)
    found[pc.list_parent_indices(lists).filter(named).to_numpy()] = True
    return found


def _without(
    manifest: StageManifest, left_out: int, index_path: Path, dialect: str | None
) -> StageManifest:
    """The manifest of what is drawn without some draws. Raises GyogwaError when none are left."""
    if left_out == manifest.draws:
        raise GyogwaError(
            f"{index_path}: {dialect} can be asked none of these samples' questions; its models "
            "take other tasks"
        )
    return manifest.model_copy(update={"draws": manifest.draws - left_out})


def _in_draws(rows: ShardRows, ends: NDArray[np.int64]) -> ShardRows:
    """A shard's rows as the draws they stand for."""
    starts = np.concatenate([[0], ends])
    first, last = int(starts[rows.first]), int(starts[rows.first + rows.samples])
    return ShardRows(rows.series, first, last - first)


def _shard_rows(
    index_path: Path, shards: list[Shard], runs: list[tuple[str, int]], count: int
) -> list[ShardRows]:
    """Match the index's runs of equal shard names with the manifest's shards."""
    ends = [*(first for _, first in runs), count][1:]
    found: dict[str, tuple[int, int]] = {}
    for (name, first), end in zip(runs, ends, strict=True):
        if name in found:
            raise GyogwaError(
                f"{index_path}: the rows of shard {name} don't stand together; rows must be "
                "grouped by shard: build the stage again"
            )
        found[name] = (first, end - first)
    result = []
    for shard in shards:
        first, samples = found.pop(shard.file, (0, 0))
        if samples != shard.samples:
            raise GyogwaError(
                f"{index_path}: {samples} rows for shard {shard.file}, the manifest says "
                f"{shard.samples} samples; build the stage again"
            )
        result.append(ShardRows(shard.series, first, samples))
    if found:
        names = ", ".join(sorted(found)[:5])
        raise GyogwaError(
            f"{index_path}: lists shards that the manifest doesn't: {names}; build the stage again"
        )
    return result
