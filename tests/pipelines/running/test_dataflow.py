"""What would be sent to Dataflow: each command's jobs, drawn and not run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from apache_beam.options.pipeline_options import DebugOptions, WorkerOptions
from apache_beam.portability.api import beam_runner_api_pb2 as api
from msgspec.structs import replace

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.running.options import beam_options, ocr_processes
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image
from gyogwa.transforms.annotate.engines.pool import Limits
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.images import Reading, annotate_part
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.running import drawn

IMAGE = "asia-northeast3-docker.pkg.dev/p/gyogwa/gyogwa:1"
FLAGS = [
    "--project=gyogwa-tests", "--region=asia-northeast3", "--temp_location=gs://gyogwa-tests/temp",
    f"--sdk_container_image={IMAGE}", "--dry_run=True",
]  # fmt: skip
STEPS = {
    "ingest": [
        {"ListInputs", "Classes", "Ledger", "WriteTables"},
        {"ReadFiles", "Metadata", "Cut", "Ingest", "WriteTables"},
    ],
    "annotate": [{"ReadCatalog", "Annotate"}],
    "assemble": [
        {
            "Pages",
            "NearDuplicates",
            "Samples",
            "Choose",
            "Write",
            "WritePlan",
            "Ledger",
            "WriteTables",
        }
    ],
}
STEPS["build"] = [step for command in ("ingest", "annotate", "assemble") for step in STEPS[command]]


@pytest.fixture
def run(finished: Path) -> Iterator[str]:
    """A finished run in a store that this process sees."""
    store = fsspec.filesystem("memory")
    store.put(str(finished), "/dataflow/run", recursive=True)
    yield "memory://dataflow/run"
    store.rm("/dataflow", recursive=True)


@pytest.fixture(params=["drawn", "Beam's own"])
def runner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "Beam's own":
        try:
            own = drawn.of_beam()
        except ImportError as error:
            pytest.skip(f"needs pip install 'gyogwa[gcp]': {error}")
        monkeypatch.setattr(drawn, "DataflowRunner", own)
    monkeypatch.setattr(drawn, "DRAWN", [])
    return "--runner=tests.pipelines.running.drawn.DataflowRunner"


@pytest.mark.parametrize("command", STEPS)
def test_the_jobs_of_a_command(command: str, run: str, runner: str) -> None:
    store = fsspec.filesystem("memory")
    store.pipe_file("/dataflow/in/a.png", b"never read")
    inputs = ["--input=memory://dataflow/in"] if command in ("ingest", "build") else []
    before = {path: store.info(path)["created"] for path in store.find("/dataflow")}
    assert main([command, *inputs, f"--output={run}", runner, *FLAGS]) == 0
    assert {path: store.info(path)["created"] for path in store.find("/dataflow")} == before
    jobs = drawn.DRAWN
    assert len(jobs) == len(STEPS[command])
    for (proto, options), expected in zip(jobs, STEPS[command], strict=True):
        assert expected <= top_steps(proto)
        assert images_of(proto) == {IMAGE}
        workers = options.view_as(WorkerOptions)
        assert (workers.machine_type, workers.disk_size_gb) == ("e2-standard-4", 50)
        assert options.view_as(DebugOptions).number_of_worker_harness_threads == 1


def top_steps(proto: Any) -> set[str]:
    return {step.unique_name.split("/")[0] for step in proto.components.transforms.values()}


def images_of(proto: Any) -> set[str]:
    """The images of the environments in which steps of Python run."""
    components = proto.components
    used = {step.environment_id for step in components.transforms.values() if step.environment_id}
    assert used
    found = [components.environments[name] for name in used]
    assert {environment.urn for environment in found} == {"beam:env:docker:v1"}
    return {api.DockerPayload.FromString(e.payload).container_image for e in found}


def test_what_is_given_is_not_defaulted() -> None:
    given = ["--machine_type=n2-highmem-8", "--disk_size_gb=200"]
    given += ["--number_of_worker_harness_threads=3"]
    options = beam_options(["--runner=DataflowRunner", *given])
    workers = options.view_as(WorkerOptions)
    assert (workers.machine_type, workers.disk_size_gb) == ("n2-highmem-8", 200)
    assert options.view_as(DebugOptions).number_of_worker_harness_threads == 3


def test_workers_have_as_many_ocr_processes_as_they_have_cores() -> None:
    """A process of Beam's a core, each with one; the launcher's own cores don't count."""
    assert ocr_processes(beam_options(["--runner=DataflowRunner"]), 0, cores=64) == 1
    assert ocr_processes(beam_options(["--runner=DataflowRunner"]), 3, cores=64) == 3
    assert ocr_processes(beam_options([]), 0, cores=64) == 64


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (["project"], "needs --project"),
        (["region", "temp_location"], "needs --region, --temp_location"),
        (["sdk_container_image"], "needs --sdk_container_image; the image is that of infra/"),
    ],
)
def test_what_dataflow_needs_is_asked_for_in_one_line(
    left_out: list[str], said: str, run: str, runner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [flag for flag in FLAGS if not any(f"--{name}=" in flag for name in left_out)]
    assert main(["assemble", f"--output={run}", runner, *flags]) == 1
    (line,) = [e for e in capsys.readouterr().err.splitlines() if e.startswith("gyogwa:")]
    assert re.search(re.escape(said), line)
    assert drawn.DRAWN == []


def test_temporary_files_on_this_machine_are_refused(
    run: str, runner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [flag for flag in FLAGS if "temp_location" not in flag]
    assert main(["assemble", f"--output={run}", runner, *flags, "--temp_location=/tmp"]) == 1
    assert "--temp_location /tmp: expected gs://BUCKET/FOLDER" in capsys.readouterr().err


def test_a_worker_with_another_engine_than_the_launchers_ends_the_run(
    finished: Path, tmp_path: Path
) -> None:
    image = next(read_folder(Image, str(finished / "catalog")))
    reading = Reading(EngineSettings("tesseract"), "tesseract-of-another-image", 1, Limits())
    layout = RunLayout(str(tmp_path / "run"))
    with pytest.raises(GyogwaError, match="aren't those that the run began with"):
        annotate_part([replace(image, truth=None, layer=None)], reading, layout, frozenset())
    assert not list(tmp_path.rglob("*.parquet"))


def test_what_beam_finds_wrong_with_options_is_one_line(
    run: str, runner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [flag for flag in FLAGS if "project" not in flag]
    assert main(["assemble", f"--output={run}", runner, *flags, "--project=A B"]) == 1
    (line,) = [e for e in capsys.readouterr().err.splitlines() if e.startswith("gyogwa:")]
    assert "Invalid Project ID (A B)" in line
