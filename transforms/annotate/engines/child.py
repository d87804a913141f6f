"""The process in which an engine reads: `python -P -m gyogwa.transforms.annotate.engines.child`,
with the number of an inherited socket and of the parent process as arguments.

It talks over the socket: first the settings come in and the fingerprint (or the reason why there is
none) goes out; then images come in, and for each goes out what became of it, as a `Word` and a
value, until the socket closes. Nothing else is shared with the parent, so whatever happens here,
the parent survives it; and where the parent ends, this ends too.
"""

import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Literal

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.annotate.engines.protocol import (
    ENGINES,
    Engine,
    EngineSettings,
    make_engine,
)
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.files.decode import BadImage, decode
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.parent import die_with_parent

Word = Literal["fetched", "text", "fact", "doubt", "disturbed", "stop"]
"""`fetched`: the bytes are here, and reading begins. Then one of `text`: what stands on the image;
`fact`: it can't be used, by which rule and why; `doubt`: the engine failed on it, which may be due
to what it read before; `disturbed`: the system failed the engine; `stop`: the run can't go on."""


def serve(pipe: Connection) -> None:
    """Answer until the other end closes."""
    settings: EngineSettings = pipe.recv()
    if settings.name not in ENGINES:
        # For an engine that lies in the working directory; last, so that it hides no other module.
        sys.path.append(os.getcwd())
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
            ref, sha256 = pipe.recv()
            pipe.send(_answer(engine, ref, sha256, pipe))
        except (EOFError, BrokenPipeError):
            return


def _answer(engine: Engine, ref: ImageRef, sha256: str, pipe: Connection) -> tuple[Word, object]:
    try:
        data = read_verified(ref, sha256)
        pipe.send(("fetched", None))
        return "text", read_upright(engine, decode(data).pixels)
    except BadImage as error:
        return "fact", (error.rule, error.message)
    except GyogwaError as error:
        return "stop", str(error)
    except MemoryError:
        return "doubt", ("ocr_memory", "the engine ran out of memory")
    except Exception as error:  # one image's failure is data, not a crash
        said = f"{type(error).__name__}: {error}"
        if isinstance(error, OSError) and error.errno is not None:  # not one that a library made up
            return "disturbed", said
        return "doubt", ("ocr_error", said)


def main() -> None:
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(Connection(descriptor))


if __name__ == "__main__":
    main()
