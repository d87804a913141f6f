"""The process in which parts are read: `python -P -m gyogwa.transforms.ingest.apart_child`, with
the number of an inherited socket and of the parent process as arguments.

Parts come in over the socket; out go "item" after each row and in the end "outcome" with it, or
"raised" with the error that ended it. Whatever happens here, the parent survives it.
"""

import resource
import signal
import sys
from functools import partial
from multiprocessing.connection import Connection

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.parent import die_with_parent
from gyogwa.transforms.ingest.catalog import read_part


def serve(pipe: Connection) -> None:
    """Answer until the other end closes."""
    pipe.send(("ready", None))
    while True:
        try:
            part, layout = pipe.recv()
        except EOFError:
            return
        try:
            answer: tuple[str, object] = (
                "outcome",
                read_part(part, layout, partial(pipe.send, ("item", None))),
            )
        except GyogwaError as error:
            answer = "raised", error
        except Exception as error:  # shown by the parent as it would be raised there
            answer = "raised", RuntimeError(f"{type(error).__name__}: {error}")
        pipe.send(answer)


def main() -> None:
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(Connection(descriptor))


if __name__ == "__main__":
    main()
