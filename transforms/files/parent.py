"""A process that ends when the one that started it does, in whatever way that ends."""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(parent: int) -> None:
    """Have this process killed when `parent`, which has just started it, is gone.

    On Linux the kernel does it at once, and when the *thread* that started the process ends, too:
    so start such processes from threads that outlive them. Elsewhere it takes up to a second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=end_without, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it was gone before the kernel was asked
        _end()


def end_without(parent: int) -> None:
    """Wait until process `parent` is gone, then end this process."""
    while os.getppid() == parent:
        time.sleep(1)
    _end()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
