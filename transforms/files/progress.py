"""How far long work has come, for whoever watches it: of this process and of others beside it.

Each process counts in a file of its own, mapped into memory, in a folder that the environment names
(`share`): nothing is asked of anybody, and what a process did counts also when it is killed.
Counting costs about a microsecond. Without a folder a process counts to itself. Workers on
other machines count in Beam's metrics (`flow.measures`); the ledger are the record.
"""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

FOLDER = "GYOGWA_PROGRESS"
UNITS = ("list", "ingest", "parts", "annotate", "pages", "pairs", "assemble")
"""What is counted: files, images, parts of ingest, images, pages, pairs looked at, samples."""
_SIZE = 16 * len(UNITS)  # done and expected, eight bytes each

_lock = Lock()
_before: dict[str, tuple[int, int]] = {}
_own: memoryview | None = None
_owner = 0


def advance(what: str, by: int = 1) -> None:
    """Count `by` more of `what` as done."""
    _add(2 * UNITS.index(what), by)


def expect(what: str, by: int) -> None:
    """Count `by` more of `what` as to be done; no total is known until this was called."""
    _add(2 * UNITS.index(what) + 1, by)


def done(what: str) -> int:
    """How many of `what` are done since `restart`."""
    return _sums()[2 * UNITS.index(what)] - _before.get(what, (0, 0))[0]


def expected(what: str) -> int:
    """How many of `what` are to be done since `restart`, as far as is known."""
    return _sums()[2 * UNITS.index(what) + 1] - _before.get(what, (0, 0))[1]


def restart(what: str) -> None:
    """Count `what` from nothing."""
    sums, at = _sums(), 2 * UNITS.index(what)
    _before[what] = sums[at], sums[at + 1]


@contextmanager
def share(folder: str) -> Iterator[None]:
    """Have this process and those that it starts in the block count in `folder`."""
    global _owner
    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = folder
    _owner = 0
    _before.clear()
    try:
        yield
    finally:
        os.environ.pop(FOLDER)
        if before is not None:
            os.environ[FOLDER] = before
        _owner = 0
        _before.clear()


def _add(slot: int, by: int) -> None:
    with _lock:
        counts = _mine()
        counts[slot] += by


def _mine() -> memoryview:
    """The counts of this process, which a fork has none of."""
    global _own, _owner
    if _own is None or _owner != os.getpid():
        _own, _owner = memoryview(_mapped()).cast("q"), os.getpid()
    return _own


def _mapped() -> mmap.mmap:
    folder = os.environ.get(FOLDER)
    if folder:
        with suppress(OSError):  # a full disk, say: then nobody sees it, and the work goes on
            path = Path(folder) / str(os.getpid())
            if not path.exists():
                path.write_bytes(bytes(_SIZE))
            with path.open("r+b") as file:
                return mmap.mmap(file.fileno(), _SIZE)
    return mmap.mmap(-1, _SIZE)


def _sums() -> list[int]:
    folder = os.environ.get(FOLDER)
    if not folder:
        with _lock:
            return list(_mine())
    sums = [0] * (2 * len(UNITS))
    with suppress(OSError):
        for path in Path(folder).iterdir():
            if path.name.isdigit() and len(data := path.read_bytes()) == _SIZE:
                sums = [a + b for a, b in zip(sums, memoryview(data).cast("q"), strict=True)]
    return sums
