"""What is costly to make is made once a session: by one of xdist's workers, for all of them."""

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import pytest

Make = Callable[[Path], object]
Share = Callable[[str, Make], Path]
"""Gives the folder of this name, which the function has filled for whoever came first. Tests read
what lies in it, or copy it: others read it at the same time."""


Made = TypeVar("Made")
_shares: list[Callable[[], Share]] = []


def keep_below(factory: pytest.TempPathFactory) -> None:
    """Has `kept` share below the folder of this session."""
    _shares[:] = [partial(share_below, factory)]


def kept(name: str, make: Callable[[], Made]) -> Made:
    """What `make` gives: pickled by the worker that comes first, read by all, so that what they do
    to it the others don't see. For what is asked for by functions rather than by fixtures."""
    if not _shares:
        return make()  # in no session
    folder = _shares[0]()(name, lambda made: (made / "it").write_bytes(pickle.dumps(make())))
    return cast(Made, pickle.loads((folder / "it").read_bytes()))


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
