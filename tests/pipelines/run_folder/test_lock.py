"""One writer at a time, whoever dies in between; the contenders are processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from gyogwa.pipelines.run_folder import host
from gyogwa.pipelines.run_folder.lock import Held, holding
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.run import LockHolder
from gyogwa.transforms.files import retries
from tests.pipelines.program import PATIENCE, environment

HOLD = """
import sys, time
from gyogwa.pipelines.run_folder.lock import Held, holding
try:
    with holding(sys.argv[1], "build", lambda line: print("told", line, flush=True)):
        print("held", flush=True)
        sys.stdin.readline()
except Held as error:
    print("refused", error, flush=True)
"""
Holder = subprocess.Popen[str]


def holder(path: Path) -> Holder:
    """A process that asks for the lock and keeps it until it gets a line."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: Holder) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: Holder) -> None:
    process.communicate("\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.lock"


@pytest.fixture
def held(path: Path) -> Iterator[Holder]:
    """The lock, in the hands of another process."""
    process = holder(path)
    assert said(process) == "held"
    yield process
    process.kill()
    process.wait()


def take(path: str | Path) -> list[str]:
    """What was told while the lock was taken and given back."""
    told: list[str] = []
    with holding(str(path), "ingest", told.append):
        pass
    return told


def write(path: Path, **changes: object) -> None:
    """A lock as a process of this host would have left it."""
    with holding(str(path), "build", lambda _: None):
        left = json.loads(path.read_text())
    path.write_text(json.dumps(left | changes))


def test_a_second_writer_is_told_who_writes(held: Holder, path: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(Held) as refusal:
        take(path)
    line = str(refusal.value)
    assert "\n" not in line
    for part in (str(held.pid), socket.gethostname(), "build", "second", str(path)):
        assert part in line
    assert path.read_bytes() == content
    let_go(held)
    assert not path.exists()
    assert take(path) == []


def test_the_lock_of_a_killed_process_is_taken_over(held: Holder, path: Path) -> None:
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    (line,) = take(path)
    assert str(held.pid) in line
    assert "without giving it back" in line
    assert not path.exists()


def test_a_killed_process_that_nobody_waited_for_is_gone_too(held: Holder, path: Path) -> None:
    os.kill(held.pid, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            assert len(take(path)) == 1
            return
        except Held:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_number_that_another_process_got_since_is_no_sign_of_life(path: Path) -> None:
    write(path, pid=os.getpid(), process="1")
    assert len(take(path)) == 1


def test_a_living_process_is_believed_where_locks_are_not(path: Path) -> None:
    write(path)  # this process, which holds no flock
    with pytest.raises(Held):
        take(path)


def test_the_lock_of_another_host_is_explained(path: Path) -> None:
    write(path, host="elsewhere", started="2024-01-01T00:00:00Z")
    content = path.read_bytes()
    with pytest.raises(Held) as refusal:
        take(path)
    assert "elsewhere" in str(refusal.value)
    assert "days" in str(refusal.value)
    assert f"delete {path}" in str(refusal.value)
    assert path.read_bytes() == content
    path.unlink()
    assert take(path) == []


def test_of_many_that_want_a_dead_lock_one_gets_it(path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    write(path, pid=gone.pid, process="1")
    contenders = [holder(path) for _ in range(6)]
    lines: list[str] = []
    for process in contenders:
        line = said(process)
        lines.append(said(process) if line.startswith("told") else line)
    assert sorted(line.split()[0] for line in lines) == ["held"] + ["refused"] * 5
    for process in contenders:
        let_go(process)
    assert not path.exists()


def test_an_error_gives_it_back(path: Path) -> None:
    def fail() -> None:
        with holding(str(path), "build", lambda _: None):
            assert path.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not path.exists()


def test_an_empty_lock_was_never_held(path: Path) -> None:
    path.touch()
    assert take(path) == []


def test_a_lock_that_was_deleted_and_taken_is_not_given_back_for_another(path: Path) -> None:
    with holding(str(path), "build", lambda _: None):
        path.unlink()
        other = holder(path)
        assert said(other) == "held"
    assert path.exists()
    let_go(other)


def test_a_file_that_somebody_else_took_over_is_left_to_them(path: Path) -> None:
    """Where files can't be locked: the very file, with another claim in it."""
    with holding(str(path), "build", lambda _: None):
        theirs = json.dumps(json.loads(path.read_text()) | {"token": "theirs"})
        path.write_text(theirs)
    assert path.read_text() == theirs


OBJECT = "memory://lock-test/run.lock"


@pytest.fixture(autouse=True)
def shared(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for /tmp."""
    folder = tmp_path_factory.mktemp("shared")
    monkeypatch.setattr(host, "_FOLDER", str(folder))
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))
    return folder


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
