"""What this process has begun and not finished, to be undone when the process is ended.

Whoever writes a file under a temporary name begins it here, and leaves when it has its real one.
When a signal ends the program, `give_up` takes away what is left: from then on nothing is begun, so
that no thread leaves a temporary file behind or publishes what it made of a half-dead process.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

_T = TypeVar("_T")
_lock = threading.RLock()  # an `undo` may itself come by here
_undo: set[Callable[[], None]] = set()
_given_up = threading.Event()


@contextmanager
def unfinished(begin: Callable[[], _T], undo: Callable[[_T], None]) -> Iterator[_T]:
    """Runs `begin`; should the process be ended within the block, `undo` gets what it returned.

    Nothing is undone when the block is merely left, with or without an error: that is its own
    affair. `undo` has a fraction of a second and runs in a thread of its own.
    """
    with _lock:
        wait_if_given_up()  # a thread may bear the number of the ended one that holds the lock
        begun = begin()
        undone = partial(undo, begun)
        _undo.add(undone)
    try:
        yield begun
    finally:
        with _lock:
            _undo.discard(undone)


def wait_if_given_up() -> None:
    """Returns at once, or never when the process is being ended: for who is about to publish."""
    if _given_up.is_set():
        threading.Event().wait()


def give_up(seconds: float) -> None:
    """Undo all that is unfinished, and let nothing be begun again. Only for a process that ends.

    Returns after `seconds` at the latest: what isn't undone by then is left as a killed process
    leaves it.
    """
    _given_up.set()
    thread = threading.Thread(target=_undo_all, daemon=True)
    thread.start()
    thread.join(seconds)


def _undo_all() -> None:
    _lock.acquire()  # and never given back: whoever comes later waits for the end
    for undo in list(_undo):
        with suppress(Exception):  # the process ends whatever happens here
            undo()
