"""A job service and a worker pool of its own, each a process: what a cluster is to a pipeline.

The job service runs the graph in Beam's own runner, the workers come from the pool and see nothing
of the launcher but the pipeline's proto.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

JOBS = """
import sys
from apache_beam.runners.portability import local_job_service_main
from apache_beam.runners.portability.fn_api_runner import worker_handlers

# its streams must not be cut by the clock either, or elements of a busy machine are mixed up
worker_handlers.DATA_BUFFER_TIME_LIMIT_MS = 0
local_job_service_main.run(sys.argv[1:])
"""


@contextmanager
def cluster(folder: Path) -> Iterator[list[str]]:
    """The command-line options that run a pipeline there; logs lie in `folder`."""
    job, pool = _free_port(), _free_port()
    # the pool calls a bare "python", which must be the one of the run's environment
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONSAFEPATH": "1"}
    commands = {
        "jobs": ["-c", JOBS, "--port", str(job)],
        "pool": ["-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={pool}"],
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
