"""What happens to single things while a run works, for a log that a machine reads.

An event has a name and fields, such as the id of the image that it is about. On this machine all
processes of a run append to files in the folder that the environment names, from which the launcher
prints them (`pipelines.running.log`), or say nothing where it names `NOBODY`; without one, as on
workers elsewhere, an event is a record of the logger `gyogwa`, whose text is the same JSON, and
Beam takes it to the runner's own log.
"""

import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

FOLDER = "GYOGWA_EVENTS"
NOBODY = "-"
"""In place of a folder: nobody listens."""
SUFFIX = ".events"
Severity = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
_log = logging.getLogger("gyogwa")


def tell(event: str, severity: Severity = "INFO", **fields: str | int | float) -> None:
    """Record what happened."""
    folder = os.environ.get(FOLDER)
    if folder == NOBODY:
        return
    record = {"time": now(), "severity": severity, "event": event, **fields}
    text = json.dumps(record, ensure_ascii=False)
    if not folder:
        _log.log(getattr(logging, severity), "%s", text)
        return
    with suppress(OSError):  # what can't be logged is done nevertheless
        path = os.path.join(folder, f"{os.getpid()}{SUFFIX}")
        with open(path, "ab", buffering=0) as file:
            file.write(f"{text}\n".encode())


def now() -> str:
    """The time as RFC 3339 has it, in milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
