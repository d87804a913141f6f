"""One writer at a time, whoever dies in between; the contenders are processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gyogwa.pipelines.run_folder.lock import Held, holding
from tests.pipelines.program import PATIENCE
from tests.pipelines.run_folder.holders import Holder, holder, let_go, said, take, write

pytestmark = pytest.mark.usefixtures("shared")


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
