"""Stages on web servers and in other file systems, with and without a cache."""

import multiprocessing
import re
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from torch.utils.data import DataLoader

from gyogwa.loader import StageLoader
from gyogwa.loader.index import Place
from gyogwa.loader.opening import read_agreed
from gyogwa.loader.ranges import coalesce
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.locations import beside, redacted
from gyogwa.transforms.files.storage import Storage
from tests.loader.conftest import MadeStage
from tests.loader.serving import Served, serving
from tests.loader.test_cache import removed_and_open


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(retries, "WEB_WAITS", (0.0,) * 11)


@pytest.fixture
def web(stage: MadeStage) -> Iterator[Served]:
    with serving(stage.manifest.parent) as served:
        yield served


def keys(manifest: str | Path, **changes: Any) -> list[list[str]]:
    loader = StageLoader(manifest, **({"batch_size": 6, "window": 2} | changes))
    return [batch.keys for batch in loader]


def copies(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.tar"))


def size_of(copy: Path) -> int:
    """0 where a worker has just removed it."""
    try:
        return copy.stat().st_size
    except FileNotFoundError:
        return 0


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("cached", [False, True])
def test_a_web_server_gives_what_the_disk_gives(
    stage: MadeStage, web: Served, tmp_path: Path, workers: int, cached: bool
) -> None:
    cache: dict[str, Any] = {"cache_dir": tmp_path} if cached else {}
    found = keys(f"{web.url}/manifest.json", num_workers=workers, **cache)
    assert found == keys(stage.manifest)
    ranged = [asked is not None for asked in web.of(".tar")]
    assert len(ranged) == 7 if cached else len(ranged) < 42
    assert not any(ranged) if cached else all(ranged)


def test_memory_gives_what_the_disk_gives(stage: MadeStage, tmp_path: Path) -> None:
    system = fsspec.filesystem("memory")
    system.put(f"{stage.manifest.parent}/", "/run/stage/", recursive=True)
    try:
        settings: list[dict[str, Any]] = [{}, {"num_workers": 2}]
        for changes in [*settings, {"cache_dir": tmp_path, "cache_bytes": 200_000}]:
            found = keys("memory://run/stage/manifest.json", **changes)
            assert found == keys(stage.manifest)
    finally:
        system.rm("/run", recursive=True)


def test_a_second_loader_finds_everything_in_the_cache(
    stage: MadeStage, web: Served, tmp_path: Path
) -> None:
    first = keys(f"{web.url}/manifest.json", cache_dir=tmp_path)
    web.requests.clear()
    assert keys(f"{web.url}/manifest.json", cache_dir=tmp_path) == first
    assert web.of(".tar") == []


def test_passing_failures_are_tried_again_and_lasting_ones_named(
    stage: MadeStage, web: Served
) -> None:
    web.failures = 11
    assert keys(f"{web.url}/manifest.json") == keys(stage.manifest)
    web.failures = 12
    with pytest.raises(GyogwaError, match=r"manifest\.json: can't be read after 12 .*HTTP 503"):
        keys(f"{web.url}/manifest.json")
    web.requests.clear()
    with pytest.raises(GyogwaError, match=f"{web.url}/none.json: no such file"):
        keys(f"{web.url}/none.json")
    assert len(web.requests) == 1


def test_bad_answers_change_nothing_and_connections_are_kept(
    stage: MadeStage, web: Served, tmp_path: Path
) -> None:
    def epochs(manifest: str | Path, **changes: Any) -> list[list[str]]:
        loader = StageLoader(manifest, batch_size=6, window=2, **changes)
        found = [batch.keys for _ in range(3) for batch in loader]
        assert loader.bad_count == 0
        return found

    expected = epochs(stage.manifest)
    web.flipped, web.refused = 0.05, 0.3
    room = 3 * max(stage.shard(number).stat().st_size for number in range(7))
    caches: list[dict[str, Any]] = [
        {},
        {"cache_dir": tmp_path / "all"},
        {"cache_dir": tmp_path / "some", "cache_bytes": room},
    ]
    for changes in caches:
        assert epochs(f"{web.url}/manifest.json", **changes) == expected
    web.flipped = web.refused = 0.0
    web.requests.clear()
    web.connections = 0
    assert epochs(f"{web.url}/manifest.json") == expected
    assert web.connections <= 9 < len(web.requests)


def test_what_no_hash_is_said_of_is_read_until_two_answers_agree(
    stage: MadeStage, web: Served
) -> None:
    location, storage = f"{web.url}/manifest.json", Storage()
    web.flipped = 0.1
    for _ in range(20):
        assert read_agreed(location, storage) == stage.manifest.read_bytes()
    assert len(web.of(".json")) > 40
    web.flipped = 1.0
    with pytest.raises(GyogwaError, match=r"manifest\.json: 5 answers, and no two are the same"):
        keys(location)


def test_a_server_that_refuses_or_is_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gyogwa.transforms.files.web._TIMEOUT", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/manifest.json"
        with pytest.raises(GyogwaError, match=rf"{url}: can't be read.*refused"):
            keys(url)
        silent.listen()
        with pytest.raises(GyogwaError, match=rf"{url}: can't be read.*timed out"):
            keys(url)


def test_a_server_without_ranges_needs_a_cache(
    stage: MadeStage, web: Served, tmp_path: Path
) -> None:
    web.ranges = False
    with pytest.raises(GyogwaError, match=r"\.tar: .*ignores Range requests; .* give .* cache_dir"):
        keys(f"{web.url}/manifest.json")
    found = keys(f"{web.url}/manifest.json", cache_dir=tmp_path)
    assert found == keys(stage.manifest)


@pytest.mark.parametrize("cached", [False, True])
def test_a_missing_and_an_altered_remote_shard_stop_by_name(
    own_stage: MadeStage, tmp_path: Path, cached: bool
) -> None:
    cache = {"cache_dir": tmp_path / "cache"} if cached else {}
    with serving(own_stage.manifest.parent) as web:
        shard = own_stage.shard(3)
        with shard.open("ab") as file:
            file.write(b"more")
        with pytest.raises(GyogwaError, match=rf"{web.url}/{shard.name}: \d+ bytes.*manifest says"):
            keys(f"{web.url}/manifest.json", num_workers=1, **cache)
        shard.unlink()
        with pytest.raises(GyogwaError, match=f"{web.url}/{shard.name}: no such file"):
            keys(f"{web.url}/manifest.json", num_workers=1, **cache)
    assert list((tmp_path / "cache").glob("*.part")) == []


def test_a_store_whose_package_is_missing_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("Please install gcsfs to access Google Storage")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(GyogwaError, match=r"gs://b/manifest\.json: Please install gcsfs"):
        keys("gs://b/manifest.json")


def test_shards_of_an_earlier_stage_are_found_beside_this_one(
    own_stage: MadeStage, tmp_path: Path
) -> None:
    earlier = own_stage.shard(0)
    (tmp_path / "1-align").mkdir()
    shutil.move(earlier, tmp_path / "1-align")
    text = own_stage.manifest.read_text().replace(earlier.name, f"../1-align/{earlier.name}")
    own_stage.manifest.write_text(text)
    own_stage.change_index(
        lambda row: (
            row if row.shard != earlier.name else replace(row, shard=f"../1-align/{earlier.name}")
        )
    )
    with serving(tmp_path) as web:
        assert keys(f"{web.url}/own/manifest.json") == keys(own_stage.manifest)
        assert any(name.startswith("1-align/") for name, _ in web.requests)


def test_places_beside_a_manifest() -> None:
    assert beside("memory://manifest.json", "a.tar") == "memory://a.tar"
    assert beside("gs://bucket/manifest.json", "../../a.tar") == "gs://bucket/a.tar"
    assert beside("https://h:1/a/m.json?sig=x", "../b/c.tar") == "https://h:1/b/c.tar?sig=x"
    assert redacted("https://me:secret@h:1/a.tar?sig=x") == "https://h:1/a.tar"
    assert beside("file:///run/m.json", "a.tar") == "/run/a.tar"


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            lambda shard, slot, length: Place(0, 0, shard, slot * 1_000_000, length, 0),
            st.integers(0, 2),
            st.integers(0, 30),
            st.integers(1, 1_000_000),
        ),
        unique_by=lambda place: (place.shard, place.offset),
        max_size=40,
    )
)
def test_ranges_cover_every_place_once_and_join_what_lies_close(places: list[Place]) -> None:
    groups = coalesce(places)
    assert sorted(p.offset + (p.shard << 40) for group in groups for p in group) == sorted(
        p.offset + (p.shard << 40) for p in places
    )
    for group in groups:
        assert len({place.shard for place in group}) == 1
        for before, after in pairwise(group):
            assert 0 <= after.offset - before.offset - before.length <= 256 << 10
        assert group[-1].offset + group[-1].length - group[0].offset <= 8 << 20


def test_a_bounded_cache_serves_many_workers(
    stage: MadeStage, web: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limit = 2 * max(stage.shard(number).stat().st_size for number in range(7))
    bounded: dict[str, Any] = {"cache_dir": tmp_path, "cache_bytes": limit, "num_workers": 2}
    found = []
    for batch in StageLoader(f"{web.url}/manifest.json", batch_size=6, window=2, **bounded):
        found.append(batch.keys)
        assert sum(map(size_of, copies(tmp_path))) <= limit
        workers = [child.pid or 0 for child in multiprocessing.active_children()]
        assert not any(removed_and_open(worker, tmp_path) for worker in workers)
    assert found == keys(stage.manifest)
    assert re.search(r"cache_bytes is \d+, room for 2 .*; 3 are read at a time", caplog.text)


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_copy_is_noticed_and_fetched_again(
    stage: MadeStage, web: Served, tmp_path: Path, damage: str
) -> None:
    expected = keys(f"{web.url}/manifest.json", cache_dir=tmp_path)
    for copy in copies(tmp_path):
        data = copy.read_bytes()
        flipped = bytes(byte ^ 1 for byte in data)
        copy.write_bytes(data[:-1] if damage == "truncated" else flipped)
    web.requests.clear()
    loader = StageLoader(f"{web.url}/manifest.json", batch_size=6, window=2, cache_dir=tmp_path)
    assert [batch.keys for batch in loader] == expected
    assert loader.bad_count == 0
    assert len(web.of(".tar")) == 7


def test_a_sample_that_is_bad_at_its_origin_is_fetched_once(
    own_stage: MadeStage, tmp_path: Path
) -> None:
    own_stage.change_index(lambda row: replace(row, crc32=1) if row.key == "0-003" else row)
    with serving(own_stage.manifest.parent) as web:
        loader = StageLoader(
            f"{web.url}/manifest.json", batch_size=6, drop_last=False, cache_dir=tmp_path
        )
        assert sum(len(batch) for batch in loader) == 47
        assert [sample.key for sample in loader.bad_samples] == ["0-003"]
        assert len(web.of(".tar")) == 7


@pytest.mark.parametrize("cached", [False, True])
def test_a_fork_does_not_wait_for_what_its_parent_asked_for(
    stage: MadeStage, web: Served, tmp_path: Path, cached: bool
) -> None:
    cache: dict[str, Any] = {"cache_dir": tmp_path} if cached else {}
    loader = StageLoader(f"{web.url}/manifest.json", batch_size=6, window=2, **cache)
    for _ in loader:
        break
    shards = loader._shards
    shards.close()
    shards._readers.pool()
    never: Future[Any] = Future()
    shards._filling.update(dict.fromkeys(range(7), never))
    places = [loader._index.place(row) for row in range(47)]
    shards._ranges._batches.append({(p.shard, p.offset): (never, 0) for p in places})
    loader.load_state_dict(loader.state_dict())
    forked = DataLoader(loader, batch_size=None, num_workers=1, timeout=120)
    assert len(list(forked)) == len(loader) - 1
    shards._filling.clear()
