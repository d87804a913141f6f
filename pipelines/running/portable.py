"""Job services elsewhere (Flink, Spark, Prism …): their options' defaults, and what it means when
one doesn't answer.

Beam's launcher waits for the end of a job for as long as `--job_server_timeout` says, 300 seconds
by default, and then leaves with a traceback while the job goes on. Here it is days. The same option
also says how long Beam waits for a service that isn't there, so that is asked first. Its runners
also end workers between steps by default; here they keep them for a minute.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import grpc
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.portability.api import beam_job_api_pb2

from gyogwa.schemas.errors import GyogwaError

PATIENCE = 14 * 24 * 3600
"""Seconds that a job may take: `--job_server_timeout`, unless it is given."""
KEPT = 60_000
"""Milliseconds that Beam's Flink and Spark runners keep a worker that no step uses:
`--environment_cache_millis`, unless it is given. By default they end it between two steps and start
another, which took 5 to 10 s each time, and when the next step called it as it ended the runner
waited for three minutes ("No client connected within timeout", Flink 1.19)."""
_ANSWER_SECONDS = 60.0
_LOOK_SECONDS = 5.0
_POOL_SECONDS = 120.0
"""That a pool may be away, as when it is restarted, before its job is given up."""
_FAILED = re.compile(r"Pipeline (\S+) failed in state (\w+): (.*)", re.DOTALL)
"""As Beam words it."""
_ENDED = {"DONE", "FAILED", "CANCELLED", "DRAINED", "UPDATED", "STOPPED"}


def with_defaults(options: PipelineOptions, flags: list[str]) -> None:
    """Let the launcher wait for long jobs, and the runner keep its workers from one step to the
    next, unless `flags` say for how long."""
    given = {flag.partition("=")[0].replace("-", "_") for flag in flags}
    portable = options.view_as(PortableOptions)
    if "__job_server_timeout" not in given:
        portable.job_server_timeout = PATIENCE
    if "__environment_cache_millis" not in given:
        portable.environment_cache_millis = KEPT


def refuse_out_of_reach(options: PipelineOptions) -> None:
    """Raise GyogwaError when nothing answers at `--job_endpoint`."""
    endpoint = options.view_as(PortableOptions).job_endpoint
    if not endpoint or endpoint == "embed":
        return
    with grpc.insecure_channel(endpoint) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=_ANSWER_SECONDS)
        except grpc.FutureTimeoutError:
            raise GyogwaError(
                f"--job_endpoint {endpoint}: no job service answers there within "
                f"{_ANSWER_SECONDS:.0f} s; start it, or give its HOST:PORT. No job was started"
            ) from None


@contextmanager
def watching_pool(options: PipelineOptions, result: Any) -> Iterator[None]:
    """While the block waits for a job: cancel it when the pool of its workers
    (`--environment_config`) is gone. Raises GyogwaError then.

    Beam's own job service waits for ever for a worker that was killed: the thread that reads from
    it ends with the stream, and nobody answers what it was asked. Flink and others start another.
    A pool that can't be seen from here when the job begins isn't watched.
    """
    portable = options.view_as(PortableOptions)
    pool = str(portable.environment_config or "") if portable.environment_type == "EXTERNAL" else ""
    stop, gone = threading.Event(), threading.Event()

    def watch() -> None:
        seen = time.monotonic()
        while not stop.wait(_LOOK_SECONDS):
            if _answers(pool):
                seen = time.monotonic()
            elif time.monotonic() - seen > _POOL_SECONDS:
                gone.set()
                with suppress(Exception):  # the service may be gone as well: that is said elsewhere
                    result.cancel()
                return

    if _answers(pool):
        threading.Thread(target=watch, daemon=True, name="pool").start()
    try:
        yield
    except Exception as error:
        if gone.is_set():
            raise _without_pool(pool) from error
        raise
    finally:
        stop.set()
    if gone.is_set():
        raise _without_pool(pool)


def _without_pool(pool: str) -> GyogwaError:
    return GyogwaError(
        f"--environment_config {pool}: the pool of workers hasn't answered for "
        f"{_POOL_SECONDS:.0f} s, so the job was cancelled; start the pool and run again: what was "
        "finished is kept"
    )


def _answers(address: str) -> bool:
    """Whether somebody listens at HOST:PORT."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdigit()):
        return False
    try:
        with socket.create_connection((host, int(port)), timeout=2):
            return True
    except OSError:
        return False


def lost(error: grpc.RpcError, options: PipelineOptions, result: Any) -> GyogwaError:
    """What to say when the job service failed to answer: `result` is the job's, None before there
    was one."""
    endpoint = options.view_as(PortableOptions).job_endpoint or "the runner's own"
    said = f"job service {endpoint}: {_said(error)}"
    if result is None:
        return GyogwaError(f"{said}; no job was started, so run again when that is mended")
    job = getattr(result, "_job_id", "")
    state = _state(result)
    if state is None:
        known = "whether it goes on can't be asked: look at the runner's own page or log"
    elif state in _ENDED:
        known = f"it has ended as {state}: run the same command again, which keeps what is finished"
    else:
        known = f"it goes on ({state}): follow it on the runner's own page or log"
    after = "" if state in _ENDED else "; when it has ended, and not before, run the same command"
    return GyogwaError(f"{said}; the launcher has lost job {job}, and {known}{after}")


def failed(error: Exception, options: PipelineOptions) -> GyogwaError | None:
    """What to say when the runner ended a job for a reason of its own (workers that don't come,
    memory, network); None where a step of ours failed, which comes with a traceback."""
    found = _FAILED.match(str(error))
    if found is None or "Traceback" in found[3]:
        return None
    endpoint = options.view_as(PortableOptions).job_endpoint or "the runner's own"
    reason = " ".join(found[3].split())[:300]
    return GyogwaError(
        f"job service {endpoint}: job {found[1]} ended as {found[2]} ({reason}); the runner's own "
        "page or log says why. What was finished is kept, run again to go on"
    )


def _state(result: Any) -> str | None:
    """The state of a job; None where that can't be asked."""
    try:
        request = beam_job_api_pb2.GetJobStateRequest(job_id=result._job_id)
        found = result._job_service.GetState(request, timeout=_ANSWER_SECONDS / 6)
    except (grpc.RpcError, AttributeError):
        return None
    return str(beam_job_api_pb2.JobState.Enum.Name(found.state))


def _said(error: grpc.RpcError) -> str:
    code = error.code().name if isinstance(error, grpc.Call) else type(error).__name__
    details = str(error.details() or "") if isinstance(error, grpc.Call) else ""
    return " ".join(f"{code} {details}".split())[:300]
