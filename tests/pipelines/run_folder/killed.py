"""Puts a build in place again and again, killed with SIGKILL before its first step that changes a
folder, before its second, and so on until nothing is left to kill.

    python killed.py RUN BUILT FOLDER EVERY [--without_exchange] [--mend]

For each EVERY-th step N it copies RUN to FOLDER/N, lays the files of BUILT aside there and lets a
process of its own put them in place. Prints the numbers of the steps at which one was killed. With
--mend it also has what was decided put in order, killed again and again until that is done, and
prints only the numbers of those; others' files are looked at after each kill.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gyogwa.pipelines.run_folder import trading
from gyogwa.pipelines.run_folder.aside import put_in_place, recover, swap_of
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.layout import is_run_name
from tests.pipelines.run_folder.trees import foreign_in

CHANGING = ("rename", "replace", "link", "unlink", "remove", "rmdir", "mkdir", "chmod")


def die_before(step: int) -> None:
    """Have this process killed before its `step`-th change of a folder, counted from 1."""
    done = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal done
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    for name in CHANGING:
        setattr(os, name, counted(getattr(os, name)))
    trading.exchange = counted(trading.exchange)  # type: ignore[attr-defined]


def lay_aside(run: Path, built: Path) -> None:
    """The files that `built` has published, as a build leaves them in `run`."""
    aside = run / ".building" / "0123456789ab"
    for path in read_listed(str(built)).published.files:
        (aside / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(built / path, aside / path)


def in_a_process(work: Callable[[], None]) -> bool:
    """Whether the work was done: False when its process was killed."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def mend_killed(run: Path, number: int) -> bool:
    """Put a run in order that was killed at step `number`; False when it had decided nothing."""
    if not (run / ".building" / "0123456789ab" / "published.json").exists():
        return False
    foreign = foreign_in(run)
    for step in range(1 + number % 3, 60, 3):

        def mend(step: int = step) -> None:
            die_before(step)
            recover(str(run), is_run_name, lambda _: None)

        if in_a_process(mend):
            break
        assert foreign_in(run) == foreign, (number, step)
    return True


def main() -> None:
    """See above."""
    run, built, folder = (Path(argument) for argument in sys.argv[1:4])
    if "--without_exchange" in sys.argv:
        trading.exchange = lambda one, other: False  # type: ignore[attr-defined]
    settings = read_listed(str(built)).published.settings
    every = int(sys.argv[4])
    step = 1 - every
    while True:
        step += every
        here = folder / str(step)
        shutil.copytree(run, here, symlinks=True)
        lay_aside(here, built)

        def work(here: Path = here, step: int = step) -> None:
            die_before(step)
            put_in_place(swap_of(str(here), "0123456789ab", "published.json"), settings)

        if in_a_process(work):
            break
        if "--mend" not in sys.argv or mend_killed(here, step):
            print(step, flush=True)


if __name__ == "__main__":
    main()
