"""How the program ends: within a second when it is told to, with one line and nothing left behind.

A thread of its own waits for SIGINT, SIGTERM and SIGHUP, since the main thread may be anywhere: in
Beam, in a coder, in somebody's C code, where an exception would come out as something else or not
at all. That thread undoes what is unfinished, ends the processes below and leaves. It is the end
that SIGKILL makes, which the formats are built for, but tidy: files appear under their names whole
or not at all, so that what was finished is kept.
"""

import atexit
import logging
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from functools import partial

from gyogwa.pipelines.running.children import end_children
from gyogwa.pipelines.running.failures import BACKLOG
from gyogwa.pipelines.running.log import in_form
from gyogwa.transforms.files.unfinished import give_up

_ENDING = threading.Lock()  # whoever has it ends the process; nobody else prints or leaves then
_UNDO_SECONDS = 0.8  # to take away what is unfinished
_GRACE = 0.4  # seconds for children to end by themselves
_LINES = {
    signal.SIGINT: "stopped; what was finished is kept, run again to go on",
    signal.SIGTERM: "ended by SIGTERM; what was finished is kept, run again to go on",
    signal.SIGHUP: "ended by SIGHUP; what was finished is kept, run again to go on",
}
_STORES = ("aiobotocore", "asyncio", "botocore", "gcsfs", "google", "s3fs")
"""Whose logs tell every attempt that failed, with a traceback; what matters is in the error."""
_system_folder = ""
_own_folder = ""


def as_program(quiet: bool = False) -> None:
    """Make this process the program that a user started; call it once, in the main thread.

    Signals end it as above, unless they were ignored before (`nohup`). SIGINT and SIGHUP are also
    blocked for the processes it starts, which a terminal sends them to as well: this one ends them.
    Temporary files go to a folder of its own, which goes with it. Modules of the working directory
    win nowhere. Standard streams that whoever started it has closed lead nowhere, and no file that
    is opened later gets their numbers. `quiet` for a worker: its parent says the line.
    """
    _open_closed_streams()
    signals = [s for s in _LINES if signal.getsignal(s) is not signal.SIG_IGN]
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    for number in signals:
        signal.signal(number, _left_to_the_thread)
    threading.Thread(target=_wait, args=(ours, signals, quiet), name="signals", daemon=True).start()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP} & set(signals))
    os.register_at_fork(after_in_child=partial(_forget, signals))
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    if not sys.warnoptions:  # meant for who writes the code; -W and PYTHONWARNINGS show them
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"
    for name in _STORES:
        log = logging.getLogger(name)
        log.addHandler(BACKLOG)
        log.propagate = False
    threading.excepthook = _note_thread
    sys.unraisablehook = _note_unraisable
    _move_temporary_files()


def _open_closed_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # by their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def finish(code: int) -> int:
    """The program's last step: returns 0, or ends the process with another `code` at once.

    At once, since after an error threads of Beam may still be at work, which an interpreter that
    shuts down would wait for.
    """
    with _ENDING:
        with suppress(OSError, ValueError):  # nobody reads what we say any more
            sys.stdout.flush()
            sys.stderr.flush()
        if code:
            _tidy()
            os._exit(code)
    return 0


def say(line: str) -> None:
    """Print what the program has to say at its end, unless a signal is ending it: what then goes
    wrong only does because its children are gone."""
    with _ENDING, suppress(OSError):
        print(f"gyogwa: {line}", file=sys.stderr, flush=True)


def nobody_listens() -> bool:
    """Whether the reader of standard output has gone, as in `gyogwa stats | head`; if so, what is
    left to say goes nowhere."""
    output = select.poll()
    output.register(1, 0)
    if not any(event & select.POLLERR for _, event in output.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return True


def log_folder() -> str | None:
    """Where logs go that outlive the program."""
    return _system_folder or None


def _wait(source: socket.socket, signals: list[signal.Signals], quiet: bool) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
    while data := source.recv(64):
        for number in data:
            if number in signals:
                _end(signal.Signals(number), quiet)


def _end(number: signal.Signals, quiet: bool) -> None:
    _ENDING.acquire()
    _tidy()
    if not quiet:
        clear = "\r\x1b[2K\x1b[?25h" if os.isatty(2) else ""  # a progress bar hides the cursor
        with suppress(OSError):
            # not through sys.stderr, which a thread that is now stuck may hold
            line = in_form(f"gyogwa: {_LINES[number]}")
            os.write(2, f"{clear}{line}\n".encode())
    os._exit(128 + number)


def _tidy() -> None:
    give_up(_UNDO_SECONDS)
    end_children(_GRACE)
    if _own_folder:
        shutil.rmtree(_own_folder, ignore_errors=True)


def _forget(signals: list[signal.Signals]) -> None:
    """In a forked child: its signals are its own, and would wake the parent's thread."""
    signal.set_wakeup_fd(-1)
    for number in signals:
        signal.signal(number, signal.SIG_DFL)


def _left_to_the_thread(_number: int, _frame: object) -> None:
    """A handler must be there for Python to pass the signal on."""


def _move_temporary_files() -> None:
    global _system_folder, _own_folder
    with suppress(OSError):  # whoever needs one will say so
        _system_folder = tempfile.gettempdir()
        _own_folder = tempfile.mkdtemp(prefix="gyogwa-")
        tempfile.tempdir = os.environ["TMPDIR"] = _own_folder
        atexit.register(shutil.rmtree, _own_folder, ignore_errors=True)


def _note_thread(args: threading.ExceptHookArgs) -> None:
    # those of Beam that serve a worker fail with it, and more than one; `workers` says so once
    if args.exc_value is not None:
        BACKLOG.note(args.exc_value)


def _note_unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        BACKLOG.note(args.exc_value)
