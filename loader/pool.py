"""Worker processes that make a stage's batches, which come back in order.

A worker lays all of a batch in memory that the main process maps (`loader.memory`) and sends where,
a few hundred bytes, through a pipe of its own; a semaphore limits how far it works ahead. That's
what torch's DataLoader does with two queues, their threads and a description of each batch in the
pipe, at half as much again to twice the CPU time of the main process. Where workers fill the
machine, two on two cores, that was 2 % of the throughput.

At the end of an epoch they wait for the next one, with the memory that they have.

Nothing hangs: a worker's death closes its pipe, which the main process notices at once; and the
main process's is noticed by its workers within `process.PATIENCE` seconds. Whoever leaves the loop
doesn't wait: a worker that isn't gone after `_FAREWELL` seconds, whatever it is at, is killed,
which leaves nothing behind, since all that it does is read. The kernel may take a second to clear
away what half a gigabyte of slabs a worker was; only the next pool waits for that, as it may need
the room.
"""

import os
import pickle
import select
import signal
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from torch import multiprocessing

from gyogwa.loader.memory import Board, SharedSlabs
from gyogwa.loader.process import PATIENCE, Raised, Ties, work
from gyogwa.loader.state import LoaderState
from gyogwa.loader.worker import Delivered, Stage
from gyogwa.schemas.errors import GyogwaError

_FAREWELL = 0.05
"""Seconds that all workers together have to end by themselves."""

_CLEARED = 0.05
"""Seconds that leaving waits for the killed to be gone."""

_UNGUARDED = 78
"""Exit status of a worker that would start workers while it imports the script that started it."""


class WorkerDied(Exception):
    """A worker process ended before its work did; says how."""


class _Worker(NamedTuple):
    """The main process's side of a worker. `pipe` is read here; `places` is written here: the state
    that an epoch goes on from; `credits` counts the batches that it may still make; `arrivals`
    waits for the pipe."""

    process: Any
    pipe: Connection
    places: Connection
    credits: Any
    arrivals: select.poll


class Pool:
    """Workers that make the batches of one epoch after the other.

    They stay, with their slabs, until the pool is closed: by `close`, by whoever leaves an epoch
    before its end, by an error, or when nobody holds the pool any more. Each of `workers` processes
    makes up to `ahead` batches that nobody has asked for yet.

    Raises GyogwaError for a script without a main guard.
    """

    def __init__(self, stage: Stage, workers: int, ahead: int, start_method: str | None) -> None:
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            # a fork server would make 1 of any other end; the main process says why
            os._exit(_UNGUARDED)
        _bury()
        context: Any = multiprocessing.get_context(start_method)
        # as many as are made ahead, the one that the loop holds, and one on the way
        self._board = Board(workers, ahead + 2)
        stop = context.Value("b", 0, lock=False)
        running: list[_Worker] = []
        self._running = running
        self._owner = os.getpid()
        self.close = weakref.finalize(self, _dismiss, running, self._board, stop, self._owner)
        """End the workers."""
        try:
            for number in range(workers):
                running.append(self._started(context, stage, (number, workers), ahead, stop))
        except BaseException:
            self.close()
            raise

    def _started(
        self, context: Any, stage: Stage, share: tuple[int, int], ahead: int, stop: Any
    ) -> _Worker:
        pipe, theirs = context.Pipe(duplex=False)
        told, places = context.Pipe(duplex=False)
        inherited = [pipe, places] if context.get_start_method() == "fork" else []
        if inherited:
            inherited += [end for other in self._running for end in (other.pipe, other.places)]
        ties = Ties(theirs, told, context.Semaphore(ahead), stop, inherited, os.getpid())
        slabs = SharedSlabs(self._board.name, self._board.flags, share[0])
        process = context.Process(target=work, args=(stage, share, slabs, ties), daemon=True)
        _start(process)
        theirs.close()  # or its end would not be noticed
        told.close()
        arrivals = select.poll()
        arrivals.register(pipe.fileno(), select.POLLIN)
        return _Worker(process, pipe, places, ties.credits, arrivals)

    def serves(self, workers: int) -> bool:
        """Whether there are so many workers, alive, and this process's own and not its parent's."""
        ours = self.close.alive and self._owner == os.getpid() and len(self._running) >= workers
        return ours and all(worker.process.is_alive() for worker in self._running)

    def delivered(self, place: LoaderState) -> Iterator[Delivered | GyogwaError]:
        """All batches from `place` to the end of its epoch in order, or the error that one of them
        met. Raises WorkerDied, RuntimeError with the traceback of what a worker raised and in a
        fork of the process that began, and GyogwaError for a script without a main guard."""
        whole = False
        try:
            for worker in self._running:
                with suppress(BrokenPipeError):  # receiving says how it died
                    worker.places.send(place)
            for turn in count():
                if os.getpid() != self._owner:
                    # the pipes are the same, so each of the two would take what the other waits for
                    raise RuntimeError(
                        "this iteration is of the process that this one was forked from; begin one "
                        "here"
                    )
                item = _received(self._running[turn % len(self._running)])
                if item is None:  # the batches were dealt in turn, so nobody has more
                    break
                yield item
            last = turn % len(self._running)
            whole = all(
                _received(worker) is None
                for number, worker in enumerate(self._running)
                if number != last
            )
        finally:
            if not whole:
                self.close()


def _dismiss(running: list[_Worker], board: Board, stop: Any, owner: int) -> None:
    if os.getpid() != owner:  # a fork's copy of the pool; the workers aren't its own
        return
    stop.value = 1
    for worker in running:
        worker.credits.release()
        worker.places.close()
        worker.pipe.close()
    board.clear()  # who has memory last has it cleared away: better they than this process
    _end([worker.process for worker in running])


def _start(process: Any) -> None:
    """Start a worker. Raises GyogwaError where it can't import the script it is started from."""
    try:
        process.start()
    except (EOFError, BrokenPipeError, ConnectionError) as error:
        # What a worker is given is more than a pipe holds, and it died before it read all of it; or
        # the server that forks workers imported the script.
        raise _unguarded() from error


_killed: list[tuple[int, Any]] = []
"""Workers that may not be gone yet, with the id of the process whose they were."""


def _end(processes: list[Any]) -> None:
    """Wait a moment for workers that were told to end; kill those that don't."""
    until = time.monotonic() + _FAREWELL
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
    until = time.monotonic() + _CLEARED
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            _killed.append((os.getpid(), process))


def _bury() -> None:
    """Wait until those that were killed are gone."""
    while _killed:
        owner, process = _killed.pop()
        if owner == os.getpid():
            process.join(PATIENCE)  # one that the kernel holds in a read can't even be killed


def _received(worker: _Worker) -> Delivered | GyogwaError | None:
    """The next item of a worker, None after the last one."""
    while not worker.arrivals.poll(PATIENCE * 1000):
        if not worker.process.is_alive():
            raise _death(worker.process)
    try:
        # The first time that a slab arrives, its worker is asked for the file, so may fail as well.
        item = pickle.loads(worker.pipe.recv_bytes())
    except (EOFError, OSError):
        worker.process.join(PATIENCE)
        if worker.process.is_alive():
            raise
        raise _death(worker.process) from None
    worker.credits.release()
    if isinstance(item, Raised):
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
