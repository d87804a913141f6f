"""Real commands that meet, are stopped or are killed while they write."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from tests.pipelines.program import PATIENCE, as_in_a_terminal, wait_until
from tests.pipelines.run_folder.checks import is_clean, opens, refused
from tests.pipelines.run_folder.conftest import Assemble
from tests.pipelines.run_folder.trees import add_foreign, foreign_in, published

Command = subprocess.Popen[bytes]
STOPS = """
import os, signal, sys
from gyogwa.pipelines import assemble
from gyogwa.pipelines.cli import main

run = assemble.run_pipeline

def run_and_stop(*arguments, **settings):
    done = run(*arguments, **settings)
    os.kill(os.getpid(), signal.SIGSTOP)
    return done

assemble.run_pipeline = run_and_stop
sys.exit(main())
"""
"""The command line, which stops when it has written all stages aside, as by Ctrl-Z."""


@pytest.fixture
def start(run: Path, curricula: dict[str, str]) -> Iterator[Callable[[], Command]]:
    """Start `gyogwa assemble` on the run; gives the process, stopped while it builds aside."""
    started: list[Command] = []

    def call() -> Command:
        options = ["assemble", "--output", str(run), "--curriculum", curricula["other"]]
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", STOPS, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=as_in_a_terminal,
        )  # fmt: skip
        started.append(process)

        def has_stopped() -> bool:
            assert process.poll() is None
            stat = Path(f"/proc/{process.pid}/stat").read_text()
            return stat.rpartition(")")[2].split()[0] == "T"

        wait_until(has_stopped, "a build aside")
        assert list((run / ".building").glob("*/stages"))
        return process

    yield call
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def marker(run: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((run / "run.json").read_text())
    return loaded


def test_a_second_writer_refuses_while_readers_read_the_old_run(
    run: Path,
    second: Path,
    labelled: Path,
    start: Callable[[], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    process, before = start(), published(run)
    for command in (["ingest", "--input", str(labelled)], ["annotate"]):
        assert main([*command, "--output", str(run)]) == 1
        assert refused(capsys, "run.lock", str(process.pid), "assemble")
    assert is_clean(run, capsys)
    assert opens(run)
    assert published(run) == before
    assert marker(run)["state"] == "running"
    process.send_signal(signal.SIGCONT)
    assert process.wait(PATIENCE) == 0
    assert published(run) == published(second)
    assert marker(run)["state"] == "done"
    assert not (run / "run.lock").exists()
    assert not (run / ".building").exists()


def test_a_stopped_command_gives_everything_back(
    run: Path,
    start: Callable[[], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    foreign, before = add_foreign(run), published(run)
    process = start()
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    assert not (run / "run.lock").exists()
    assert not (run / ".building").exists()
    assert marker(run)["state"] == "failed"
    assert published(run) == before
    assert foreign_in(run) == foreign
    assert is_clean(run, capsys)
    assert opens(run)


SIGNALLED = """
import os, sys, threading
from gyogwa.pipelines.run_folder.claim import claimed
from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.files.unfinished import give_up

def end():
    give_up(60)
    os._exit(143)

with claimed(RunLayout(sys.argv[1]), "assemble") as run:
    with run.phase("assemble", {}), run.aside() as target:
        write_bytes(target.plan, b"{}")
        threading.Thread(target=end).start()
        threading.Event().wait()
"""


def test_a_process_that_leaves_without_unwinding_gives_everything_back(run: Path) -> None:
    before = published(run)
    ended = subprocess.run([sys.executable, "-P", "-c", SIGNALLED, str(run)], check=False)
    assert ended.returncode == 143
    assert not (run / "run.lock").exists()
    assert not (run / ".building").exists()
    assert (marker(run)["state"], marker(run)["message"]) == ("failed", "ended by a signal")
    assert not list(run.glob(".incomplete-*"))
    assert published(run) == before


def test_a_killed_command_leaves_the_old_run_and_the_next_clears_up(
    run: Path,
    second: Path,
    assemble: Assemble,
    start: Callable[[], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    foreign, before = add_foreign(run), published(run)
    process = start()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (run / "catalog" / ".incomplete-0123abcd").write_text("half")
    assert (run / ".building").exists()
    assert marker(run)["state"] == "running"
    assert published(run) == before
    assert is_clean(run, capsys)
    assert opens(run)
    assert assemble(run, "other") == 0
    error = capsys.readouterr().err
    assert re.search(rf"took over .*process {process.pid} on this host", error)
    assert published(run) == published(second)
    assert foreign_in(run) == foreign
    assert not (run / ".building").exists()
    assert not (run / "catalog" / ".incomplete-0123abcd").exists()


def test_the_marker_says_what_was_done(
    run: Path, labelled: Path, assemble: Assemble, capsys: pytest.CaptureFixture[str]
) -> None:
    before = marker(run)
    assert before["kind"] == "gyogwa run"
    assert (before["command"], before["state"], before["message"]) == ("build", "done", "")
    phases = before["phases"]
    assert isinstance(phases, dict)
    assert list(phases) == ["ingest", "annotate", "assemble"]
    assert phases["ingest"]["settings"]["inputs"][0]["path"] == str(labelled)
    assert all(phase["seconds"] >= 0 for phase in phases.values())
    (run / "catalog" / "0123456789abcdef.parquet").write_text("broken")
    assert assemble(run) == 1
    after = marker(run)
    assert (after["command"], after["state"]) == ("assemble", "failed")
    assert after["run_id"] == before["run_id"]
    assert str(after["message"]) in capsys.readouterr().err


def test_every_file_of_a_run_is_known_as_its_own(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table or file that a later release adds must be known in `schemas.layout` too."""
    run = tmp_path / "run"
    shutil.copytree(built, run)
    for _ in range(2):  # what the first writes the second must know
        assert main(["annotate", "--output", str(run), "--measure_ocr", "2"]) == 0
    assert (run / "annotations" / "quality.json").exists()
    assert "left alone" not in capsys.readouterr().err
