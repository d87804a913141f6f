"""The workers of one run, of which the first failure ends the run.

Beam's own workers print the traceback of every error, once for each worker and again as a log
record; when the first of several fails, the others go on to the end of their work before anybody
hears. Here whoever waits for any of them is answered with the first failure.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

import grpc
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner import worker_handlers
from apache_beam.runners.worker.sdk_worker import SdkHarness

from gyogwa.pipelines.running.failures import Failure, failure_of

_ANSWER_SECONDS = 0.1
END_SECONDS = 10.0
"""That a worker has to end."""
GRACE = 0.5
"""Seconds that threads and streams have, which can't be ended."""


class Crew:
    """The workers of one run. The first failure of one is the failure of all."""

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self._workers: list[Watched] = []
        self._lock = threading.Lock()

    def join(self, worker: "Watched") -> None:
        self._workers.append(worker)

    def fail(self, failure: Failure) -> None:
        """End the run with this failure, unless it has one."""
        with self._lock:
            if self.failure is None:
                self.failure = failure
                for worker in self._workers:
                    worker.stop_soon()
                threading.Thread(target=self._answer, args=(failure,), daemon=True).start()

    def _answer(self, failure: Failure) -> None:
        """Answer whoever asks a worker, until nobody does: the runner waits without a limit."""
        closed = threading.Event()
        while not all(worker.closed for worker in self._workers):
            for worker in self._workers:
                worker.answer(failure)
            closed.wait(_ANSWER_SECONDS)


_crews: WeakValueDictionary[str, Crew] = WeakValueDictionary()


def crew_for(job: str) -> Crew:
    """The crew of the run with this job name."""
    return _crews.setdefault(job, Crew())


class Watched(worker_handlers.GrpcWorkerHandler):
    """What the runner knows of a worker."""

    def __init__(self, _payload: bytes, state: Any, provision: Any, server: Any) -> None:
        super().__init__(state, provision, server)
        self.closed = False
        self.crew = crew_for(provision.job_name)
        self.crew.join(self)
        # a worker that ends in the middle breaks its streams: it is told of elsewhere
        read = _unless_broken(self.control_conn._read)
        self.control_conn._read_thread = threading.Thread(target=read, daemon=True)
        self.data_conn._read_inputs = _unless_broken(self.data_conn._read_inputs)

    def answer(self, failure: Failure) -> None:
        """Answer every instruction that has no answer yet with a failure."""
        for future in list(self.control_conn._futures_by_id.values()):
            if not future.is_done():
                future.set(
                    beam_fn_api_pb2.InstructionResponse(
                        instruction_id=future.instruction_id, error=failure.encode()
                    )
                )

    def close(self) -> None:
        """End the worker: in good order after its work, otherwise without waiting for it."""
        # also for one that comes to ask only now, which Beam lets wait
        self.control_conn.push(worker_handlers.BeamFnControlServicer._DONE_MARKER)
        waiting = any(not f.is_done() for f in list(self.control_conn._futures_by_id.values()))
        if self.crew.failure or waiting or not _done(super().close, END_SECONDS):
            self._grpc_server._DEFAULT_SHUTDOWN_TIMEOUT_SECS = GRACE
            self.data_conn._closed = True
            self.stop_soon()
            self.abandon()
        self.closed = True

    def stop_soon(self) -> None:
        """Ask it to end though it is at work, and don't wait."""

    def abandon(self) -> None:
        """Wait for a worker that was asked to end, where it can be made to."""


def _done(work: Callable[[], None], seconds: float) -> bool:
    """Whether it could be done, and in that time; otherwise it may go on."""
    done = threading.Event()

    def attempt() -> None:
        with suppress(Exception):
            work()
            done.set()

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    return done.is_set()


def _unless_broken(read: Callable[..., None]) -> Callable[..., None]:
    def reading(*arguments: Any) -> None:
        with suppress(grpc.RpcError):
            read(*arguments)

    return reading


class Harness(SdkHarness):
    """A worker whose failures are told once, as a `Failure`, and printed nowhere."""

    def __init__(self, *args: Any, tell: Callable[[Failure], None], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._tell = tell
        self.over = threading.Event()  # nothing is begun any more
        self._at_work: set[str] = set()

    def _execute(self, task: Callable[[], Any], request: Any) -> None:
        def guarded() -> Any:
            try:
                return task()
            except BaseException as error:
                failure = failure_of(error)
                self._tell(failure)
                return beam_fn_api_pb2.InstructionResponse(
                    instruction_id=request.instruction_id, error=failure.encode()
                )

        if not self.over.is_set():
            self._at_work.add(request.instruction_id)
            super()._execute(guarded, request)
            self._at_work.discard(request.instruction_id)

    def rest(self, seconds: float) -> None:
        """Wait that long for what has been begun."""
        deadline = time.monotonic() + seconds
        while self._at_work and time.monotonic() < deadline:
            time.sleep(0.01)
