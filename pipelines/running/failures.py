"""What made a run fail, as the user is told it: one line, however many workers and tracebacks.

Three kinds. A `GyogwaError` has said what is wrong: its message is passed on whole. What the system
refuses (a full disk, no permission, no memory) is said in the system's words. All else is a bug of
ours: a line says so, and the traceback goes to a file.
"""

import json
import logging
import os
import re
import tempfile
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Literal

from gyogwa.pipelines.running.extras import missing_extra
from gyogwa.schemas.errors import GyogwaError

Kind = Literal["ours", "system", "bug"]
_MARK = "gyogwa failure "
_STEP = re.compile(r" \[while running '(.*?)(?:-ptransform-\d+)?'\]\Z")  # Beam adds it to messages
_TEXT = re.compile(r"^[\w.]*schemas\.errors\.GyogwaError: ", re.MULTILINE)
_CHAINED = re.compile(r"\n\n(?:The above|During handling of the above) exception")


@dataclass(frozen=True)
class Failure:
    """`message` for the user; the `step` of the pipeline, "" outside of any; the traceback."""

    kind: Kind
    message: str
    step: str
    traceback: str

    def encode(self) -> str:
        """One line of text that crosses processes; see `decode`."""
        return _MARK + json.dumps(asdict(self))


class WorkerFailure(Exception):
    """A worker of the run failed, and not with a GyogwaError. `failure` says how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.message} (step {failure.step!r})\n{failure.traceback}")
        self.failure = failure


def decode(text: str) -> Failure | None:
    """The failure in an error text: encoded by us, or a worker's traceback with a GyogwaError in
    it, as other runners pass it on. None when there is neither."""
    if _MARK in text:
        line = text[text.index(_MARK) + len(_MARK) :].splitlines()[0]
        with suppress(ValueError, TypeError):
            return Failure(**json.JSONDecoder().raw_decode(line)[0])
    found = list(_TEXT.finditer(text))
    if not found:
        return None
    message = _CHAINED.split(text[found[-1].end() :])[0].rstrip()
    step = _STEP.search(message)
    return Failure("ours", _STEP.sub("", message), step[1] if step else "", text)


def failure_of(error: BaseException) -> Failure:
    """What an exception means to the user."""
    if isinstance(error, WorkerFailure):
        return error.failure
    encoded = decode(str(error)) if isinstance(error, RuntimeError) else None
    if encoded:
        return encoded
    text = "".join(traceback.format_exception(error))
    said = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    found = _STEP.search(said)
    step = found[1] if found else ""
    cause = cause_of(error)
    if isinstance(cause, GyogwaError):
        return Failure("ours", _STEP.sub("", str(cause)), step, text)
    if isinstance(cause, ImportError) and (needed := missing_extra(cause)):
        return Failure("ours", needed, step, text)
    if isinstance(cause, OSError) and cause.errno:
        names = [str(name) for name in (cause.filename, cause.filename2) if name is not None]
        where = f"{' -> '.join(names)}: " if names else ""
        return Failure("system", f"{where}{os.strerror(cause.errno)}", step, text)
    if isinstance(cause, MemoryError):
        return Failure("system", "out of memory", step, text)
    first = str(cause).strip().split("\n")[0][:200]
    name = type(cause).__name__
    return Failure("bug", f"{name}: {first}" if first else name, step or _at(cause), text)


def cause_of(error: BaseException) -> BaseException:
    """The exception as it was raised in a step: Beam raises a copy that names the step."""
    while getattr(error, "_tagged_with_step", False) and error.__context__:
        error = error.__context__
    return error


def _at(error: BaseException) -> str:
    """The last line of ours that an exception came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        package, found, file = frame.filename.rpartition(f"{os.sep}gyogwa{os.sep}")
        if found and package:
            return f"{file}:{frame.lineno}"
    return ""


class Backlog(logging.Handler):
    """Keeps the last lines of Beam's log, which go to the file with a traceback, if there is one.

    A user can do nothing with them, and each error would come once more for every worker.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: deque[str] = deque(maxlen=200)

    def note(self, error: BaseException) -> None:
        """Keep an error that nobody is there to handle."""
        self.lines.append("".join(traceback.format_exception(error)))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


BACKLOG = Backlog()


def line_of(failure: Failure, folder: str | None = None) -> str:
    """What is printed. Unless a GyogwaError said it, the traceback goes to a file in `folder` (that
    for temporary files), which is named; to the line itself when none can be written."""
    if failure.kind == "ours":
        return failure.message
    where = f" in {failure.step}" if failure.step else ""
    try:
        log = _write_log(failure, folder)
    except OSError as error:
        if failure.kind == "system":
            return failure.message + where
        log = f"what follows ({error})\n{failure.traceback}"
    if failure.kind == "system":
        return f"{failure.message}{where}; details in {log}"
    return f"a bug of ours{where}: {failure.message}; please report it with {log}"


def _write_log(failure: Failure, folder: str | None) -> str:
    handle, path = tempfile.mkstemp(prefix="gyogwa-", suffix=".log", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        print(failure.traceback, *BACKLOG.lines, sep="\n", file=file)
    return path
