"""A run that is watched: progress of each step, its log, `run.json` and the metrics file."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gyogwa.pipelines.running import showing as showing_module
from gyogwa.pipelines.running.exposition import text_of
from gyogwa.pipelines.running.showing import following, gather, showing
from gyogwa.pipelines.running.watching import Watch, watched
from gyogwa.schemas.ids import sha256_hex
from gyogwa.transforms.files import progress
from tests.pipelines.program import Program

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? (-?[0-9.]+)')


def parsed(text: str) -> dict[tuple[str, str], float]:
    """A file in Prometheus' format, each line of which must be one; every name has its type."""
    typed, found = set(), {}
    for line in text.splitlines():
        if line.startswith("#"):
            typed.add(line.split()[2])
            continue
        match = LINE.fullmatch(line)
        assert match, line
        assert {match[1], re.sub("_(sum|count)$", "", match[1])} & typed
        found[match[1], match[2] or ""] = float(match[3])
    return found


@pytest.fixture(scope="session")
def watched_build(crossed: Path) -> dict[str, Any]:
    """A build that told JSON, with two workers in processes of their own: what it said, its metrics
    and its marker."""
    said = (crossed / "said").read_text("utf-8").splitlines()
    return {
        "lines": [json.loads(line) for line in said if line.startswith("{")],
        "metrics": parsed((crossed / "run.prom").read_text()),
        "marker": json.loads((crossed / "two" / "run.json").read_text()),
    }


def test_every_line_of_the_log_is_an_object_with_its_phase(watched_build: dict[str, Any]) -> None:
    lines = watched_build["lines"]
    assert all({"time", "severity", "message", "command"} <= line.keys() for line in lines)
    assert {line.get("phase") for line in lines} >= {"ingest", "annotate", "assemble"}
    assert {line["run"] for line in lines if "run" in line} == {watched_build["marker"]["run_id"]}
    (rejected,) = [line for line in lines if line.get("event") == "images_rejected"]
    assert (rejected["image_id"], rejected["severity"]) == ("no-image.png", "WARNING")


def test_every_step_says_how_far_it_is(watched_build: dict[str, Any]) -> None:
    done = {
        line["step"]: line for line in watched_build["lines"] if line.get("event") == "step_done"
    }
    assert done.keys() == {"list", "ingest", "annotate", "assemble"}
    images = done["annotate"]["annotate_done"]
    assert images == done["assemble"]["pages_done"] > 0  # counted in the processes of workers
    assert done["assemble"]["assemble_done"] > 0
    on_the_way = [line for line in watched_build["lines"] if line.get("event") == "progress"]
    assert {line["step"] for line in on_the_way} >= {"ingest", "assemble"}
    # Whether a line catches a step between its first and its last image is a matter of chance.
    assert all(line["rate"] >= 0 for line in on_the_way if "rate" in line)


def test_the_marker_holds_versions_times_memory_and_counters(watched_build: dict[str, Any]) -> None:
    marker = watched_build["marker"]
    assert marker["versions"].keys() >= {"python", "apache-beam", "pillow", "pyarrow"}
    for phase in marker["phases"].values():
        assert phase["seconds"] > 0
        assert phase["cpu_seconds"] > 0
        assert phase["memory_bytes"] > 50_000_000  # a Python with Beam takes more
        assert phase["counters"]
    counters = marker["phases"]["assemble"]["counters"]
    assert counters["shards/samples_incoming"] == counters["shards/samples_kept"] > 0


def test_the_metrics_file_says_the_same_as_the_marker(watched_build: dict[str, Any]) -> None:
    metrics, phases = watched_build["metrics"], watched_build["marker"]["phases"]
    assert metrics["gyogwa_run_state", 'command="build",state="done"'] == 1
    for name, phase in phases.items():
        assert metrics["gyogwa_phase_seconds", f'phase="{name}"'] == pytest.approx(
            phase["seconds"], abs=0.5
        )
        for counter, value in phase["counters"].items():
            step, _, what = counter.partition("/")
            labels = f'phase="{name}",step="{step}",what="{what}"'
            assert metrics["gyogwa_count_total", labels] == value
    for phase, unit in (("annotate", "annotate"), ("assemble", "pages"), ("assemble", "assemble")):
        labels = f'phase="{phase}",unit="{unit}"'
        done = metrics["gyogwa_progress_done", labels]
        assert metrics["gyogwa_progress_expected", labels] == done > 0
    rejected = 'phase="ingest",step="ingest",what="images_rejected"'
    assert metrics["gyogwa_count_total", rejected] == 1
    assert metrics["gyogwa_shard_bytes_sum", 'phase="assemble",step="shards"'] > 0


def test_a_failed_command_says_so_in_its_log_and_metrics(tmp_path: Path) -> None:
    with Program(
        tmp_path, "annotate", "--output", "none", "--log_format=json", "--metrics_file=m.prom"
    ) as program:
        code, said = program.end()
    assert code == 1
    (line,) = [json.loads(line) for line in said]
    assert line["severity"] == "ERROR"
    assert "no catalog; run gyogwa ingest first" in line["message"]
    state = ("gyogwa_run_state", 'command="annotate",state="failed"')
    assert parsed((tmp_path / "m.prom").read_text())[state] == 1


def test_labels_that_need_escaping_stay_one_line() -> None:
    watch = Watch("a")
    watch.counters = {'odd/with "quotes"\nand \\': 1}
    assert ("gyogwa_count_total", 'phase="a",step="odd",what="with \\"quotes\\"\\nand \\\\"') in (
        parsed(text_of({"a": watch}, "build", "running"))
    )


def test_time_of_processes_below_counts_and_time_before_does_not() -> None:
    sum(n * n for n in range(1_000_000))
    with watched("work") as watch:
        sha256_hex(bytes(300_000_000))
    assert 0.05 < watch.cpu_seconds < watch.seconds + 5
    with watched("rest") as rest:
        pass
    assert rest.cpu_seconds < 0.5


def test_a_step_shows_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    with watched("assemble") as watch, showing("assemble"):
        progress.expect("pages", 10)
        progress.advance("pages", 10)
        progress.expect("pairs", 4)
        progress.advance("pairs", 1)
        progress.advance("assemble", 3)
        assert progress.done("assemble") == 3
    assert watch.progress == {"pages": (10, 10), "pairs": (1, 4), "assemble": (3, 0)}
    assert re.search(r"assemble  3 done in [0-9.]+ s", capsys.readouterr().err)
    assert progress.done("assemble") == 0


class Elsewhere:
    """A job elsewhere that has counted so many images."""

    def __init__(self, *images: int) -> None:
        self.images = images

    def metrics(self) -> "Elsewhere":
        return self

    def query(self) -> dict[str, Any]:
        name = SimpleNamespace(namespace="progress", name="annotate_done")
        key = SimpleNamespace(metric=name)
        return {"counters": [SimpleNamespace(key=key, result=count) for count in self.images]}


@pytest.mark.parametrize(
    ("images", "said"), [((3, 4), "annotate  7 done in "), ((), "annotate  done in ")]
)
def test_what_a_runner_elsewhere_has_counted_at_the_end_is_told(
    images: tuple[int, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of each step that counts them; nothing is said of what it doesn't tell."""
    job = Elsewhere(*images)
    with showing("annotate"):
        with following(job):
            pass
        gather(job.query())
    assert said in capsys.readouterr().err


def test_a_rate_is_of_late_and_what_is_done_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(showing_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    shown = showing_module._Shown("annotate")

    def line(seconds: float, done: int) -> str:
        now[0] = seconds
        progress.advance("annotate", done)
        return shown.line()

    progress.restart("annotate")
    progress.expect("annotate", 1000)
    assert "500 of 1,000 images (2.5e+03 a second" in line(100, 500)  # known ones, at once
    line(130, 10)
    assert "530 of 1,000 images (0.333 a second, 24 min left)" in line(190, 20)
    assert line(200, 470).endswith("1,000 of 1,000 images")
    progress.restart("annotate")
