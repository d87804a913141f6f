"""However a run ends, it ends soon, says why in one line, and leaves nothing behind."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from tests.pipelines.program import Program, wait_until
from tests.pipelines.test_annotate import write_page
from tests.sharing import Share
from tests.transforms.annotate.engines.hostile import WIDTH
from tests.transforms.files.disks import small_disk

STOPPED = ["gyogwa: stopped; what was finished is kept, run again to go on"]
TERMINATED = ["gyogwa: ended by SIGTERM; what was finished is kept, run again to go on"]
HUNG_UP = ["gyogwa: ended by SIGHUP; what was finished is kept, run again to go on"]
SLEEPER = ("--ocr_engine", "tests.transforms.annotate.engines.hostile:Sleeper")
THREADS = ("--direct_running_mode", "multi_threading", "--direct_num_workers", "2")
PROCESSES = ("--direct_running_mode", "multi_processing", "--direct_num_workers", "2")
MODES = {"in_memory": (), "multi_threading": THREADS, "multi_processing": PROCESSES}
WORKER = "gyogwa.pipelines.running.worker"


@pytest.fixture(scope="session")
def ingested(share: Share) -> Path:
    """A run that has been ingested, with an image that the sleeping engine never gets over."""

    def make(folder: Path) -> None:
        for number, text in enumerate(("alpha", "bravo", "charlie")):
            write_page(folder / "in" / f"{number}.png", text)
        write_page(folder / "in" / "9.png", "sleep", WIDTH)
        arguments = ["--input", str(folder / "in"), "--output", str(folder / "out")]
        assert main(["ingest", *arguments]) == 0

    return share("sleepy", make) / "out"


@pytest.fixture
def run(ingested: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(ingested, tmp_path / "run"))


@pytest.fixture
def hanging(run: Path, tmp_path: Path, mode: str) -> Iterator[Program]:
    """An annotation that is under way, in the mode of the test, and would never end."""
    flags = ("--output", str(run), "--ocr_processes", "1", *SLEEPER, *MODES[mode])
    asleep = tmp_path / "asleep"
    with Program(tmp_path, "annotate", *flags, "--ocr_option", f"once={asleep}") as program:
        wait_until(asleep.exists, "an engine that hangs")
        yield program


@pytest.mark.parametrize(
    ("mode", "number", "code", "said"),
    [
        ("in_memory", signal.SIGHUP, 129, HUNG_UP),
        ("multi_threading", signal.SIGINT, 130, STOPPED),
        ("multi_processing", signal.SIGTERM, 143, TERMINATED),
    ],
)
def test_a_signal_ends_a_run_whose_engine_hangs(
    hanging: Program, run: Path, number: signal.Signals, code: int, said: list[str]
) -> None:
    """Each mode and each signal once: a thread that knows of neither takes them (`ending`)."""
    hanging.tell(number)
    assert hanging.end() == (code, said)
    wait_until(lambda: not hanging.below(), "the end of its processes")
    assert hanging.leftovers(run) == []


@pytest.mark.parametrize("mode", ["multi_processing"])
def test_a_killed_worker_process_ends_the_run(hanging: Program, run: Path) -> None:
    os.kill(hanging.below(WORKER)[0], signal.SIGKILL)
    code, said = hanging.end()
    assert code == 1
    (line,) = said
    assert line.startswith("gyogwa: a worker process was ended by SIGKILL from outside")
    assert line.endswith("what was finished is kept, run again to go on")
    wait_until(lambda: not hanging.below(), "the end of its processes")
    assert hanging.leftovers(run) == []


@pytest.mark.parametrize("mode", ["multi_processing"])
def test_worker_processes_go_with_a_killed_parent(hanging: Program) -> None:
    assert hanging.below(WORKER)
    hanging.tell(signal.SIGKILL)
    wait_until(lambda: not hanging.below(WORKER), "the end of its workers")


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core: no process draws for another")
def test_drawing_processes_go_with_a_killed_parent(tmp_path: Path) -> None:
    with Program(tmp_path, "synthesize", "--count", "4000", "--output", "in") as program:
        wait_until(lambda: program.below("spawn_main"), "processes that draw")
        wait_until(lambda: any(tmp_path.glob("in/**/images/*")), "images")
        program.tell(signal.SIGKILL)
        wait_until(lambda: not program.below(), "the end of its processes")


def test_a_signal_that_was_ignored_stays_ignored(few: Path, tmp_path: Path) -> None:
    """As with `nohup`."""
    arguments = ("ingest", "--input", str(few), "--output", str(tmp_path / "run"))
    with Program(tmp_path, *arguments, ignored=(signal.SIGHUP,)) as running:
        while not running.has_ended():
            running.tell(signal.SIGHUP)
            time.sleep(0.1)
        assert running.end() == (0, [])


MOMENTS = {"synthesize": (1.5,), "ingest": (0.5,), "assemble": (2.5, 4.0), "lint": (0.5,)}
"""Seconds of computing, since what a program is at after so long depends on who else is at work."""


@pytest.mark.parametrize(
    ("command", "moment"), [(name, moment) for name, all_ in MOMENTS.items() for moment in all_]
)
def test_ctrl_c_at_any_moment_is_one_line(
    command: str, moment: float, few: Path, tmp_path: Path, finished: Path
) -> None:
    """Whatever the moment finds the program at; it may only have finished before."""
    run = tmp_path / "run"
    arguments = {
        "synthesize": ["--count", "40", "--output", str(run)],
        "ingest": ["--input", str(few), "--output", str(run)],
        "assemble": ["--output", str(run)],
        "lint": [str(run)],
    }[command]
    if command in ("assemble", "lint"):
        shutil.copytree(finished, run)
    with Program(tmp_path, command, *arguments) as program:
        wait_until(lambda: program.has_ended() or program.answers_signals(), "the command line")
        wait_until(lambda: program.has_ended() or program.seconds() >= moment, "the moment")
        program.tell(signal.SIGINT)
        code, said = program.end()
        if code != 0:
            assert (code, said) == (130, STOPPED)
        wait_until(lambda: not program.below(), "the end of its processes")
        assert program.leftovers(run) == []


def test_a_stopped_run_goes_on_to_the_same_result(
    few: Path, finished: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    arguments = ("build", "--input", str(few), "--output", str(run))
    with Program(tmp_path, *arguments) as program:
        wait_until(lambda: list(run.glob("annotations/*.parquet")), "annotations")
        program.tell(signal.SIGINT)
        assert program.end() == (130, STOPPED)
    assert main(list(arguments)) == 0
    for shard in finished.rglob("*.tar"):
        assert (run / shard.relative_to(finished)).read_bytes() == shard.read_bytes()


@pytest.mark.parametrize("mode", ["in_memory", "multi_processing"])
def test_a_full_disk_is_one_line(few: Path, tmp_path: Path, mode: str) -> None:
    with small_disk(tmp_path / "disk", 100) as disk:
        (disk / "filler").write_bytes(bytes(60_000))
        arguments = ("--input", str(few), "--output", str(disk / "run"))
        with Program(tmp_path, "ingest", *arguments, *MODES[mode]) as program:
            code, (line,) = program.end()
        assert code == 1
        assert line.startswith("gyogwa: ")
        assert "disk is full" in line or "No space left on device" in line
        assert "while running" not in line
        wait_until(lambda: not program.below(), "the end of its processes")
        assert program.leftovers(disk) == []


def test_an_output_that_is_no_folder_is_one_line(few: Path, tmp_path: Path) -> None:
    """Before any worker is started."""
    (tmp_path / "file").touch()
    arguments = ("--input", str(few), "--output", str(tmp_path / "file" / "run"))
    with Program(tmp_path, "ingest", *arguments) as program:
        code, (line,) = program.end()
    assert code == 1
    assert line.startswith("gyogwa: ")
    assert str(tmp_path / "file") in line
