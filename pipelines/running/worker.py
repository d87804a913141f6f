"""A worker process of a local run: `python -P -m gyogwa.pipelines.running.worker FD PARENT PATH`.

What Beam's `sdk_worker_main` does, with three differences: it ends with its parent, and tidily when
it is told to; failures go to the inherited FD, one a line; and it writes to nobody's terminal. PATH
is where the parent finds modules, as JSON: what it pickled may name any of them.
"""

import json
import os
import signal
import sys
import threading

from gyogwa.pipelines.running.ending import as_program
from gyogwa.pipelines.running.failures import Failure
from gyogwa.transforms.files.parent import die_with_parent


def main() -> None:
    """Work until the parent says that there is no more."""
    told, parent = int(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(told, False)
    die_with_parent(parent)
    sys.path += [path for path in json.loads(sys.argv[3]) if path and path not in sys.path]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    as_program(quiet=True)
    from apache_beam.runners.worker import sdk_worker_main

    from gyogwa.pipelines.running.crew import Harness
    from gyogwa.pipelines.running.states import remember_states
    from gyogwa.pipelines.running.streams import release_streams

    remember_states()
    release_streams()

    lock = threading.Lock()

    def tell(failure: Failure) -> None:
        with lock:
            os.write(told, f"{failure.encode()}\n".encode())

    def harness(**settings: object) -> Harness:
        return Harness(**settings, tell=tell)

    sdk_worker_main.SdkHarness = harness
    sdk_worker_main.main(sys.argv)


if __name__ == "__main__":
    main()
