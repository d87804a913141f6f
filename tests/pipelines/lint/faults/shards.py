"""Faults in shards: their files, their tars, and where samples stand in them."""

import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tar import BLOCK
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.forgery import Forgery
from tests.pipelines.lint.sealing import Json, rehash, write

STAGE = "4-preference"


def _shard(run: Forgery) -> Path:
    return next(run.path(f"stages/{STAGE}").glob("*.tar"))


def _name(run: Forgery, path: Path) -> str:
    return str(path.relative_to(run.run))


@fault("shard_unreadable")
def shard_gone(run: Forgery) -> str:
    path = _shard(run)
    path.unlink()
    return _name(run, path)


@fault("shard_hash")
def one_bit_flipped(run: Forgery) -> str:
    path = _shard(run)
    data = bytearray(path.read_bytes())
    data[2000] ^= 1
    write(path, bytes(data))
    return _name(run, path)


@fault("shard_hash")
def shard_cut_short(run: Forgery) -> str:
    path = _shard(run)
    write(path, path.read_bytes()[:5000])
    return _name(run, path)


def _resealed(run: Forgery, change: Callable[[bytes], bytes]) -> str:
    """Other bytes of a shard, with their size and hash in the manifest."""
    path = _shard(run)
    data = change(path.read_bytes())
    write(path, data)

    def seal_shard(manifest: Json) -> None:
        (shard,) = (each for each in manifest["shards"] if each["file"] == path.name)
        manifest["bytes"] += len(data) - shard["bytes"]
        shard |= {"bytes": len(data), "sha256": sha256_hex(data)}

    run.edit_manifest(STAGE, seal_shard)
    return _name(run, path)


def _header(data: bytes, **values: Any) -> bytes:
    """The first member's header with other values."""
    info = tarfile.TarInfo.frombuf(data[:BLOCK], "utf-8", "strict")
    for name, value in values.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict") + data[BLOCK:]


def _padded(data: bytes) -> bytes:
    """A byte in the padding of the first member."""
    size = tarfile.TarInfo.frombuf(data[:BLOCK], "utf-8", "strict").size
    return data[: BLOCK + size] + b"x" + data[BLOCK + size + 1 :]


faults(
    "tar_broken",
    cut_in_a_member=partial(_resealed, change=lambda data: data[:5000]),
    cut_at_a_block=partial(_resealed, change=lambda data: data[: BLOCK * 4]),
    cut_before_its_end=partial(_resealed, change=lambda data: data[:-BLOCK]),
    bytes_behind_its_end=partial(_resealed, change=lambda data: data + bytes(tarfile.RECORDSIZE)),
    bytes_in_its_end=partial(_resealed, change=lambda data: data[:-1] + b"x"),
    header_of_garbage=partial(_resealed, change=lambda data: b"x" * BLOCK + data[BLOCK:]),
    member_larger_than_memory=partial(_resealed, change=partial(_header, size=1 << 50)),
    member_of_no_size=partial(_resealed, change=partial(_header, size=-1)),
)


def _with_header(run: Forgery, change: Callable[[bytes], bytes]) -> str:
    place = _resealed(run, change)
    run.seal(STAGE)
    return place


faults(
    "tar_header",
    another_time=partial(_with_header, change=partial(_header, mtime=1)),
    another_owner=partial(_with_header, change=partial(_header, uid=1000)),
    a_link=partial(_with_header, change=partial(_header, linkname="/etc/passwd")),
    something_in_the_padding=partial(_with_header, change=_padded),
)


@fault("key_order")
def samples_in_another_order(run: Forgery) -> str:
    path = _shard(run)
    first, second, *rest = (s for s in run.samples(STAGE) if s.shard == path.name)
    run.write_shard(STAGE, path.name, [second, first, *rest])
    run.seal(STAGE)
    return f"{_name(run, path)}: {first.key}"


@fault("shard_size")
def size_of_a_shard(run: Forgery) -> str:
    def change(manifest: Json) -> None:
        manifest["shards"][0]["bytes"] += BLOCK
        manifest["bytes"] += BLOCK

    run.edit_manifest(STAGE, change)
    return _name(run, _shard(run))


@fault("shard_samples")
def samples_of_a_shard(run: Forgery) -> str:
    return run.edit_manifest(STAGE, lambda manifest: manifest["shards"][0].update(samples=7))


def _renamed(run: Forgery, name: str) -> str:
    path, index = _shard(run), f"stages/{STAGE}/index.parquet"
    path.rename(path.with_name(name))
    rows = [
        replace(row, shard=name) if row.shard == path.name else row
        for row in run.rows(IndexRow, index)
    ]
    run.write_rows(IndexRow, index, rows)
    run.edit_manifest(STAGE, lambda manifest: manifest["shards"][0].update(file=name))
    rehash(run.run)
    return f"stages/{STAGE}/{name}"


faults(
    "shard_name",
    shard_of_another_stage=partial(_renamed, name="sft-single-jpg-preference-00000.tar"),
    shard_of_another_series=partial(_renamed, name="preference-single-jpg-00000.tar"),
    shard_without_a_number=partial(_renamed, name="preference-single-jpg-preference.tar"),
)
