"""Processes that hold a lock, and a lock taken and given back."""

import json
import subprocess
import sys
from pathlib import Path

from gyogwa.pipelines.run_folder.lock import holding

HOLD = """
import sys, time
from gyogwa.pipelines.run_folder.lock import Held, holding
try:
    with holding(sys.argv[1], "build", lambda line: print("told", line, flush=True)):
        print("held", flush=True)
        sys.stdin.readline()
except Held as error:
    print("refused", error, flush=True)
"""
Holder = subprocess.Popen[str]


def holder(path: Path) -> Holder:
    """A process that asks for the lock and keeps it until it gets a line."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: Holder) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: Holder) -> None:
    process.communicate("\n")


def take(path: str | Path) -> list[str]:
    """What was told while the lock was taken and given back."""
    told: list[str] = []
    with holding(str(path), "ingest", told.append):
        pass
    return told


def write(path: Path, **changes: object) -> None:
    """A lock as a process of this host would have left it."""
    with holding(str(path), "build", lambda _: None):
        left = json.loads(path.read_text())
    path.write_text(json.dumps(left | changes))
