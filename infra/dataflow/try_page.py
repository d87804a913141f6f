"""In the image: Beam's pool of workers and a job service start, and a Korean page is read by them.

Run by try_root.sh, and as good in a container:

    docker run --rm --entrypoint python -v $PWD/infra/dataflow/try_page.py:/t.py IMAGE /t.py
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gyogwa.pipelines.cli import main
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.files.tables import read_folder

TEXT = [
    "대한민국은 민주공화국이다.",
    "대한민국의 주권은 국민에게 있고,",
    "모든 권력은 국민으로부터 나온다.",
]
FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
MODULES = {
    "apache_beam.runners.worker.worker_pool_main": "--service_port",
    "apache_beam.runners.portability.local_job_service_main": "--port",
}


def drawn(path: Path) -> None:
    """The page."""
    page = Image.new("L", (1000, 400), 255)
    for number, line in enumerate(TEXT):
        place = (60, 60 + 100 * number)
        ImageDraw.Draw(page).text(place, line, 0, ImageFont.truetype(FONT, 44))
    page.save(path)


def started(module: str, option: str) -> tuple[subprocess.Popen[bytes], int]:
    """A service of Beam's, once it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-P", "-m", module, f"{option}={port}"])
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.1)
    raise SystemExit(f"{module} ended with {process.returncode}")


def read(folder: Path) -> str:
    """What workers of the pool read on the page."""
    (folder / "in").mkdir()
    drawn(folder / "in" / "page.png")
    (pool, at), (jobs, port) = (started(*each) for each in MODULES.items())
    elsewhere = [
        "--runner=PortableRunner", f"--job_endpoint=localhost:{port}",
        "--environment_type=EXTERNAL", f"--environment_config=localhost:{at}",
    ]  # fmt: skip
    run = str(folder / "run")
    try:
        for command in (["ingest", f"--input={folder / 'in'}"], ["annotate"]):
            if main([*command, f"--output={run}", *elsewhere]):
                raise SystemExit(f"gyogwa {command[0]} failed")
    finally:
        pool.kill()
        jobs.kill()
    (page,) = read_folder(Annotation, RunLayout(run).annotations)
    return " ".join(word.text for word in page.words)


with tempfile.TemporaryDirectory() as folder:
    found = read(Path(folder))
print(f"uid {os.getuid()} read: {found}")
wanted = "".join(TEXT).replace(" ", "")
if found.replace(" ", "") != wanted:
    raise SystemExit(f"expected {wanted}")
