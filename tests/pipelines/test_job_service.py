"""A job service that doesn't answer: one line, which says what has become of the job."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import apache_beam as beam
import psutil
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


def patience(options: PipelineOptions) -> Any:
    return options.view_as(PortableOptions).job_server_timeout


def test_the_launcher_waits_for_days_unless_it_is_told() -> None:
    assert patience(beam_options(ELSEWHERE)) == 14 * 24 * 3600
    assert patience(beam_options([*ELSEWHERE, "--job_server_timeout=5"])) == 5
    assert patience(beam_options([*ELSEWHERE, "--job-server-timeout", "5"])) == 5


def test_a_service_that_is_not_there_is_told_before_a_job_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portable, "_ANSWER_SECONDS", 0.3)
    with pytest.raises(GyogwaError, match=r"localhost:1: no job service answers.*No job was start"):
        run_pipeline(lambda pipeline: None, beam_options(ELSEWHERE))


def slow(folder: Path) -> Any:
    """A job that leaves a file when it is at work, and is at it until there is another."""

    def build(pipeline: beam.Pipeline) -> None:
        def wait(place: str) -> None:
            (Path(place) / "begun").touch()
            wait_until((Path(place) / "end").exists, "the end of a long piece of work")

        _ = pipeline | beam.Create([str(folder)]) | beam.Map(wait)

    return build


# Beam's thread that reads messages ends with the stream; a program keeps that for its log
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_lost_job_is_told_with_what_becomes_of_it(tmp_path: Path) -> None:
    with cluster(tmp_path) as flags:
        lost_while_it_goes_on(tmp_path / "one", flags)
        lost_with_its_service(tmp_path / "other", flags, str(tmp_path / "jobs.port"))


def lost_while_it_goes_on(folder: Path, flags: list[str]) -> None:
    folder.mkdir()
    # which is also how long the service may take to accept the job
    options = beam_options([*flags, "--job_server_timeout=10"])
    said = r"DEADLINE_EXCEEDED.*lost job .*it goes on \(RUNNING\)"
    try:
        with pytest.raises(GyogwaError, match=said):
            run_pipeline(slow(folder), options)
    finally:
        (folder / "end").touch()


def lost_with_its_service(folder: Path, flags: list[str], mark: str) -> None:
    folder.mkdir()
    (service,) = (p for p in psutil.Process().children() if mark in p.cmdline())

    def kill() -> None:
        wait_until((folder / "begun").exists, "the job begins")
        with suppress(ProcessLookupError):
            os.kill(service.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(GyogwaError, match=r"lost job .*whether it goes on can't be asked"):
        run_pipeline(slow(folder), beam_options(flags))
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
