"""What is costly to make is made once a session: by one of xdist's workers, for all of them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Make = Callable[[Path], object]
Share = Callable[[str, Make], Path]
"""Gives the folder of this name, which the function has filled for whoever came first. Tests read
what lies in it, or copy it: others read it at the same time."""


def share_below(factory: pytest.TempPathFactory) -> Share:
    """Shares among the workers of a session."""
    base = factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    root.mkdir(exist_ok=True)

    def share(name: str, make: Make) -> Path:
        folder, made = root / name, root / f"{name}.made"
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                if not made.exists():
                    shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed to make it
                    folder.mkdir()
                    make(folder)
                    made.touch()
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)  # a forked child may have the handle as well
        return folder

    return share
