"""A job service and a worker pool of its own, each a process: what a cluster is to a pipeline.

The job service runs the graph in Beam's own runner, the workers come from the pool and see nothing
of the launcher but the pipeline's proto.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pipelines.program import wait_until

JOBS = """
import sys
from apache_beam.runners.portability import local_job_service_main
from apache_beam.runners.portability.fn_api_runner import worker_handlers

# its streams must not be cut by the clock either, or elements of a busy machine are mixed up
worker_handlers.DATA_BUFFER_TIME_LIMIT_MS = 0
local_job_service_main.run(["--port_file", sys.argv[1]])
"""
POOL = """
import os, sys, threading
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer

address, server = BeamFnExternalWorkerPoolServicer.start(use_process=True, port=0)
with open(sys.argv[1] + ".tmp", "w") as file:
    file.write(address.rpartition(":")[2])
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
threading.Event().wait()
"""
"""As `apache_beam.runners.worker.worker_pool_main`, but that it says which port it got: both take
one that nobody has, and write it to a file."""


@contextmanager
def cluster(folder: Path) -> Iterator[list[str]]:
    """The command-line options that run a pipeline there; logs lie in `folder`."""
    # the pool calls a bare "python", which must be the one of the run's environment
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONSAFEPATH": "1"}
    processes = []
    try:
        for name, script in (("jobs", JOBS), ("pool", POOL)):
            with (folder / f"{name}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, "-P", "-c", script, str(folder / f"{name}.port")],
                        stdout=log,
                        stderr=log,
                        env=environment,
                        start_new_session=True,
                    )
                )
        ports = {}
        for name, process in zip(("jobs", "pool"), processes, strict=True):
            ports[name] = _port(folder / f"{name}.port", process)
        yield [
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{ports['jobs']}",
            "--environment_type=EXTERNAL",
            f"--environment_config=localhost:{ports['pool']}",
        ]
    finally:
        for process in processes:
            os.killpg(process.pid, 9)
            process.wait()


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """What a process has written to the file."""

    def is_there() -> bool:
        assert process.poll() is None, file.with_suffix(".log").read_text(errors="replace")
        return file.exists()

    wait_until(is_there, f"the port of the {file.stem}")
    return int(file.read_text())
