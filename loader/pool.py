"""Worker processes that make a stage's batches, which come back in order.

A worker lays all of a batch in memory that the main process maps (`loader.memory`) and sends where,
a few hundred bytes, through a pipe of its own; a semaphore limits how far it works ahead. That's
what torch's DataLoader does with two queues, their threads and a description of each batch in the
pipe, at half as much again to twice the CPU time of the main process. Where workers fill the
machine, two on two cores, that was 2 % of the throughput.

Nothing hangs: a worker's death closes its pipe, which the main process notices at once; and the
main process's is noticed by its workers within `_PATIENCE` seconds. Whoever leaves the loop doesn't
wait: a worker that isn't gone after `_FAREWELL` seconds, whatever it is at, is killed, which leaves
nothing behind, since all that it does is read.
"""

import gc
import os
import pickle
import select
import signal
import time
import traceback
from collections.abc import Iterator
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple

import torch
from torch import multiprocessing

from gyogwa.loader.memory import Board, SharedSlabs
from gyogwa.loader.worker import Delivered, StageBatches
from gyogwa.schemas.errors import GyogwaError

_PATIENCE = 5.0
"""Seconds between two looks at whether the other side is alive."""

_FAREWELL = 0.05
"""Seconds that all workers together have to end by themselves."""

_UNGUARDED = 78
"""Exit status of a worker that would start workers while it imports the script that started it."""


class WorkerDied(Exception):
    """A worker process ended before its work did; says how."""


class _Raised(NamedTuple):
    """What a worker sends when something went wrong that nobody foresaw."""

    text: str


class _Worker(NamedTuple):
    """The main process's side of a worker. `pipe` is read here; `credits` counts the batches that
    it may still make; `arrivals` waits for the pipe."""

    process: Any
    pipe: Connection
    credits: Any
    arrivals: select.poll


class _Ties(NamedTuple):
    """A worker's side. `pipe` is written here; `stop` becomes 1. `inherited`: reading ends that a
    fork copied, which would keep this worker, or one before it, from noticing that nobody reads any
    more. `parent`: the main process's id."""

    pipe: Connection
    credits: Any
    stop: Any
    inherited: list[Connection]
    parent: int

    def may_go_on(self) -> bool:
        """Wait until one more batch is wanted; False when none ever will be."""
        # Asked again after it said so, it would wait for a credit that nobody gives.
        while not self.stop.value:
            if self.credits.acquire(timeout=_PATIENCE):
                return not self.stop.value
            if os.getppid() != self.parent:
                return False
        return False

    def send(self, item: Any) -> None:
        self.pipe.send_bytes(ForkingPickler.dumps(item))


def delivered(
    batches: StageBatches, workers: int, ahead: int, start_method: str | None
) -> Iterator[Delivered | GyogwaError]:
    """All batches in order, or the error that one of them met. Each of `workers` processes makes up
    to `ahead` batches that nobody has asked for yet. Raises WorkerDied, RuntimeError with the
    traceback of what a worker raised, and GyogwaError for a script without a main guard."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(
            _UNGUARDED
        )  # a fork server would make 1 of any other end; the main process says why
    context: Any = multiprocessing.get_context(start_method)
    # as many as are made ahead, the one that the loop holds, and one on the way
    board = Board(workers, ahead + 2)
    stop = context.Value("b", 0, lock=False)
    running: list[_Worker] = []
    try:
        for number in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            forked = context.get_start_method() == "fork"
            inherited = [ours, *(worker.pipe for worker in running)] if forked else []
            ties = _Ties(theirs, context.Semaphore(ahead), stop, inherited, os.getpid())
            slabs = SharedSlabs(board.name, board.flags, number)
            process = context.Process(
                target=_work, args=(batches, (number, workers), slabs, ties), daemon=True
            )
            _start(process)
            theirs.close()  # or its end would not be noticed
            arrivals = select.poll()
            arrivals.register(ours.fileno(), select.POLLIN)
            running.append(_Worker(process, ours, ties.credits, arrivals))
        for turn in count():
            item = _received(running[turn % workers])
            if item is None:  # the batches were dealt in turn, so nobody has more
                return
            yield item
    finally:
        stop.value = 1
        for worker in running:
            worker.credits.release()
            worker.pipe.close()
        _end([worker.process for worker in running])


def _start(process: Any) -> None:
    """Start a worker. Raises GyogwaError where it can't import the script it is started from."""
    try:
        process.start()
    except (EOFError, BrokenPipeError, ConnectionError) as error:
        # What a worker is given is more than a pipe holds, and it died before it read all of it; or
        # the server that forks workers imported the script.
        raise _unguarded() from error


def _end(processes: list[Any]) -> None:
    """Wait a moment for workers that were told to end; kill those that don't."""
    until = time.monotonic() + _FAREWELL
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
    for process in processes:
        process.join(_PATIENCE)  # one that the kernel holds in a read can't even be killed


def _received(worker: _Worker) -> Delivered | GyogwaError | None:
    """The next item of a worker, None after the last one."""
    while not worker.arrivals.poll(_PATIENCE * 1000):
        if not worker.process.is_alive():
            raise _death(worker.process)
    try:
        # The first time that a slab arrives, its worker is asked for the file, so may fail as well.
        item = pickle.loads(worker.pipe.recv_bytes())
    except (EOFError, OSError):
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            raise
        raise _death(worker.process) from None
    worker.credits.release()
    if isinstance(item, _Raised):
        raise RuntimeError(f"in a loader worker:\n{item.text}")
    return item  # type: ignore[no-any-return]


def _death(process: Any) -> Exception:
    """What to raise for a worker that ended before its work did."""
    return _unguarded() if process.exitcode == _UNGUARDED else WorkerDied(_how(process))


def _unguarded() -> GyogwaError:
    return GyogwaError(
        "a loader worker couldn't start: each imports the script that it is started from, and that "
        'iterates over a loader; put what the script does under `if __name__ == "__main__":`, or '
        'take start_method="fork"'
    )


def _how(process: Any) -> str:
    code = process.exitcode
    if code is not None and code < 0:
        return f"process {process.pid} was ended by {signal.Signals(-code).name}"
    return f"process {process.pid} ended with exit status {code}"


def _work(batches: StageBatches, share: tuple[int, int], slabs: SharedSlabs, ties: _Ties) -> None:
    """A worker's life. `share`: which worker it is, of how many."""
    for end in ties.inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process gets it too, and ends this one
    torch.set_num_threads(1)
    gc.freeze()  # what the main process had is no garbage, and looking at it would copy it
    made = batches.made(*share, slabs)
    try:
        while ties.may_go_on():
            item = next(made, None)
            ties.send(item)
            if item is None:
                break
        # The main process may still fetch the file of a slab from here.
        while ties.may_go_on():
            pass
    except BrokenPipeError:
        pass
    except Exception:
        ties.send(_Raised(traceback.format_exc()))
