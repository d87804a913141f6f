"""What the program says while it runs: lines for people, or one JSON object a line for machines.

`--log_format json` turns every line that goes to standard error, whoever writes it, into an object
with `time`, `severity` and `message` (the names that Google Cloud's and most other collectors look
for), `command`, `run` and `phase`; and tells events of single images besides (`files.events`),
which the processes of a run leave in a folder. Results on standard output stay as they are.
"""

import io
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from gyogwa.transforms.files import events

_POLL_SECONDS = 0.5
_FAILED = "gyogwa: "
"""How the line begins that says why the program failed."""
CONTEXT: dict[str, str] = {}
"""What every object says: `command`, `run`, `phase`."""


class JsonLines(io.TextIOBase):
    """A stream that gives each line written to it to another one, as an object."""

    def __init__(self, under: TextIO) -> None:
        self._under, self._begun, self._lock = under, "", threading.RLock()

    def write(self, text: str) -> int:
        with self._lock:
            *lines, self._begun = (self._begun + text).split("\n")
            for line in filter(str.strip, lines):
                self._write(_object(_said(line)))
        return len(text)

    def record(self, fields: dict[str, object]) -> None:
        """Write one object."""
        self._write(_object(fields))

    def _write(self, line: str) -> None:
        with self._lock:
            self._under.write(f"{line}\n")
            self._under.flush()

    def flush(self) -> None:
        with self._lock:
            self._under.flush()

    def fileno(self) -> int:
        return self._under.fileno()

    def writable(self) -> bool:
        return True


def _said(line: str) -> dict[str, object]:
    severity = "ERROR" if line.startswith(_FAILED) else "INFO"
    return {"severity": severity, "message": line.removeprefix(_FAILED).rstrip()}


def _object(fields: dict[str, object]) -> str:
    told = {"time": events.now(), "severity": "INFO", **CONTEXT, **fields}
    return json.dumps(told, ensure_ascii=False)


def in_form(line: str) -> str:
    """A line as it is to be said, for whoever can't use the stream."""
    return _object(_said(line)) if tells_json() else line


def tells_json() -> bool:
    """Whether lines are objects."""
    return isinstance(sys.stderr, JsonLines)


def report(event: str, message: str, **fields: object) -> None:
    """Say what the whole run has come to: people read the message, machines the fields too."""
    if isinstance(sys.stderr, JsonLines):
        sys.stderr.record({"event": event, "message": message, **fields})
    else:
        print(message, file=sys.stderr, flush=True)


@contextmanager
def telling(form: str, command: str) -> Iterator[None]:
    """In the block, say things in this form, "text" or "json"."""
    if form != "json":
        os.environ[events.FOLDER] = events.NOBODY
        try:
            yield
        finally:
            os.environ.pop(events.FOLDER)
        return
    before = sys.stderr
    CONTEXT["command"] = command
    sys.stderr = lines = JsonLines(before)
    with tempfile.TemporaryDirectory(prefix="gyogwa-events-") as folder:
        os.environ[events.FOLDER] = folder
        follower = _Follower(Path(folder), lines)
        follower.start()
        try:
            yield
        finally:
            follower.finish()
            os.environ.pop(events.FOLDER)
            sys.stderr = before
            CONTEXT.clear()


class _Follower(threading.Thread):
    """Says what the processes of the run leave in the folder, as they do."""

    def __init__(self, folder: Path, lines: JsonLines) -> None:
        super().__init__(daemon=True, name="events")
        self._folder, self._lines, self._over = folder, lines, threading.Event()
        self._read: dict[Path, int] = {}

    def run(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            self._follow()

    def finish(self) -> None:
        """Stop, when all that is there has been said."""
        self._over.set()
        self.join()
        self._follow()

    def _follow(self) -> None:
        for path in sorted(self._folder.glob(f"*{events.SUFFIX}")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            for line in whole.splitlines():
                with suppress(ValueError):  # of a process that was killed in the middle
                    self._lines.record({"message": "", **json.loads(line)})
