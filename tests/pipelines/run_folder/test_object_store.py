"""A run on an object store: foreign objects stay, and what is cut off is finished."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.run_folder import marker
from gyogwa.pipelines.run_folder.aside import put_in_place, swap_of
from gyogwa.pipelines.run_folder.claim import claimed
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import LISTED, ROOT_FILES, RunLayout
from gyogwa.transforms.files import retries
from tests.pipelines.program import environment
from tests.pipelines.run_folder.checks import refused

ROOT = "memory://store/run"
IDENTITY = "0123456789ab"
Objects = dict[str, bytes]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    """A store in this process's memory."""
    filesystem = fsspec.filesystem("memory")
    yield filesystem
    if filesystem.exists("/store"):
        filesystem.rm("/store", recursive=True)


def objects(store: fsspec.AbstractFileSystem) -> Objects:
    """All objects of the run by name, without its marker."""
    found = store.find("/store/run")
    return {
        name.removeprefix("/store/run/"): store.cat_file(name)
        for name in found
        if not name.endswith("run.json")
    }


def published(store: fsspec.AbstractFileSystem) -> Objects:
    return {
        name: data
        for name, data in objects(store).items()
        if name in ROOT_FILES or name.startswith(LISTED)
    }


def upload(store: fsspec.AbstractFileSystem, run: Path, into: str, *names: str) -> None:
    for name in names or [str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()]:
        store.pipe_file(f"{into}/{name}", (run / name).read_bytes())


@pytest.fixture
def uploaded(store: fsspec.AbstractFileSystem, first: Path, second: Path) -> Objects:
    """The finished run on the store, a build laid aside in it, and objects of others."""
    upload(store, first, "/store/run")
    upload(store, first, "/store/run", "published.json")  # the last, as in a run
    aside = f"/store/run/.building/{IDENTITY}"
    upload(store, second, aside, *read_listed(str(second)).published.files)
    foreign = {"stages/old/mine.tar": b"mine", "stages/1-all/note.md": b"mine", "x.txt": b"mine"}
    for name, data in foreign.items():
        store.pipe_file(f"/store/run/{name}", data)
    return foreign


def swap(store: fsspec.AbstractFileSystem, second: Path) -> None:
    settings = json.loads((second / "published.json").read_text())["settings"]
    put_in_place(swap_of(ROOT, IDENTITY, "published.json"), settings)


def of(run: Path) -> Objects:
    return {
        str(path.relative_to(run)): path.read_bytes()
        for path in run.rglob("*")
        if path.is_file() and str(path.relative_to(run)).startswith((*LISTED, *ROOT_FILES))
    }


def test_a_build_takes_the_place_of_another(
    store: fsspec.AbstractFileSystem, uploaded: Objects, second: Path
) -> None:
    swap(store, second)
    found = published(store)
    assert {name: data for name, data in found.items() if name not in uploaded} == of(second)
    assert {name: objects(store)[name] for name in uploaded} == uploaded
    assert not store.find("/store/run/.building")
    assert main(["lint", ROOT]) == 0


def test_what_was_cut_off_is_finished_by_the_next_command(
    store: fsspec.AbstractFileSystem,
    uploaded: Objects,
    second: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = type(store).cp_file
    order: list[str] = []

    def fails_at(limit: int) -> Any:
        def cp_file(self: Any, source: str, target: str, **options: Any) -> None:
            if len(order) == limit:
                raise OSError("the connection broke")
            order.append(target.removeprefix("/store/run/"))
            copy(self, source, target, **options)

        return cp_file

    total = len(of(second))
    for limit in (0, 3, total // 2, total - 1):
        monkeypatch.setattr(type(store), "cp_file", fails_at(limit))
        order.clear()
        with pytest.raises(GyogwaError, match="the connection broke"):
            swap(store, second)
        assert {name: objects(store)[name] for name in uploaded} == uploaded
    order.clear()
    monkeypatch.setattr(type(store), "cp_file", fails_at(10**6))
    assert main(["lint", ROOT]) == 0
    assert "in place" in capsys.readouterr().err
    kinds = [name == "curriculum.json" or name.endswith("/manifest.json") for name in order]
    assert kinds == sorted(kinds)  # manifests last
    assert order[-1] == "curriculum.json"
    found = published(store)
    assert {name: data for name, data in found.items() if name not in uploaded} == of(second)
    assert {name: objects(store)[name] for name in uploaded} == uploaded


def test_an_object_of_others_in_the_way_stops_it(
    store: fsspec.AbstractFileSystem, uploaded: Objects, second: Path
) -> None:
    store.pipe_file("/store/run/stages/2-less/manifest.json", b"mine")
    before = objects(store)
    with pytest.raises(GyogwaError, match=r"2-less/manifest\.json"):
        swap(store, second)
    assert objects(store) == before


def test_commands_claim_a_run_there(
    store: fsspec.AbstractFileSystem,
    labelled: Path,
    curricula: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    build = ["build", "--input", str(labelled), "--output", ROOT, "--curriculum"]
    assert main([*build, curricula["other"]]) == 0
    assert main(["lint", ROOT]) == 0
    assert not store.exists("/store/run/run.lock")
    store.pipe_file("/store/run/catalog/mine.parquet", b"mine")
    store.pipe_file("/store/run/stages/old/mine.tar", b"mine")
    assert main(["ingest", "--input", str(labelled), "--output", ROOT]) == 0
    assert "left alone: catalog/mine.parquet, stages/old/mine.tar" in capsys.readouterr().err
    assert main(["ingest", "--input", f"{ROOT}/stages", "--output", ROOT]) == 1
    assert refused(capsys, "--input", "stages")
    store.pipe_file("/store/run/README.md", b"mine")
    before = objects(store)
    assert main(["assemble", *build[3:], curricula["other"]]) == 1
    assert refused(capsys, "README.md")
    assert objects(store) == before
    store.pipe_file("/store/other/mine.txt", b"mine")
    elsewhere = ["--output", "memory://store/other"]
    assert main(["ingest", "--input", str(labelled), *elsewhere]) == 1
    assert refused(capsys, "isn't empty and isn't a run")


def test_the_reason_of_a_failure_is_told_though_the_marker_cannot_be_written(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(*_: object) -> None:
        raise GyogwaError("no route to host")

    def fail() -> None:
        with claimed(RunLayout(ROOT), "build"):
            monkeypatch.setattr(marker, "write_bytes", out_of_reach)
            raise ValueError("the reason")

    with pytest.raises(ValueError, match="the reason"):
        fail()
    assert not store.exists("/store/run/run.lock")


SIGNALLED = """
import os, sys, threading
from gyogwa.pipelines.run_folder.claim import claimed
from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.files.unfinished import give_up
from gyogwa.transforms.files.writing import write_bytes
from tests.pipelines.run_folder import shelf

def end():
    give_up(60)
    os._exit(143)

with claimed(RunLayout(sys.argv[1]), "assemble") as run:
    with run.phase("assemble", {}), run.aside() as target:
        write_bytes(target.plan, b"{}")
        assert os.path.exists(sys.argv[2])
        threading.Thread(target=end).start()
        threading.Event().wait()
"""


def test_a_process_that_a_signal_ends_gives_the_lock_back(tmp_path: Path) -> None:
    """From a thread of its own, as `pipelines.running.ending` does."""
    run = tmp_path / "run"
    run.mkdir()
    arguments = [f"shelf://{run}", str(run / "run.lock")]
    command = [sys.executable, "-P", "-c", SIGNALLED, *arguments]
    ended = subprocess.run(command, env=environment(), check=False)
    assert ended.returncode == 143
    assert not (run / "run.lock").exists()
    said = json.loads((run / "run.json").read_text())
    assert (said["state"], said["message"]) == ("failed", "ended by a signal")
    assert not [path for path in (run / ".building").rglob("*") if path.is_file()]
