"""Real disks that are small, read-only, or fail to read."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, kilobytes: int = 256) -> Iterator[Path]:
    """A disk of its own at a new folder `place`; skips the test where none can be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no mount command here")
    if made.returncode:
        pytest.skip(f"can't mount a disk here (needs root): {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def make_read_only(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)


def unreadable(path: Path) -> Path:
    """A regular file of which the system can't read the first byte: EIO, as from a failing disk."""
    path.symlink_to("/proc/self/mem")
    if not path.is_file():
        pytest.skip("no /proc here")
    return path


@contextmanager
def closed_folder() -> Iterator[Path]:
    """A folder that nobody may enter, this process included, in one that everybody may."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        (Path(place) / "closed").mkdir(mode=0)
        with as_nobody():
            yield Path(place) / "closed"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to read and write everything."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
