"""A command claims the folder that it writes into, and gives it back however it ends.

with claimed(layout, "build") as run:
    with run.phase("ingest", settings):
        ...
    with run.aside() as target:    # assemble: same folders, another root
        ...
        run.publish(settings)
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from pydantic import JsonValue
from rich.console import Console

from gyogwa.pipelines.run_folder.aside import (
    abandon,
    built_aside,
    is_cut_off,
    put_in_place,
    put_part_in_place,
    recover,
)
from gyogwa.pipelines.run_folder.files import top
from gyogwa.pipelines.run_folder.lock import Held, Release, holding
from gyogwa.pipelines.run_folder.marker import Marking, read_marker
from gyogwa.pipelines.run_folder.ownership import (
    is_temporary,
    others_files,
    refuse_in_the_way,
    refuse_links,
    shortened,
)
from gyogwa.pipelines.run_folder.trading import Swap
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import TABLES, RunLayout, is_run_name
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.unfinished import unfinished
from gyogwa.transforms.files.writing import make_folder

_console = Console(stderr=True)
_PATIENCE = 60.0
"""Seconds that a reader waits for a swap, which takes well under one on local disk."""


class ClaimedRun:
    """A run's folder in the hands of one command. `dry`: nothing is written into it."""

    def __init__(self, layout: RunLayout, dry: bool) -> None:
        self.layout, self.dry = layout, dry
        self.marking: Marking | None = None
        self._swap: Swap | None = None

    def phase(self, name: str, settings: dict[str, JsonValue]) -> AbstractContextManager[None]:
        """Record in `run.json` what is done in the block, and how long it took."""
        return self.marking.phase(name, settings) if self.marking else nullcontext()

    @contextmanager
    def aside(self) -> Iterator[RunLayout]:
        """Another root to build under; what was built is gone when the block fails."""
        if self.dry:
            yield RunLayout(f"{self.layout.building}/dry-run")
            return
        with built_aside(self.layout.root, is_run_name, say) as swap:
            self._swap = swap
            yield RunLayout(swap.aside)

    def publish(self, settings: dict[str, JsonValue]) -> None:
        """Put what was built aside in the place of what is published."""
        assert self._swap, "publish inside aside()"
        put_in_place(self._swap, settings)

    def publish_part(self, part: str) -> None:
        """Put what was built aside in the place of one file or folder that is published."""
        assert self._swap, "publish inside aside()"
        put_part_in_place(self._swap, part)

    def abandon(self, release: Release) -> None:
        """When a signal ends the process: leave the folder as a failed command does."""
        try:
            if self._swap:
                abandon(self._swap, is_run_name, say)
            if self.marking:
                self.marking.end_at_once("ended by a signal")
        finally:
            release()


@contextmanager
def claimed(
    layout: RunLayout, command: str, dry: bool = False, curriculum: Curriculum | None = None
) -> Iterator[ClaimedRun]:
    """Mark and lock a run's folder while the block writes into it. With `curriculum`, its stages
    are to be written, and nothing of others may be in their way.

    Raises GyogwaError, before anything is written, for a folder that isn't empty and isn't a run,
    while another command writes there, and for files in the way.
    """
    run = ClaimedRun(layout, dry)
    before = read_marker(layout)
    refuse_links(layout)
    if dry:
        if curriculum and before:
            refuse_in_the_way(layout, others_files(layout), curriculum)
        yield run
        return
    _make(layout)
    with (
        holding(layout.lock, command, say) as release,
        unfinished(lambda: release, run.abandon),
    ):
        before = read_marker(layout)  # again, since nobody else writes now
        recover(layout.root, is_run_name, say)
        _sweep(layout)
        others = others_files(layout)
        if curriculum:
            refuse_in_the_way(layout, others, curriculum)
        if others:
            say(f"{layout.root}: not this run's, and left alone: {shortened(others)}")
        run.marking = Marking(layout, before, command)
        failure: str | None = "stopped"
        try:
            yield run
            failure = None
        except Exception as error:
            failure = (str(error) or type(error).__name__).splitlines()[0]
            raise
        finally:
            # a full disk, say, is why, and that is said already
            with suppress(OSError, GyogwaError) if failure else nullcontext():
                run.marking.end(failure)


def settle(layout: RunLayout) -> None:
    """Before a run is read: finish a swap that was cut off, or wait for one that is under way."""
    until = time.monotonic() + _PATIENCE
    while is_cut_off(layout.root):
        try:
            with holding(layout.lock, "recovery", say):
                recover(layout.root, is_run_name, say)
        except Held:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        except OSError as error:
            raise GyogwaError(
                f"{layout.root}: new stages were being put in place when gyogwa was stopped, and "
                f"that can't be finished from here ({error}); run gyogwa lint as its owner"
            ) from error


def say(line: str) -> None:
    """One line to whoever runs the command."""
    _console.print(line, markup=False, highlight=False, soft_wrap=True)


def _make(layout: RunLayout) -> None:
    if not is_url(layout.root):
        make_folder(layout.root, "a run")


def _sweep(layout: RunLayout) -> None:
    """Take away unfinished files of a killed command; an object store never shows any."""
    if is_url(layout.root):
        return
    for folder in ("", *TABLES):
        for name, found in top(f"{layout.root}/{folder}".rstrip("/")).items():
            if found.is_file and is_temporary(name):
                remove("/".join(part for part in (layout.root, folder, name) if part))
