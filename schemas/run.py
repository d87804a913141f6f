"""What marks a folder as a run's: `run.json`, the lock beside it, the list of what is published.

Times stand in `run.json` and in the lock alone: all else that a run writes is the same for the same
input and settings.
"""

import json
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.manifest import Written

KIND: Literal["gyogwa run"] = "gyogwa run"


class Phase(Written):
    """One part of a command, such as ingest: what decided its outcome, and how long it took."""

    settings: dict[str, JsonValue]
    started: AwareDatetime
    seconds: float | None = Field(description="None: it isn't finished, or it failed")
    cpu_seconds: float = Field(0.0, description="of the command and the processes below it")
    memory_bytes: int = Field(0, description="the most of these at once, resident")
    counters: dict[str, int] = Field({}, description="Beam's, as step/what")


class RunMarker(Written):
    """`run.json`: this folder is a run's. `command` is the latest that wrote here, `state` how far
    it came; `message` says why it failed. `phases` holds the latest of each kind."""

    kind: Literal["gyogwa run"] = KIND
    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    run_id: str
    version: str = Field(description="of gyogwa, when the command began")
    versions: dict[str, str] = Field({}, description="of Python and of packages that matter")
    command: str
    state: Literal["running", "failed", "done"]
    message: str
    started: AwareDatetime
    ended: AwareDatetime | None
    phases: dict[str, Phase]


class LockHolder(Written):
    """`run.lock`: who writes. `process` tells a process from a later one of the same `pid`, `token`
    one claim from another of the same process."""

    host: str
    pid: int
    process: str
    command: str
    started: AwareDatetime
    token: str


class PublishedFile(Written):
    """A file as it was written."""

    bytes: int
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Published(Written):
    """The files that were put in place last, by their path below the folder, and what they were
    made from. Whatever differs from it is somebody else's."""

    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    settings: dict[str, JsonValue]
    files: dict[str, PublishedFile]


def is_marker(data: bytes) -> bool:
    """Whether this is the `run.json` of a run of any release."""
    try:
        found = json.loads(data)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("kind") == KIND
