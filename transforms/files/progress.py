"""How far long work has come, for a progress bar in the same process.

A worker in another process counts to itself and shows nothing: the bar is a courtesy, the ledger
are the record.
"""

from collections import Counter
from threading import Lock

_done: Counter[str] = Counter()
_lock = Lock()


def advance(what: str, by: int = 1) -> None:
    """Count `by` more of `what` as done."""
    with _lock:
        _done[what] += by


def done(what: str) -> int:
    """How many of `what` are done since `restart`."""
    return _done[what]


def restart(what: str) -> None:
    """Count `what` from nothing."""
    with _lock:
        _done[what] = 0
