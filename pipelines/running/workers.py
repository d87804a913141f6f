"""Beam's local workers, ours in place of its own: safe, quiet, watched.

`--direct_running_mode` chooses among three. `in_memory` (the default, one worker) runs in the
calling thread, and its output never meets a clock: it is Beam's own and stays. `multi_threading`
and `multi_processing` serve workers over gRPC, in this process or in others, and Beam's own have
four faults:

- **They cut elements in two, and lose some.** In this process, output is flushed every second
  (`DATA_BUFFER_TIME_LIMIT_MS`) by a thread of its own, in the middle of an element if need be, and
  the runner appends what several workers send to one buffer. Halves interleave: rows come back
  broken, as others, or with a length of gigabytes. With a single worker, too, what is written
  between the thread's copy of the buffer and its clearing is lost without an error (measured with
  the clock at 1 ms: 23 to 438 of 200,000 elements). The runner's own stream towards its workers,
  those in other processes included, has that clock as well. Workers in processes have none for what
  they send, unless `--experiments=data_buffer_time_limit_ms` asks for it, which is refused. Without
  a clock, output is flushed between elements only. Here no stream has one.
- They print the traceback of every error, once for each worker, and again as a log record.
- When the first of several fails, the others go on to the end of their work before anybody hears.
- A process that is killed leaves the run waiting for ever.

Here the first failure ends the run: whoever waits for any of the workers is answered with it.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO

from apache_beam.portability import python_urns
from apache_beam.portability.api import endpoints_pb2
from apache_beam.runners.portability.fn_api_runner import worker_handlers
from google.protobuf import json_format, text_format

from gyogwa.pipelines.running.crew import END_SECONDS, GRACE, Harness, Watched
from gyogwa.pipelines.running.failures import Failure, decode, failure_of
from gyogwa.schemas.errors import GyogwaError


def replace_workers() -> None:
    """Have Beam use these workers in place of its own, and no clock in any stream of this process.

    Raises GyogwaError for a Beam where that isn't done this way.
    """
    if not hasattr(worker_handlers, "DATA_BUFFER_TIME_LIMIT_MS"):
        raise GyogwaError(
            "this release of Apache Beam isn't known to keep elements whole; install "
            "apache-beam 2.77"
        )
    worker_handlers.DATA_BUFFER_TIME_LIMIT_MS = 0
    register = worker_handlers.WorkerHandler.register_environment
    register(python_urns.EMBEDDED_PYTHON_GRPC, bytes)(_Thread)
    register(python_urns.SUBPROCESS_SDK, bytes)(_Process)


class _Thread(Watched):
    """A worker in this process, in threads of its own."""

    _harness: Harness | None = None

    def start_worker(self) -> None:
        self._harness = Harness(
            self.control_address,
            worker_id=self.worker_id,
            state_cache_size=worker_handlers.STATE_CACHE_SIZE_MB << 20,
            data_buffer_time_limit_ms=0,
            runner_capabilities=worker_handlers.FNAPI_RUNNER_CAPABILITIES,
            tell=self.crew.fail,
        )
        self._thread = threading.Thread(target=self._run, args=(self._harness,), daemon=True)
        self._thread.start()

    def _run(self, harness: Harness) -> None:
        try:
            harness.run()
        except Exception as error:
            if not self.closed:
                self.crew.fail(failure_of(error))

    def stop_worker(self) -> None:
        self._thread.join()

    def stop_soon(self) -> None:
        if self._harness:
            self._harness.over.set()

    def abandon(self) -> None:
        if self._harness:
            self._harness.rest(GRACE)
            self._thread.join(GRACE)


class _Process(Watched):
    """A worker in a process of its own; see `worker`."""

    _process: "subprocess.Popen[bytes] | None" = None
    _asked = False  # to end

    def start_worker(self) -> None:
        # which stays as long as the process, as `die_with_parent` wants it
        self._thread = threading.Thread(target=self._live, name="worker", daemon=True)
        self._thread.start()

    def _live(self) -> None:
        tells, told = os.pipe()
        with tempfile.TemporaryFile() as said:
            try:
                self._process = self._start(told, said)
            except OSError as error:
                self.crew.fail(failure_of(error))
                return
            finally:
                os.close(told)
            if self.crew.failure:
                self.stop_soon()
            with open(tells, encoding="utf-8") as lines:
                for line in lines:
                    if failure := decode(line):
                        self.crew.fail(failure)
            code = self._process.wait()
            if code and not self._asked:
                said.seek(0)
                self.crew.fail(_died(code, said.read().decode("utf-8", "replace")))

    def _start(self, told: int, said: IO[bytes]) -> "subprocess.Popen[bytes]":
        control = endpoints_pb2.ApiServiceDescriptor(url=self.control_address)
        options = self.provision_info.provision_info.pipeline_options
        arguments = [str(told), str(os.getpid()), json.dumps(sys.path)]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "gyogwa.pipelines.running.worker", *arguments],
            env={
                **os.environ,
                "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(control),
                "PIPELINE_OPTIONS": json_format.MessageToJson(options),
                "WORKER_ID": self.worker_id,
            },
            pass_fds=[told],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            process_group=0,  # a terminal's signals are the parent's affair
        )

    def stop_worker(self) -> None:
        self._thread.join(END_SECONDS)
        self.stop_soon()
        self.abandon()

    def stop_soon(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._asked = True
            self._process.terminate()

    def abandon(self) -> None:
        self._thread.join(END_SECONDS)
        if self._process is not None:
            self._process.kill()
        self._thread.join(END_SECONDS)


def _died(code: int, said: str) -> Failure:
    """A worker process that ended before its work."""
    again = "what was finished is kept, run again to go on"
    if code < 0:
        message = (
            f"a worker process was ended by {signal.Signals(-code).name} from outside, as the "
            f"system does when memory is short (fewer --direct_num_workers need less); {again}"
        )
        return Failure("ours", message, "", said)
    last = (said.strip().splitlines() or ["it said nothing"])[-1]
    return Failure("bug", f"a worker process ended with exit code {code}: {last}", "", said)
