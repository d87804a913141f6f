"""The process in which an engine reads: `python -m transforms.engines.child FD`.

It talks over an inherited socket: first the settings come in and the fingerprint (or the reason why
there is none) goes out; then references come in and what was read, or the reason why nothing was,
goes out, one for one, until the socket closes. Nothing else is shared with the parent, so whatever
happens here, the parent survives it.
"""

import resource
import signal
import sys
from multiprocessing.connection import Connection

from schemas.errors import GyogwaError
from schemas.records import ImageRef
from transforms.decode import BadImage, decode
from transforms.engines.protocol import Engine, EngineSettings, make_engine
from transforms.engines.upright import read_upright
from transforms.storage import read_ref


def serve(pipe: Connection) -> None:
    """Answer until the other end closes."""
    settings: EngineSettings = pipe.recv()
    try:
        engine = make_engine(settings)
    except GyogwaError as error:
        pipe.send(("unusable", str(error)))
        return
    except Exception as error:  # whatever an engine's library raises, said to the user once
        pipe.send(("unusable", f"--ocr_engine {settings.name}: {type(error).__name__}: {error}"))
        return
    pipe.send(("ready", engine.fingerprint))
    while True:
        try:
            ref: ImageRef = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(engine, ref))


def _answer(engine: Engine, ref: ImageRef) -> tuple[str, object]:
    try:
        return "text", read_upright(engine, decode(read_ref(ref)).pixels)
    except BadImage as error:
        return error.rule, error.message
    except MemoryError:
        return "ocr_memory", "the engine ran out of memory"
    except Exception as error:  # one image's failure is data, not a crash
        return "ocr_error", f"{type(error).__name__}: {error}"


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
