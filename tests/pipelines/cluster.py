"""A job service and worker pools of its own, each a process: what a cluster is to a pipeline.

The job service runs the graph in Beam's own runner, the workers come from two pools in turn and see
nothing of the launcher but the pipeline's proto. What hands them out is the one address that a
pipeline knows; it ends with the first pool that does.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.ports import free_port

JOBS = """
import sys
from apache_beam.runners.portability import local_job_service_main
from apache_beam.runners.portability.fn_api_runner import fn_runner, worker_handlers

class Runner(fn_runner.FnApiRunner):
    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        self._num_workers = 2

fn_runner.FnApiRunner = Runner

# its streams must not be cut by the clock either, or elements of a busy machine are mixed up
worker_handlers.DATA_BUFFER_TIME_LIMIT_MS = 0
local_job_service_main.run(sys.argv[1:])
"""

FRONT = """
import itertools, socket, sys, time
from concurrent import futures
import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc as api

ports = sys.argv[2:]
stubs = [api.BeamFnExternalWorkerPoolStub(grpc.insecure_channel(f"localhost:{p}")) for p in ports]
turn, started = itertools.cycle(stubs), {}

class Front(api.BeamFnExternalWorkerPoolServicer):
    def StartWorker(self, request, context):
        started[request.worker_id] = next(turn)
        return started[request.worker_id].StartWorker(request, wait_for_ready=True)

    def StopWorker(self, request, context):
        return started[request.worker_id].StopWorker(request)

def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0

while not all(map(listens, ports)):
    time.sleep(0.1)
server = grpc.server(futures.ThreadPoolExecutor(4))
api.add_BeamFnExternalWorkerPoolServicer_to_server(Front(), server)
server.add_insecure_port(f"localhost:{sys.argv[1]}")
server.start()
while all(map(listens, ports)):
    time.sleep(0.5)
"""


@contextmanager
def cluster(folder: Path) -> Iterator[list[str]]:
    """The command-line options that run a pipeline there; logs lie in `folder`, and the number of
    each process in a file beside its log."""
    job, pool, first, second = (_free_port() for _ in range(4))
    pools = ["-m", "apache_beam.runners.worker.worker_pool_main"]
    # the pool calls a bare "python", which must be the one of the run's environment
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONSAFEPATH": "1"}
    commands = {
        "jobs": ["-c", JOBS, "--port", str(job)],
        "first": [*pools, f"--service_port={first}"],
        "second": [*pools, f"--service_port={second}"],
        "front": ["-c", FRONT, *map(str, (pool, first, second))],
    }
    processes = []
    try:
        for name, flags in commands.items():
            with (folder / f"{name}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, "-P", *flags],
                        stdout=log,
                        stderr=log,
                        env=environment,
                        start_new_session=True,
                    )
                )
                (folder / f"{name}.pid").write_text(str(processes[-1].pid))
        for port in (job, pool):
            _wait_for(port)
        yield [
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{job}",
            "--environment_type=EXTERNAL",
            f"--environment_config=localhost:{pool}",
        ]
    finally:
        for process in processes:
            with suppress(ProcessLookupError):  # some end by themselves, when others do
                os.killpg(process.pid, 9)
            process.wait()


_free_port = free_port


def _wait_for(port: int, seconds: float = 300.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
