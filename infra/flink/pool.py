"""Beam's pool of workers, at one address of a machine: `python pool.py ADDRESS PORT`.

What `apache_beam.runners.worker.worker_pool_main` starts is reached at every address. Two task
managers on one machine call their workers by the same names, so each needs a pool of its own, at an
address of its own and the same port.
"""

import sys

import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils import thread_pool_executor


def main(address: str, port: str) -> None:
    """Hand out workers, each a process, until this one is ended."""
    alone = [("grpc.so_reuseport", 0)]
    server = grpc.server(thread_pool_executor.shared_unbounded_instance(), options=alone)
    try:
        server.add_insecure_port(f"{address}:{port}")
    except RuntimeError:
        sys.exit(f"pool: {address}:{port} is taken or is no address of this machine")
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(
        BeamFnExternalWorkerPoolServicer(use_process=True), server
    )
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
