"""Runs pipelines, here or on another runner, with a progress bar while it lasts."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import PipelineOptions, TestOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle

from gyogwa.pipelines.running.crew import crew_for
from gyogwa.pipelines.running.dataflow import invalid, refuse_incomplete
from gyogwa.pipelines.running.ending import say
from gyogwa.pipelines.running.failures import BACKLOG, WorkerFailure, cause_of, failure_of
from gyogwa.pipelines.running.options import beam_options, is_dataflow, is_local
from gyogwa.pipelines.running.portable import failed, lost, refuse_out_of_reach, watching_pool
from gyogwa.pipelines.running.seams import missing
from gyogwa.pipelines.running.sharing import shared_out
from gyogwa.pipelines.running.showing import console, following, gather, showing
from gyogwa.pipelines.running.states import remember_states
from gyogwa.pipelines.running.streams import release_streams
from gyogwa.pipelines.running.watching import note, note_shuffled
from gyogwa.pipelines.running.workers import replace_workers
from gyogwa.schemas.errors import GyogwaError

__all__ = ["beam_options", "console", "is_local", "run_pipeline", "showing"]


def is_dry_run(options: PipelineOptions) -> bool:
    """Whether the pipeline is only drawn (`--dry_run`): nothing is read and nothing is written."""
    value = str(options.view_as(TestOptions).dry_run)  # Beam takes any text, as it stands
    return value.lower() not in ("false", "none", "no", "0", "")


def run_pipeline(
    build: Callable[[beam.Pipeline], None], options: PipelineOptions, images: int = 0
) -> dict[str, int]:
    """Build and run a pipeline until it is finished; its counters as "namespace/name". `images`:
    about how many there are to work on; see `running.sharing`.

    A dry run ends when the graph is drawn (by the runner too, if it knows of them). Raises the
    GyogwaError that any worker raised, once and whole; for anything else that goes wrong in a
    worker the exception itself, or, from a worker that isn't in this thread, WorkerFailure.
    """
    replace_workers()
    remember_states()
    release_streams()
    job = f"gyogwa-{uuid.uuid4().hex}"
    crew = crew_for(job)
    local = is_local(options)
    result: Any = None
    if not local and not is_dry_run(options):
        refuse_out_of_reach(options)
    if is_dataflow(options):
        refuse_incomplete(options)
    try:
        with _quiet(local), shared_out(options, images):
            runner = _in_process(options, job) if local else None
            pipeline = beam.Pipeline(runner=runner, options=options)
            build(pipeline)
            if is_dry_run(options):
                if not local:
                    pipeline.run()
                return {}
            result = pipeline.run()
            if local:
                state = result.wait_until_finish()
            else:
                with following(result), watching_pool(options, result):
                    state = result.wait_until_finish()
            found = result.metrics().query()  # one of each name for each step
            if not local:
                gather(found)
    except Exception as error:
        if isinstance(cause_of(error), KeyboardInterrupt):
            raise KeyboardInterrupt from None
        if refused := invalid(error):
            raise refused from error
        if not local and isinstance(error, grpc.RpcError):
            raise lost(error, options, result) from error
        failure = crew.failure or failure_of(error)
        if failure.kind == "ours":
            raise GyogwaError(failure.message) from error
        if not local and (ended := failed(error, options)):
            raise ended from error
        if isinstance(error, RuntimeError) and not hasattr(error, "_tagged_with_step"):
            raise WorkerFailure(failure) from None
        raise
    if str(state) not in ("DONE", "PipelineState.DONE"):
        raise GyogwaError(f"the pipeline ended as {state}")
    note(found)
    note_shuffled(getattr(runner, "shuffled", {}))
    counters: dict[str, int] = {}
    for counter in found["counters"]:
        name = f"{counter.key.metric.namespace}/{counter.key.metric.name}"
        counters[name] = counters.get(name, 0) + int(counter.result or 0)
    return counters


def _in_process(options: PipelineOptions, job: str) -> fn_runner.FnApiRunner:
    """The in-process portable runner: the stock DirectRunner tries to download another first.

    Workers in other processes see the options only through the provision info.
    """
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    info = beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded)
    provision = fn_runner.ExtendedProvisionInfo(info, job_name=job)
    if other := missing():
        say(
            f"this release of Apache Beam has another {other}, so memory grows with the corpus: "
            "apache-beam 2.77 lets what waits lie on disk"
        )
        return fn_runner.FnApiRunner(provision_info=provision)
    from gyogwa.pipelines.running.slices import Runner

    return Runner(provision_info=provision)


@contextmanager
def _quiet(local: bool) -> Iterator[None]:
    """Beam's log goes to the backlog; that of a remote runner is the user's way to follow it."""
    if not local:
        yield
        return
    log = logging.getLogger("apache_beam")
    before, log.propagate = log.propagate, False
    log.addHandler(BACKLOG)
    try:
        yield
    finally:
        log.removeHandler(BACKLOG)
        log.propagate = before
