"""One writer at a time on object stores, whoever dies in between."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from gyogwa.pipelines.run_folder.lock import Held, holding
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.run import LockHolder
from tests.pipelines.program import environment
from tests.pipelines.run_folder.holders import HOLD, let_go, said, take, write

pytestmark = pytest.mark.usefixtures("shared")

OBJECT = "memory://lock-test/run.lock"


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    filesystem = fsspec.filesystem("memory")
    yield filesystem
    if filesystem.exists("/lock-test"):
        filesystem.rm("/lock-test", recursive=True)


def test_an_object_store_refuses_the_second(store: fsspec.AbstractFileSystem) -> None:
    with holding(OBJECT, "build", lambda _: None):
        content = store.cat_file("/lock-test/run.lock")
        with pytest.raises(Held, match=socket.gethostname()):
            take(OBJECT)
        assert store.cat_file("/lock-test/run.lock") == content
    assert not store.exists("/lock-test/run.lock")


def test_an_object_of_a_dead_process_is_taken_over(
    store: fsspec.AbstractFileSystem, shared: Path
) -> None:
    with holding(OBJECT, "build", lambda _: None):
        left = LockHolder.model_validate_json(store.cat_file("/lock-test/run.lock"))
    dead = left.model_copy(update={"process": "1"})
    store.pipe_file("/lock-test/run.lock", dead.model_dump_json().encode())
    (line,) = take(OBJECT)
    assert str(left.pid) in line
    assert not store.exists("/lock-test/run.lock")
    assert list(shared.iterdir()) == []
    elsewhere = left.model_copy(update={"host": "elsewhere"})
    store.pipe_file("/lock-test/run.lock", elsewhere.model_dump_json().encode())
    with pytest.raises(Held, match="delete"):
        take(OBJECT)


def content(store: fsspec.AbstractFileSystem) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store.cat_file("/lock-test/run.lock"))
    return found


def put(store: fsspec.AbstractFileSystem, **changes: object) -> bytes:
    """A lock as a process of this host would have left it, with changes; gives its bytes."""
    with holding(OBJECT, "build", lambda _: None):
        left = content(store)
    data = json.dumps(left | changes).encode()
    store.pipe_file("/lock-test/run.lock", data)
    return data


def test_every_claim_has_a_token_of_its_own(store: fsspec.AbstractFileSystem) -> None:
    tokens = set()
    for _ in range(3):
        with holding(OBJECT, "build", lambda _: None):
            tokens.add(content(store)["token"])
    assert len(tokens) == 3


Call = Callable[..., Any]


def after(call: Call, error: Exception, times: int) -> Call:
    """The call, the first answers of which get lost: it is done, and fails."""
    done = []

    def lossy(self: Any, *arguments: Any, **options: Any) -> Any:
        answer = call(self, *arguments, **options)
        done.append(answer)
        if len(done) <= times:
            raise error
        return answer

    return lossy


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError("the answer was lost"),  # and our own layer asks again
        FileExistsError("there is one"),  # the store's client has asked again itself
        OSError(22, "At least one of the pre-conditions you specified did not hold"),  # as s3fs may
    ],
)
def test_a_claim_whose_answer_was_lost_knows_itself(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(type(store), "pipe_file", after(type(store).pipe_file, error, 1))
    with holding(OBJECT, "build", lambda _: None):
        assert content(store)["pid"] == os.getpid()
        with pytest.raises(Held):
            take(OBJECT)
    assert not store.exists("/lock-test/run.lock")


def test_so_it_does_when_it_takes_over(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, process="1")
    lost = ConnectionResetError("the answer was lost")
    monkeypatch.setattr(type(store), "pipe_file", after(type(store).pipe_file, lost, 1))
    monkeypatch.setattr(type(store), "rm_file", after(type(store).rm_file, lost, 1), raising=False)
    assert len(take(OBJECT)) == 1
    assert not store.exists("/lock-test/run.lock")


def test_a_living_claim_of_this_very_process_is_no_own_one(
    store: fsspec.AbstractFileSystem,
) -> None:
    data = put(store, token="another")
    with pytest.raises(Held):
        take(OBJECT)
    assert store.cat_file("/lock-test/run.lock") == data


def test_an_object_that_somebody_else_took_is_left_to_them(
    store: fsspec.AbstractFileSystem,
) -> None:
    with holding(OBJECT, "build", lambda _: None):
        theirs = json.dumps(content(store) | {"token": "theirs"}).encode()
        store.pipe_file("/lock-test/run.lock", theirs)
    assert store.cat_file("/lock-test/run.lock") == theirs


def test_a_store_that_knows_no_conditions_overwrites_no_lock(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = type(store).pipe_file

    def careless(self: Any, path: str, value: bytes, mode: str = "", **_: Any) -> None:
        pipe(self, path, value)

    data = put(store, token="another")
    monkeypatch.setattr(type(store), "pipe_file", careless)
    with pytest.raises(Held):
        take(OBJECT)
    assert store.cat_file("/lock-test/run.lock") == data


def test_a_lock_given_back_at_the_moment_of_asking_is_asked_for_again(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, answers = type(store).pipe_file, [True]

    def too_early(self: Any, *arguments: Any, **options: Any) -> None:
        if answers and answers.pop():
            raise FileExistsError
        pipe(self, *arguments, **options)

    monkeypatch.setattr(type(store), "pipe_file", too_early)
    assert take(OBJECT) == []


def out_of_reach(*_: Any, **__: Any) -> None:
    raise ConnectionError("no route to host")


def test_a_store_out_of_reach_is_one_line(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(store), "pipe_file", out_of_reach)
    with pytest.raises(
        GyogwaError, match=r"written after 4 attempts \(no route to host\)"
    ) as refusal:
        take(OBJECT)
    assert "\n" not in str(refusal.value)
    monkeypatch.setattr(type(store), "cat_file", out_of_reach)
    with pytest.raises(GyogwaError, match=r"read after 4 attempts \(no route to host\)"):
        take(OBJECT)


def test_what_was_done_counts_though_the_lock_cannot_be_given_back(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    with holding(OBJECT, "build", told.append):
        monkeypatch.setattr(type(store), "cat_file", out_of_reach)
    (line,) = told
    assert line.startswith(OBJECT)
    assert "no route to host" in line


CONTEND = (
    """
import sys, time
from gyogwa.pipelines.run_folder import host
from tests.pipelines.run_folder.shelf import Shelf

host._FOLDER = sys.argv[2]
remove = Shelf.rm_file

def slowly(self, path):
    time.sleep(float(sys.argv[3]))
    remove(self, path)

Shelf.rm_file = slowly
print("ready", flush=True)
sys.stdin.readline()
"""
    + HOLD
)


def test_of_many_with_temporary_folders_of_their_own_one_takes_over_a_dead_object(
    tmp_path: Path, shared: Path
) -> None:
    path = tmp_path / "run.lock"
    write(path, process="1")
    contenders = []
    for number in range(5):
        (own := tmp_path / str(number)).mkdir()
        arguments = [f"shelf://{path}", str(shared), str(0.1 + 0.2 * number)]
        contenders.append(
            subprocess.Popen(
                [sys.executable, "-P", "-c", CONTEND, *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                env=environment(TMPDIR=str(own)),
            )
        )  # fmt: skip
    for process in contenders:
        assert said(process) == "ready"
    for process in contenders:
        assert process.stdin is not None
        process.stdin.write("\n")
    lines = []
    for process in contenders:
        line = said(process)
        lines.append(said(process) if line.startswith("told") else line)
    assert sorted(line.split()[0] for line in lines) == ["held"] + ["refused"] * 4
    assert path.exists()
    for process in contenders:
        let_go(process)
    assert not path.exists()
    assert list(shared.iterdir()) == []
