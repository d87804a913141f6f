"""Running pipelines here: no mode mixes up rows, and an error of any worker is told once, whole."""

import errno
import os
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.coders import Coder
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import fn_runner, worker_handlers
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.pipelines.running.failures import decode, failure_of, line_of
from gyogwa.pipelines.running.options import beam_options, is_local
from gyogwa.schemas.errors import GyogwaError
from tests.pipelines.program import Program, wait_until

MODES = {
    "in_memory": [],
    "two_in_memory": ["--direct_num_workers=2"],
    "multi_threading": ["--direct_running_mode=multi_threading", "--direct_num_workers=2"],
    "multi_processing": ["--direct_running_mode=multi_processing", "--direct_num_workers=2"],
}
SEVERAL = list(MODES)[1:]
ALONE = {"in_memory": [], "multi_processing": ["--direct_running_mode=multi_processing"]}
"""With one worker: in this process, and in one of its own."""
CLOCK = 1.0
"""Seconds after which Beam's own workers flush."""
MEMORY = 5_000_000_000
"""Bytes of address space; what is imported takes most of it."""


class Slow:
    """What takes longer to encode than Beam's workers take to flush."""

    def __init__(self, number: int, folder: Path) -> None:
        self.number, self.folder = number, folder


class SlowCoder(Coder):  # type: ignore[misc]
    """Holds two workers in the middle of an element until both are there and the clock has run."""

    def encode(self, value: Slow) -> bytes:
        (value.folder / f"encoding-{value.number}").touch()
        wait_until(lambda: len(list(value.folder.glob("encoding-*"))) == 2, "the other worker")
        time.sleep(2.5 * CLOCK)  # both have written what goes before the value
        return f"{value.number} {value.folder}".encode()

    def decode(self, encoded: bytes) -> Slow:
        number, folder = encoded.decode().split(" ", 1)
        return Slow(int(number), Path(folder))

    def estimate_size(self, value: Slow) -> int:
        return 1

    def is_deterministic(self) -> bool:
        return True


def build_slow(pipeline: beam.Pipeline, folder: Path) -> None:
    """Two workers encode an element each at the same time, into the same buffer."""

    def slow(pair: tuple[int, Any]) -> Slow:
        return Slow(pair[0], folder)

    def arrive(element: Slow) -> None:
        (folder / f"arrived-{element.number}").touch()

    beam.coders.registry.register_coder(Slow, SlowCoder)
    _ = (
        pipeline
        | beam.Create([(1, None), (2, None)], reshuffle=False)
        | beam.GroupByKey()
        | beam.Map(slow).with_output_types(Slow)
        | beam.Reshuffle()
        | beam.Map(arrive)
    )


def run_slow(folder: str, mode: str, ours: bool) -> None:
    """Run it with our workers or with Beam's own, whose clock then runs, in a process of its own
    with little memory: a broken length may ask for all there is."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if ours:
        run_pipeline(lambda p: build_slow(p, Path(folder)), beam_options(MODES[mode]))
        return
    worker_handlers.DATA_BUFFER_TIME_LIMIT_MS = int(CLOCK * 1000)
    pipeline = beam.Pipeline(runner=fn_runner.FnApiRunner(), options=PipelineOptions(MODES[mode]))
    build_slow(pipeline, Path(folder))
    pipeline.run()


def arrived(folder: Path, *modes: str, ours: bool) -> list[list[str]]:
    """Which elements came out in each of the modes, one after another in one process."""
    for mode in modes:
        (folder / mode).mkdir()
    calls = [f"test_runner.run_slow({str(folder / mode)!r}, {mode!r}, {ours})" for mode in modes]
    script = "; ".join(["from tests.pipelines import test_runner", *calls])
    with Program(folder, python=("-P", "-c", script)) as program:
        _, said = program.end()
    for mode in modes:
        assert len(list((folder / mode).glob("encoding-*"))) == 2, said
    return [sorted(path.name for path in (folder / mode).glob("arrived-*")) for mode in modes]


BOTH = ["arrived-1", "arrived-2"]


def test_a_slow_element_comes_out_whole(tmp_path: Path) -> None:
    assert arrived(tmp_path, *SEVERAL, ours=True) == [BOTH] * len(SEVERAL)


def test_beams_own_workers_still_mix_up_elements(tmp_path: Path) -> None:
    """Should this fail, Beam has mended it, and `replace_workers` has less to do."""
    found = []
    for attempt in range(4):  # a busy machine may keep one of them from meeting the clock
        (folder := tmp_path / str(attempt)).mkdir()
        found += arrived(folder, "multi_threading", ours=False)
        if found[-1] != BOTH:
            return
    raise AssertionError(found)


def test_no_stream_of_the_runner_has_a_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not in the other direction either, where elements would be lost rather than mixed up."""
    from apache_beam.runners.worker import data_plane

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a stream with a clock")

    monkeypatch.setattr(
        data_plane.TimeBasedBufferingClosableOutputStream, "_schedule_periodic_flush", refuse
    )

    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([1, 2, 3]) | beam.Reshuffle()

    for mode in ("two_in_memory", "multi_threading"):
        run_pipeline(build, beam_options(MODES[mode]))
    run_pipeline(build, beam_options(ALONE["multi_processing"]))


def raising(error: Callable[[int], Exception]) -> Callable[[beam.Pipeline], None]:
    """A pipeline each of whose two elements, and each of whose workers, meets an error."""

    def fail(pair: tuple[int, Any]) -> None:
        raise error(pair[0])

    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([(1, None), (2, None)], reshuffle=False)
            | beam.GroupByKey()
            | "Fail" >> beam.Map(fail)
        )

    return build


@pytest.mark.parametrize("mode", MODES)
def test_an_error_for_the_user_comes_once_and_whole(
    mode: str, capfd: pytest.CaptureFixture[str]
) -> None:
    message = "a.jpg: two mistakes\n  the first [while running 'x']\n  and 'the second'"
    with pytest.raises(GyogwaError) as caught:
        run_pipeline(raising(lambda _: GyogwaError(message)), beam_options(MODES[mode]))
    assert str(caught.value) == message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ALONE)
def test_what_the_system_refuses_is_said_in_its_words(
    mode: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> OSError:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/x.tar")

    with pytest.raises(Exception) as caught:  # noqa: PT011
        run_pipeline(raising(full), beam_options(ALONE[mode]))
    line = line_of(failure_of(caught.value), str(tmp_path))
    assert line.startswith("/data/x.tar: No space left on device in Fail; details in ")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ALONE)
def test_a_bug_is_one_line_and_a_file(
    mode: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run_pipeline(raising(lambda _: KeyError("the\nreason")), beam_options(ALONE[mode]))
    line = line_of(failure_of(caught.value), str(tmp_path))
    (log,) = tmp_path.iterdir()
    assert line == (rf"a bug of ours in Fail: KeyError: 'the\nreason'; please report it with {log}")
    assert "raise error(pair[0])" in log.read_text()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ["multi_threading", "multi_processing"])
def test_the_first_failure_ends_the_work_of_the_others(mode: str, tmp_path: Path) -> None:
    end = tmp_path / "end"

    def error(number: int) -> Exception:
        (tmp_path / str(number)).touch()
        if number == 1:
            wait_until((tmp_path / "2").exists, "the other worker")
            return GyogwaError("enough")
        wait_until(end.exists, "the end of a long piece of work")
        return GyogwaError("too late")

    try:
        with pytest.raises(GyogwaError, match="enough"):
            run_pipeline(raising(error), beam_options(MODES[mode]))
    finally:
        end.touch()


@settings(max_examples=30)
@given(message=st.text(st.characters(codec="utf-8")), step=st.text(st.characters(codec="utf-8")))
def test_failures_cross_processes_as_they_are(message: str, step: str) -> None:
    failure = failure_of(GyogwaError(message))
    assert decode(f"RuntimeError: {failure.encode()}\nand more") == failure


def test_other_runners_pass_errors_on_as_tracebacks() -> None:
    try:
        try:
            raise GyogwaError("two\nlines [while running 'Ingest/Read-ptransform-12']")
        except GyogwaError as error:
            raise RuntimeError("the pipeline failed") from error
    except RuntimeError as error:
        failure = failure_of(RuntimeError("".join(traceback.format_exception(error))))
    assert (failure.kind, failure.message, failure.step) == ("ours", "two\nlines", "Ingest/Read")


@pytest.mark.parametrize("name", ["", "DirectRunner", "directrunner", "direct", "FnApiRunner"])
def test_local_runners_by_any_name_run_here(name: str) -> None:
    assert is_local(beam_options([f"--runner={name}"] if name else []))
    assert not is_local(beam_options(["--runner=DataflowRunner"]))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--runner=DaskRunner"], "--runner=DaskRunner: it silently skips writing"),
        (["--runner=bundlebaseddirectrunner"], "use DirectRunner"),
        (["--experiments=data_buffer_time_limit_ms=5"], "cut elements in two"),
        (["--no_such_option"], "unknown option '--no_such_option'"),
        (["out/run"], "'out/run' belongs to no option; a run is named by --output DIR"),
        (["--direct_num_workers=many"], "invalid int value: 'many'"),
    ],
)
def test_options_that_are_refused(flags: list[str], said: str) -> None:
    with pytest.raises(GyogwaError, match=re.escape(said)):
        beam_options(flags)
