"""`--metrics_file`: the state of a run in Prometheus' text format, for collectors of files.

Written every few seconds and at the end, whole or not at all, as node_exporter's textfile collector
wants it. Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

from gyogwa.transforms.files.writing import write_bytes

_SECONDS = 5.0
_ODD = re.compile(r"[^a-zA-Z0-9_]")


class Phase(Protocol):
    """What is known of a phase; see `watching.Watch`."""

    seconds: float
    cpu_seconds: float
    memory_bytes: int
    counters: dict[str, int]
    distributions: dict[str, tuple[int, int, int, int]]
    progress: dict[str, tuple[int, int]]


PHASES: dict[str, Phase] = {}
"""All phases of this command, by name, as they stand."""
_file = {"path": "", "command": "", "state": "running"}
_last = [0.0]


def write_to(path: str, command: str) -> None:
    """From now on write the file at `path` ("": none) for this command."""
    PHASES.clear()
    _file.update(path=path, command=command, state="running")
    refresh(now=True)


def end(state: str) -> None:
    """Write it for the last time: "done" or "failed"."""
    _file["state"] = state
    refresh(now=True)
    _file["path"] = ""


def refresh(now: bool = False) -> None:
    """Write the file, if there is to be one and it is time."""
    if not _file["path"] or (not now and time.monotonic() - _last[0] < _SECONDS):
        return
    _last[0] = time.monotonic()
    with suppress(OSError):  # a run goes on that nobody can watch
        write_bytes(_file["path"], text_of(PHASES, _file["command"], _file["state"]).encode())


def text_of(phases: dict[str, Phase], command: str, state: str) -> str:
    """The whole file."""
    return "\n".join([*_lines(phases, command, state), ""])


def _lines(phases: dict[str, Phase], command: str, state: str) -> Iterator[str]:
    yield from _family("gyogwa_run_state", "gauge", "1 for the state that the command is in.", [
        ({"command": command, "state": name}, float(name == state))
        for name in ("running", "done", "failed")
    ])  # fmt: skip
    yield from _family("gyogwa_updated_seconds", "gauge", "When this was written, Unix time.", [
        ({}, round(time.time(), 3))
    ])  # fmt: skip
    for name, text in (
        ("seconds", "Wall time of a phase so far."),
        ("cpu_seconds", "Processor time of the command and the processes below it."),
        ("memory_bytes", "The most resident memory of the command and the processes below it."),
    ):
        figures = [({"phase": p}, round(getattr(found, name), 3)) for p, found in phases.items()]
        yield from _family(f"gyogwa_phase_{name}", "gauge", text, figures)
    for place, name, text in (
        (0, "done", "Units of a phase that are done."),
        (1, "expected", "Units of a phase as far as they are known; 0: not known."),
    ):
        yield from _family(f"gyogwa_progress_{name}", "gauge", text, [
            ({"phase": phase, "unit": unit}, counts[place])
            for phase, found in phases.items()
            for unit, counts in found.progress.items()
        ])  # fmt: skip
    yield from _family("gyogwa_count_total", "counter", "Beam's counters of finished steps.", [
        ({"phase": phase, "step": step, "what": what}, value)
        for phase, found in phases.items()
        for (step, _, what), value in ((n.partition("/"), v) for n, v in found.counters.items())
    ])  # fmt: skip
    yield from _distributions(phases)


def _distributions(phases: dict[str, Phase]) -> Iterator[str]:
    measured: dict[str, list[tuple[dict[str, str], tuple[int, int, int, int]]]] = {}
    for phase, found in phases.items():
        for name, data in found.distributions.items():
            step, _, what = name.partition("/")
            measured.setdefault(what, []).append(({"phase": phase, "step": step}, data))
    for what, rows in sorted(measured.items()):
        name = f"gyogwa_{_ODD.sub('_', what)}"
        yield f"# HELP {name} Beam's distribution of finished steps."
        yield f"# TYPE {name} summary"
        for labels, (count, total, least, most) in rows:
            yield _line(name, labels | {"quantile": "0"}, least)
            yield _line(name, labels | {"quantile": "1"}, most)
            yield _line(f"{name}_sum", labels, total)
            yield _line(f"{name}_count", labels, count)


def _family(
    name: str, kind: str, text: str, rows: list[tuple[dict[str, str], float]]
) -> Iterator[str]:
    if rows:
        yield f"# HELP {name} {text}"
        yield f"# TYPE {name} {kind}"
    for labels, value in rows:
        yield _line(name, labels, value)


def _line(name: str, labels: dict[str, str], value: float) -> str:
    said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    number = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value}"
    return f"{name}{{{said}}} {number}" if said else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
