"""A job service that doesn't answer: one line, which says what has become of the job."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.runner import run_pipeline
from gyogwa.pipelines.running import portable
from gyogwa.pipelines.running.options import beam_options
from gyogwa.schemas.errors import GyogwaError
from tests.pipelines.cluster import cluster
from tests.pipelines.program import wait_until

ELSEWHERE = ["--runner=PortableRunner", "--job_endpoint=localhost:1"]


# Beam's thread that reads messages ends with the stream; a program keeps that for its log
broken = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def patience(options: PipelineOptions) -> Any:
    return options.view_as(PortableOptions).job_server_timeout


def test_the_launcher_waits_for_days_unless_it_is_told() -> None:
    assert patience(beam_options(ELSEWHERE)) == 14 * 24 * 3600
    assert patience(beam_options([*ELSEWHERE, "--job_server_timeout=5"])) == 5
    assert patience(beam_options([*ELSEWHERE, "--job-server-timeout", "5"])) == 5


def test_workers_are_kept_from_step_to_step_unless_it_is_told() -> None:
    def kept(*flags: str) -> int:
        options = beam_options([*ELSEWHERE, *flags]).view_as(PortableOptions)
        return int(options.environment_cache_millis)

    assert kept() == 60_000
    assert kept("--environment_cache_millis=0") == 0


def test_a_service_that_is_not_there_is_told_before_a_job_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portable, "_ANSWER_SECONDS", 0.3)
    with pytest.raises(GyogwaError, match=r"localhost:1: no job service answers.*No job was start"):
        run_pipeline(slow(0), beam_options(ELSEWHERE))


def slow(seconds: float) -> Any:
    def build(pipeline: beam.Pipeline) -> None:
        def wait(seconds: float, place: str) -> None:
            Path(place).touch()
            time.sleep(seconds)

        _ = pipeline | beam.Create([seconds]) | beam.Map(wait, PLACES[-1])

    return build


PLACES = [os.devnull]
"""Where a job leaves a file when it is at work."""


@broken
def test_a_pool_that_dies_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two, with its workers: Beam's service would wait for them for ever."""
    monkeypatch.setattr(portable, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(portable, "_POOL_SECONDS", 2.0)
    PLACES.append(str(tmp_path / "begun"))

    def kill() -> None:
        wait_until(lambda: Path(PLACES[-1]).exists(), "the job begins")
        os.killpg(int((tmp_path / "first.pid").read_text()), signal.SIGKILL)

    with cluster(tmp_path) as flags:
        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(GyogwaError, match=r"the pool of workers hasn't answered for 2 s"):
            run_pipeline(slow(3600), beam_options(flags))
        killer.join()


@broken
def test_a_job_whose_launcher_or_service_is_lost_is_told(tmp_path: Path) -> None:
    def kill() -> None:
        wait_until(lambda: Path(PLACES[-1]).exists(), "the job begins")
        os.kill(int((tmp_path / "jobs.pid").read_text()), signal.SIGKILL)

    with cluster(tmp_path) as flags:
        PLACES.append(str(tmp_path / "first-begun"))
        options = beam_options([*flags, "--job_server_timeout=20"])  # also to accept the job
        with pytest.raises(
            GyogwaError, match=r"DEADLINE_EXCEEDED.*lost job .*it goes on \(RUNNING\)"
        ):
            run_pipeline(slow(60), options)
        PLACES.append(str(tmp_path / "second-begun"))
        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(GyogwaError, match=r"lost job .*whether it goes on can't be asked"):
            run_pipeline(slow(60), beam_options(flags))
        killer.join()


def test_a_job_that_its_runner_ended_is_no_bug_of_ours() -> None:
    options = beam_options(ELSEWHERE)
    ended = RuntimeError("Pipeline job-1 failed in state FAILED: no worker came")
    said = str(portable.failed(ended, options))
    assert "job job-1 ended as FAILED (no worker came)" in said
    ours = RuntimeError("Pipeline job-1 failed in state FAILED: Traceback …\nKeyError: 1")
    assert portable.failed(ours, options) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--input=/in", "--output=gs://b/run"], "--input /in: is on this machine"),
        (["--input=gs://b/in", "--output=/run"], "--output /run: is on this machine"),
    ],
)
def test_workers_of_dataflow_see_no_path_of_this_machine(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    given = [flag.replace("=/", f"={tmp_path}/") for flag in given]
    assert main(["build", *given, "--runner=DataflowRunner"]) == 1
    assert said.replace(" /", f" {tmp_path}/") in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "in"]
