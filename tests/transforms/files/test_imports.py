"""The storage layer costs little to import: the loader and the command line have it too."""

import subprocess
import sys

import pytest

HEAVY = ("apache_beam", "torch", "PIL", "pandas", "scipy", "gcsfs", "s3fs", "aiohttp", "tesserocr")


@pytest.mark.parametrize(
    "module",
    ["locations", "paths", "storage", "folders", "writing", "identity", "retries", "web"],
)
def test_nothing_heavy_comes_along(module: str) -> None:
    code = (
        f"import sys, gyogwa.transforms.files.{module}\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-P", "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "gyogwa" in found
    assert [name for name in HEAVY if name in found] == []
