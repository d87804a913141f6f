"""One process of a user at a time on a host, whatever TMPDIR is; nothing is left lying about."""

import os
import select
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gyogwa.pipelines.run_folder import host
from gyogwa.pipelines.run_folder.host import alone_on_this_host
from gyogwa.schemas.errors import GyogwaError
from tests.pipelines.program import PATIENCE, environment

WAIT = """
import sys
from gyogwa.pipelines.run_folder import host
host._FOLDER = sys.argv[1]
print("asks", flush=True)
with host.alone_on_this_host("it"):
    print("in", flush=True)
    sys.stdin.readline()
"""
COUNT = """
import sys
from pathlib import Path
from gyogwa.pipelines.run_folder import host
host._FOLDER = sys.argv[1]
count = Path(sys.argv[2])
for _ in range(300):
    with host.alone_on_this_host("it"):
        count.write_text(str(int(count.read_text()) + 1))
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for /tmp, so that nothing of these tests gets there."""
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setattr(host, "_FOLDER", str(folder))
    return folder


@pytest.fixture
def start(tmp_path: Path, shared: Path) -> Iterator[Start]:
    """Starts processes, each with a TMPDIR of its own; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def call(script: str, *arguments: object) -> "subprocess.Popen[str]":
        own = tmp_path / f"own-{len(started)}"
        own.mkdir()
        started.append(
            subprocess.Popen(
                [sys.executable, "-P", "-c", script, str(shared), *map(str, arguments)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                env=environment(TMPDIR=str(own)),
            )
        )  # fmt: skip
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.communicate()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def says_nothing(process: "subprocess.Popen[str]", seconds: float) -> bool:
    assert process.stdout is not None
    return not select.select([process.stdout], [], [], seconds)[0]


def test_the_folder_is_the_hosts() -> None:
    assert host._FOLDER == "/tmp"


def test_processes_with_temporary_folders_of_their_own_wait_for_one_another(
    start: Start, shared: Path
) -> None:
    first = start(WAIT)
    assert (line(first), line(first)) == ("asks", "in")
    second = start(WAIT)
    assert line(second) == "asks"
    assert says_nothing(second, 0.5)
    first.communicate("\n")
    assert line(second) == "in"
    second.communicate("\n")
    assert list(shared.iterdir()) == []


def test_a_killed_process_is_in_nobodys_way(start: Start, shared: Path) -> None:
    first = start(WAIT)
    assert (line(first), line(first)) == ("asks", "in")
    first.kill()
    with alone_on_this_host("it"):
        pass
    assert list(shared.iterdir()) == []


def test_taking_the_file_away_lets_no_two_in(start: Start, shared: Path, tmp_path: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    processes = [start(COUNT, count) for _ in range(4)]
    assert [process.wait(PATIENCE) for process in processes] == [0] * 4
    assert count.read_text() == "1200"
    assert list(shared.iterdir()) == []


def test_a_child_that_was_forked_inside_keeps_nobody_out(start: Start, shared: Path) -> None:
    ours, theirs = os.pipe()
    with alone_on_this_host("it"):
        second = start(WAIT)
        assert line(second) == "asks"
        assert says_nothing(second, 0.5)
        child = os.fork()
        if not child:
            os.close(theirs)
            os.read(ours, 1)
            os._exit(0)
    came_in = not says_nothing(second, PATIENCE)
    os.close(theirs)
    os.waitpid(child, 0)
    os.close(ours)
    assert came_in


def test_other_things_wait_for_nothing_and_the_file_is_the_users_alone(shared: Path) -> None:
    with alone_on_this_host("it"), alone_on_this_host("another"), alone_on_this_host("i", "t"):
        assert len(found := list(shared.iterdir())) == 3
        assert all(path.name.startswith(f"gyogwa-{os.getuid()}-") for path in found)
        assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert list(shared.iterdir()) == []


def place_of(shared: Path) -> Path:
    """The name that the lock of "it" has."""
    with alone_on_this_host("it"):
        (path,) = shared.iterdir()
    return path


@pytest.mark.parametrize("there", [True, False])
def test_a_link_that_somebody_put_there_is_not_followed(
    shared: Path, tmp_path: Path, there: bool
) -> None:
    target = tmp_path / "target"
    if there:
        target.write_text("mine")
    path = place_of(shared)
    path.symlink_to(target)
    with pytest.raises(GyogwaError) as refusal, alone_on_this_host("it"):
        pass
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert target.read_text() == "mine" if there else not target.exists()
    assert path.is_symlink()


def test_what_is_no_file_or_another_users_is_refused_at_once(shared: Path) -> None:
    path = place_of(shared)
    os.mkfifo(path)
    with pytest.raises(GyogwaError, match="isn't a file of this user's"), alone_on_this_host("it"):
        pass
    path.unlink()
    if os.getuid():
        pytest.skip("only root can give files to others")
    path.write_text("theirs")
    os.chown(path, 12345, 12345)
    with pytest.raises(GyogwaError), alone_on_this_host("it"):
        pass
    assert path.read_text() == "theirs"


def test_an_error_inside_gives_it_back(shared: Path) -> None:
    with pytest.raises(RuntimeError), alone_on_this_host("it"):
        raise RuntimeError
    assert list(shared.iterdir()) == []
