"""Reading a stage's manifest and its table of samples, and checking that they agree."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gyogwa.loader.index import StageIndex, fetched
from gyogwa.loader.opening import read_agreed
from gyogwa.loader.order import ShardRows
from gyogwa.loader.weights import Reweighting
from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.arrow import VERSION_KEY
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import Shard, StageManifest
from gyogwa.transforms.files.locations import beside, local_path, redacted
from gyogwa.transforms.files.storage import Storage

_COLUMNS = ["shard", "offset", "length", "crc32", "repeats"]


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
    with fetched(index, storage, manifest.index.sha256 if check_hash else None) as (path, found):
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
