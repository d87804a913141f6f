"""The life of a worker process: its ties to the main process, and how it notices that nobody is
there any more.
"""

import gc
import os
import signal
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple

import torch

from gyogwa.loader.memory import SharedSlabs
from gyogwa.loader.state import LoaderState
from gyogwa.loader.worker import Stage

PATIENCE = 5.0
"""Seconds between two looks at whether the other side is alive."""


class Raised(NamedTuple):
    """What a worker sends when something went wrong that nobody foresaw."""

    text: str


class Ties(NamedTuple):
    """A worker's side. `pipe` is written here, `places` is read; `stop` becomes 1. `inherited`:
    the main process's ends that a fork copied, which would keep this worker, or one before it, from
    noticing that nobody is there any more. `parent`: the main process's id."""

    pipe: Connection
    places: Connection
    credits: Any
    stop: Any
    inherited: list[Connection]
    parent: int

    def next_place(self) -> LoaderState | None:
        """Wait for an epoch to go on from; None when there is none any more."""
        while not self.stop.value:
            if self.places.poll(PATIENCE):
                try:
                    return self.places.recv()  # type: ignore[no-any-return]
                except EOFError:
                    return None
            if os.getppid() != self.parent:
                return None
        return None

    def may_go_on(self) -> bool:
        """Wait until one more batch is wanted; False when none ever will be."""
        # Asked again after it said so, it would wait for a credit that nobody gives.
        while not self.stop.value:
            if self.credits.acquire(timeout=PATIENCE):
                return not self.stop.value
            if os.getppid() != self.parent:
                return False
        return False

    def send(self, item: Any) -> None:
        self.pipe.send_bytes(ForkingPickler.dumps(item))


def work(stage: Stage, share: tuple[int, int], slabs: SharedSlabs, ties: Ties) -> None:
    """A worker's life. `share`: which worker it is, of how many."""
    for end in ties.inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process gets it too, and ends this one
    torch.set_num_threads(1)
    gc.freeze()  # what the main process had is no garbage, and looking at it would copy it
    try:
        while (place := ties.next_place()) is not None:
            made = stage.rest(place).made(*share, slabs)
            while ties.may_go_on():
                item = next(made, None)
                ties.send(item)
                if item is None:  # the file of a slab may still be fetched from here
                    break
    except BrokenPipeError:
        pass
    except Exception:
        ties.send(Raised(traceback.format_exc()))
