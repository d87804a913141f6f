"""Dataflow: what its workers need, defaulted where one value suits and asked for where none does.

- Each core of a worker runs a Python process with one thread of work (`number_of_worker_harness_
  threads`): steps are bound by the processor, and an OCR pool serves one thread.
- Each such process has one OCR child (`--ocr_processes`): so a worker has as many as cores, however
  many the launcher's machine has.
- 4 GB a core (`e2-standard-4`) hold a process (under 1 GB) and its OCR child (0.4 GB, at most
  `--ocr_memory_mb`); the disk holds the image and what is unpacked.
"""

import re

from apache_beam.options.pipeline_options import (
    DebugOptions,
    GoogleCloudOptions,
    PipelineOptions,
    SetupOptions,
    WorkerOptions,
)

from gyogwa.schemas.errors import GyogwaError

# What isn't such an address Beam replaces by a bucket of its own making, in the project's name.
_PLACE = re.compile(r"gs://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](/|$)")
MACHINE, DISK_GB, THREADS = "e2-standard-4", 50, 1


def with_workers(options: PipelineOptions) -> None:
    """Default what wasn't given."""
    workers = options.view_as(WorkerOptions)
    workers.machine_type = workers.machine_type or MACHINE
    workers.disk_size_gb = workers.disk_size_gb or DISK_GB
    threads = options.view_as(DebugOptions)
    threads.number_of_worker_harness_threads = threads.number_of_worker_harness_threads or THREADS


def refuse_incomplete(options: PipelineOptions) -> None:
    """Raise GyogwaError for what Dataflow can't do without, all of it in one line."""
    cloud, workers = options.view_as(GoogleCloudOptions), options.view_as(WorkerOptions)
    needed = {
        "--project": cloud.project,
        "--region": cloud.region,
        "--temp_location": cloud.temp_location,
        "--sdk_container_image": workers.sdk_container_image,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        image = "; the image is that of infra/dataflow/Dockerfile, with Tesseract and gyogwa"
        raise GyogwaError(
            f"--runner=DataflowRunner needs {', '.join(missing)}"
            f"{image if '--sdk_container_image' in missing else ''}"
        )
    for name in ("temp_location", "staging_location"):
        place = getattr(cloud, name)
        if place and not _PLACE.match(str(place)):
            raise GyogwaError(f"--{name} {place}: expected gs://BUCKET/FOLDER")
    if options.view_as(SetupOptions).save_main_session:
        raise GyogwaError(
            "--save_main_session: nothing of the main session is needed; leave it out"
        )


def invalid(error: Exception) -> GyogwaError | None:
    """What Beam's own look at the options found, in one line; None for any other error."""
    said = str(error)
    if not (isinstance(error, ValueError) and said.startswith("Pipeline has validations errors")):
        return None
    return GyogwaError(" ".join(said.partition(":")[2].split()))
