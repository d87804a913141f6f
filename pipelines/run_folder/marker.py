"""`run.json`: whose folder it is, and what was done in it.

A command writes only into a folder that is empty or carries the marker. All that is refused here is
refused before anything is written.
"""

import os
import platform
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from pydantic import JsonValue

from gyogwa.pipelines.run_folder.files import entry, top
from gyogwa.pipelines.run_folder.ownership import NOT_OURS, is_temporary, shortened
from gyogwa.pipelines.running.log import CONTEXT
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.run import Phase, RunMarker, is_marker
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.runs import is_run
from gyogwa.transforms.files.storage import read_bytes, system_of
from gyogwa.transforms.files.writing import write_bytes

_SOFTWARE = (
    "apache-beam", "fsspec", "numpy", "onnxruntime", "paddleocr", "pillow", "pyarrow", "pypdfium2",
    "tesserocr",
)  # fmt: skip


def read_marker(layout: RunLayout) -> RunMarker | None:
    """The marker of a run; None for a folder that is empty or not there.

    Raises GyogwaError for any other folder, and for a run of another release.
    """
    found = entry(layout.root)
    if found is not None and found.kind == "file":
        raise GyogwaError(f"--output {layout.root}: is a file; name a folder")
    names = {name for name in top(layout.root) if name not in NOT_OURS and not is_temporary(name)}
    if "run.json" in names:
        data = read_bytes(layout.marker)
        if not is_marker(data):
            raise GyogwaError(
                f"{layout.marker}: isn't the marker of a run; choose another --output, or move "
                "that file away if the folder is a run's"
            )
        return parse_json(data, layout.marker, RunMarker)
    if "books" in names or {"catalog", "ledger"} <= names or {"catalog", "rejects"} <= names:
        raise GyogwaError(f"{layout.root}: made by an earlier release; use a new --output")
    others = names - {"run.lock"}
    if above := _run_above(layout.root):
        raise GyogwaError(f"--output {layout.root}: lies in the run {above}; name another folder")
    if others:
        raise GyogwaError(
            f"--output {layout.root}: isn't empty and isn't a run: it holds {shortened(others)}; "
            "name an empty folder or a new one"
        )
    return None


def is_unfinished(layout: RunLayout, phase: str) -> bool:
    """Whether a phase was begun and didn't end well, or goes on."""
    if entry(layout.marker) is None:
        return False
    marker = parse_json(read_bytes(layout.marker), layout.marker, RunMarker)
    return phase in marker.phases and marker.phases[phase].seconds is None


def _run_above(root: str) -> str | None:
    """The run on local disk in whose folder `root` lies, if any."""
    if is_url(root):
        return None
    folder = os.path.realpath(root)
    while (above := os.path.dirname(folder)) != folder:
        if is_run(above):
            return above
        folder = above
    return None


class Marking:
    """Keeps the marker of a run up to date while a command writes into the folder."""

    def __init__(self, layout: RunLayout, before: RunMarker | None, command: str) -> None:
        self._path = layout.marker
        self._marker = RunMarker(
            run_id=before.run_id if before else uuid.uuid4().hex,
            version=release(),
            versions=versions(),
            command=command,
            state="running",
            message="",
            started=now(),
            ended=None,
            phases=before.phases if before else {},
        )
        CONTEXT["run"] = self._marker.run_id
        self._write()

    @contextmanager
    def phase(self, name: str, settings: dict[str, JsonValue]) -> Iterator[None]:
        """Record what is done in the block, and what it took when it ends well."""
        from gyogwa.pipelines.running.watching import watched  # needs packages of an extra

        started, clock = now(), time.monotonic()
        self._add(name, Phase(settings=settings, started=started, seconds=None))
        with watched(name) as watch:
            yield
        phase = Phase(
            settings=settings,
            started=started,
            seconds=round(time.monotonic() - clock, 3),
            cpu_seconds=round(watch.cpu_seconds, 3),
            memory_bytes=watch.memory_bytes,
            counters=dict(sorted(watch.counters.items())),
        )
        self._add(name, phase)

    def restate(self, name: str, settings: dict[str, JsonValue]) -> None:
        """Say otherwise what decided the outcome of a phase that was, if there was one."""
        if name in self._marker.phases:
            self._add(name, self._marker.phases[name].model_copy(update={"settings": settings}))

    def settings(self, name: str) -> dict[str, JsonValue]:
        """What decided the outcome of the latest phase of a kind; {} where there was none."""
        found = self._marker.phases.get(name)
        return dict(found.settings) if found else {}

    def end(self, failure: str | None) -> None:
        """Record the end of the command: None when all went well."""
        self._marker = self._ended(failure)
        self._write()

    def _ended(self, failure: str | None) -> RunMarker:
        state = "done" if failure is None else "failed"
        how = {"state": state, "message": failure or "", "ended": now()}
        return self._marker.model_copy(update=how)

    def end_at_once(self, failure: str) -> None:
        """The same when a signal ends the process, which neither waits nor tries again."""
        text = _text(self._ended(failure))
        if is_url(self._path):
            filesystem, inner = system_of(self._path)
            filesystem.pipe_file(inner, text)
            return
        temporary = f"{self._path.removesuffix('run.json')}.incomplete-{uuid.uuid4().hex[:8]}"
        with open(temporary, "wb") as file:
            file.write(text)
        os.replace(temporary, self._path)

    def _add(self, name: str, phase: Phase) -> None:
        phases = self._marker.phases | {name: phase}
        self._marker = self._marker.model_copy(update={"phases": phases})
        self._write()

    def _write(self) -> None:
        write_bytes(self._path, _text(self._marker))


def _text(marker: RunMarker) -> bytes:
    return (marker.model_dump_json(indent=2) + "\n").encode()


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC).replace(microsecond=0)


def versions() -> dict[str, str]:
    """Of what reads, decodes and moves things, as far as it is installed."""
    found = {"python": platform.python_version()}
    for name in _SOFTWARE:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def release() -> str:
    """The version of gyogwa that runs."""
    try:
        return version("gyogwa")
    except PackageNotFoundError:
        return "unknown"
