"""Limits on time are of what a process computes; by the clock only where it stands still."""

import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from gyogwa.transforms.files.effort import Effort
from tests.pipelines.program import wait_until

SPIN = "while True: pass"
SLEEP = "import time; time.sleep(1e9)"


@pytest.mark.parametrize("python", [SPIN, SLEEP])
def test_what_computes_too_long_or_stands_still_is_over(python: str) -> None:
    with subprocess.Popen([sys.executable, "-c", python]) as process:
        begun = Effort(process.pid)
        assert not begun.exceeds(1e9)
        wait_until(lambda: begun.exceeds(0.3), "that it is over")
        process.kill()


def test_what_a_process_starts_counts_where_it_is_asked_for() -> None:
    starts = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SPIN!r}]).wait()"
    with subprocess.Popen([sys.executable, "-c", starts]) as process:
        own, family = Effort(process.pid), Effort(process.pid, family=True)
        wait_until(lambda: family._computed() - family._before > 1, "that its child computes")
        assert own._computed() - own._before < 1
        (child,) = psutil.Process(process.pid).children()
        child.kill()


def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], None]:
    """Sets what the clock says and what was computed."""
    said = {"clock": 0.0, "computed": 0.0}
    monkeypatch.setattr("gyogwa.transforms.files.effort.time.monotonic", lambda: said["clock"])
    monkeypatch.setattr(Effort, "_computed", lambda _: said["computed"])

    def say(clock: float, computed: float) -> None:
        said.update(clock=clock, computed=computed)

    return say


def test_a_busy_machine_makes_nobody_late(monkeypatch: pytest.MonkeyPatch) -> None:
    say = scripted(monkeypatch)
    begun = Effort(1)
    for second in range(1, 91):  # it gets a tenth of a core
        say(second, second / 10)
        assert not begun.exceeds(10)
    say(99, 9)
    assert not begun.exceeds(10)
    say(101, 9)  # all in all
    assert begun.exceeds(10)


def test_standing_still_is_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    say = scripted(monkeypatch)
    begun = Effort(1)
    say(9, 1)
    assert not begun.exceeds(10)
    say(18, 1)
    assert not begun.exceeds(10)
    say(20, 1)
    assert begun.exceeds(10)


def test_a_wait_for_the_processor_is_no_standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    say = scripted(monkeypatch)
    begun = Effort(1)
    say(2, 0)
    assert not begun.exceeds(0.2)
    say(2.5, 0.1)
    assert not begun.exceeds(0.2)
    say(2.6, 0.3)
    assert begun.exceeds(0.2)
