"""The command line as a user starts it: a process of its own, watched from outside."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Self

PATIENCE = 1200.0
"""Seconds until something that should have happened counts as never happening."""

_COUNTS = re.compile(
    r" done in |^parts  .* kept$|^(?:list|ingest|annotate|assemble|plan) +[0-9,]+ (?:of|[a-z])"
)
_OURS = [str(Path(__file__).parents[2])]  # whose `tests` holds engines


def environment(**more: str) -> dict[str, str]:
    """This process's, for a child that imports from `tests` as well."""
    path = os.pathsep.join(path for path in [*_OURS, *sys.path] if path)
    return {**os.environ, "PYTHONPATH": path, **more}


class Program:
    """`gyogwa ARGUMENTS`, in the folder `home`, where its temporary files and its output go too.

    `python`: what Python runs instead of the command line. `ignored`: signals, as by `nohup`.
    """

    def __init__(
        self,
        home: Path,
        *arguments: str,
        python: tuple[str, ...] = ("-P", "-m", "gyogwa.pipelines.cli"),
        ignored: tuple[signal.Signals, ...] = (),
    ) -> None:
        self.mark = uuid.uuid4().hex
        self.temporary = home / f"tmp-{self.mark[:8]}"
        self.temporary.mkdir(parents=True)
        self._output = home / f"out-{self.mark[:8]}"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *python, *arguments],
                cwd=home,
                env=environment(TMPDIR=str(self.temporary), GYOGWA_TEST=self.mark),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=partial(as_in_a_terminal, ignored),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()  # nothing, where it has ended: its number may be another's by now
        for pid in self.below():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self, whole: bool = False) -> tuple[int, list[str]]:
        """Its exit code and what it said, without the lines that count what was done, but if the
        `whole` is asked for."""
        code = self.process.wait(PATIENCE)
        lines = self._output.read_text(encoding="utf-8").splitlines()
        return code, [line for line in lines if whole or not _COUNTS.search(line)]

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def answers_signals(self) -> bool:
        """Whether the command line has begun: it takes SIGINT from Python first of all."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        blocked = next(line for line in status.splitlines() if line.startswith("SigBlk:"))
        return bool(int(blocked.split()[1], 16) & 1 << signal.SIGINT - 1)

    def seconds(self) -> float:
        """Seconds that it and what it started have computed for so far."""
        ticks = 0
        for pid in (self.process.pid, *self.below()):
            with suppress(OSError):  # it has just ended
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, stat[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def below(self, part: str = "") -> list[int]:
        """The living processes that it started, whose command has `part` in it."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() not in (folder / "environ").read_bytes():
                    continue
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z" and part in command and int(folder.name) != self.process.pid:
                found.append(int(folder.name))
        return found

    def leftovers(self, *folders: Path) -> list[Path]:
        """What it left of temporary files, in its folder for them and in others."""
        left = [path for path in self.temporary.iterdir() if path.suffix != ".log"]
        for folder in folders:
            left += [p for p in folder.rglob("*") if "incomplete" in p.name or "partial" in p.name]
        return left


def as_in_a_terminal(ignored: tuple[signal.Signals, ...] = ()) -> None:
    """In a child before it runs: signals do what they do by default, but for some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # a shell in the background ignores SIGINT
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def wait_until(happened: Callable[[], object], what: str) -> None:
    """Wait for something that takes as long as the machine is busy."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)
