"""The processes below this one: ended with it, whichever way it ends."""

import multiprocessing
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import Protocol


def end_children(seconds: float) -> None:
    """SIGTERM to every process below this one, then SIGKILL to what is left after `seconds`."""
    below = _below()
    for child in below:
        with suppress(Exception):  # gone already
            child.terminate()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(_alive(child) for child in below):
        time.sleep(0.01)
    for child in [*below, *_below()]:
        with suppress(Exception):
            child.kill()


class _Process(Protocol):
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def _below() -> Sequence[_Process]:
    try:
        import psutil
    except ImportError:  # comes with the pipelines; the rest starts processes in one way only
        return multiprocessing.active_children()
    # which cleans up after the others, by itself, when they are gone
    tracker = getattr(resource_tracker, "_resource_tracker")._pid  # noqa: B009
    with suppress(psutil.Error):
        return [p for p in psutil.Process().children(recursive=True) if p.pid != tracker]
    return []


def _alive(process: _Process) -> bool:
    if isinstance(process, BaseProcess):
        return process.is_alive()
    with suppress(Exception):  # of psutil: no such process
        return bool(getattr(process, "status")() != "zombie")  # noqa: B009
    return False
