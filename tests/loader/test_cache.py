"""The cache of shards that all processes of a host share."""

import multiprocessing
import os
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from gyogwa.loader.cache import AlteredShard, ShardCache
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Shard, StageManifest
from gyogwa.transforms.files.storage import Storage
from tests.loader.conftest import MadeStage


def shards_of(stage: MadeStage) -> list[Shard]:
    return StageManifest.model_validate_json(stage.manifest.read_bytes()).shards


def fill_slowly(cache: Path, shards: list[Shard], folder: Path, log: Path, gate: Any) -> None:
    gate.wait()
    for shard in shards:

        def download(file: BinaryIO, shard: Shard = shard) -> tuple[int, str]:
            with log.open("a") as lines:
                lines.write(f"{shard.file}\n")
            return Storage().download(str(folder / shard.file), file)

        descriptor = ShardCache(cache, None).open(shard, download)
        assert os.fstat(descriptor).st_size == shard.bytes
        assert os.pread(descriptor, shard.bytes, 0) == (folder / shard.file).read_bytes()
        os.close(descriptor)


def test_processes_that_fill_one_cache_at_once_fetch_each_shard_once(
    stage: MadeStage, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(3)
    log, shards = tmp_path / "log", shards_of(stage)
    jobs = [
        context.Process(
            target=fill_slowly,
            args=(tmp_path / "cache", shards, stage.manifest.parent, log, gate),
        )
        for _ in range(3)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(20)
    assert [job.exitcode for job in jobs] == [0, 0, 0]
    assert sorted(log.read_text().split()) == sorted(shard.file for shard in shards)
    assert len(list((tmp_path / "cache").glob("*.tar"))) == len(shards)


def removed_and_open(process: int, cache: Path) -> list[str]:
    """Shards of a cache that a process has open though they were removed: they still take room."""
    found = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(os.readlink(link))
    return [name for name in found if name.startswith(f"{cache}/") and name.endswith(" (deleted)")]


def test_a_cache_stays_within_its_bound_and_drops_what_was_used_longest_ago(
    stage: MadeStage, tmp_path: Path
) -> None:
    shards, folder = shards_of(stage), stage.manifest.parent
    limit = shards[0].bytes + shards[1].bytes + shards[2].bytes
    cache = ShardCache(tmp_path, limit)

    def opened(shard: Shard) -> int:
        found = cache.open(shard, lambda file: Storage().download(str(folder / shard.file), file))
        assert sum(path.stat().st_size for path in tmp_path.glob("*.*")) <= limit
        assert not removed_and_open(os.getpid(), tmp_path)
        return found

    first = opened(shards[0])
    for shard in shards[1:3]:
        os.close(opened(shard))
    os.utime(tmp_path / f"{shards[1].sha256}.tar", (1, 1))
    os.close(opened(shards[0]))
    os.close(opened(shards[5]))
    kept = {path.stem for path in tmp_path.glob("*.tar")}
    assert shards[1].sha256 not in kept
    assert {shards[0].sha256, shards[5].sha256} <= kept
    for shard in shards[3:]:
        os.close(opened(shard))
    assert (tmp_path / f"{shards[0].sha256}.tar").exists()  # since it is still open
    assert os.pread(first, shards[0].bytes, 0) == (folder / shards[0].file).read_bytes()
    os.close(first)
    with pytest.raises(GyogwaError, match=r"cache_bytes is 10, but shard .* alone has"):
        ShardCache(tmp_path, 10).open(shards[1], lambda file: (0, ""))


@pytest.mark.parametrize("bounded", [False, True])
def test_what_was_locked_while_a_child_was_forked_is_free_again(
    stage: MadeStage, tmp_path: Path, bounded: bool
) -> None:
    shards, folder = shards_of(stage)[:2], stage.manifest.parent
    largest = max(shard.bytes for shard in shards)
    cache = ShardCache(tmp_path, largest if bounded else None)  # room for one of them
    context = multiprocessing.get_context("fork")
    begun, forked, filled = threading.Event(), threading.Event(), context.Event()

    def download(file: BinaryIO) -> tuple[int, str]:
        begun.set()
        assert forked.wait(20)
        return Storage().download(str(folder / shards[0].file), file)

    def fill() -> None:
        cache.close(cache.open(shards[0], download))
        filled.set()

    def read() -> None:
        assert filled.wait(20)
        for shard in shards:
            place = str(folder / shard.file)
            cache.close(cache.open(shard, partial(Storage().download, place)))

    filling = threading.Thread(target=fill)
    filling.start()
    assert begun.wait(20)
    child = context.Process(target=read)
    child.start()
    forked.set()
    filling.join(20)
    child.join(20)
    child.kill()
    assert child.exitcode == 0


def test_what_a_killed_fill_left_is_cleared_away(stage: MadeStage, tmp_path: Path) -> None:
    shard, limit = shards_of(stage)[0], shards_of(stage)[0].bytes
    (tmp_path / f"{'0' * 64}.part").write_bytes(b"x" * 1000)
    source = str(stage.shard(0))
    os.close(ShardCache(tmp_path, limit).open(shard, lambda f: Storage().download(source, f)))
    assert [path.name for path in tmp_path.glob("*.*")] == [f"{shard.sha256}.tar"]


def test_bytes_that_are_not_the_shard_never_enter_the_cache(
    stage: MadeStage, tmp_path: Path
) -> None:
    shard, other = shards_of(stage)[0], str(stage.shard(1))
    with pytest.raises(AlteredShard, match="the manifest says"):
        ShardCache(tmp_path, None).open(shard, lambda file: Storage().download(other, file))
    assert list(tmp_path.glob("*.*")) == []
