"""What the tests run in: the same for every machine, user and shell.

A container, a desk and a build server differ in what they set: a home that can't be written to, a
proxy that answers for 127.0.0.1, ranks of a launcher, credentials, 64 cores of which two may be
used. None of it is what a test is about.
"""

import atexit
import os
import shutil
import tempfile

CORES = 2
"""As many processes as are started where nothing says how many: pools of one a core would fill the
memory of a large machine."""

_NOT_OURS = (
    *("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY"),
    *("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"),
    *("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"),
    *("PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONSAFEPATH", "PYTHONDEVMODE"),
    # or each of the many processes that are started compiles our modules anew
    "PYTHONDONTWRITEBYTECODE",
)
_HOME = "GYOGWA_TESTS_HOME"


def settle() -> None:
    """Make this process's surroundings those of the tests; what it starts inherits them."""
    for name in list(os.environ):
        if name.upper() in _NOT_OURS or name.startswith("AWS_"):
            del os.environ[name]
    os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for one another burn cores
    available = os.cpu_count() or 1
    os.cpu_count = lambda: min(CORES, available)
    if _HOME not in os.environ:  # else this is a worker of a session that has made one
        os.environ[_HOME] = made = tempfile.mkdtemp(prefix="gyogwa-tests-")
        atexit.register(_remove, made, os.getpid())
    # one a worker: libraries that find an empty home all begin to fill it
    home = os.path.join(os.environ[_HOME], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    os.makedirs(home, exist_ok=True)
    os.environ["HOME"] = home
    for name in [name for name in os.environ if name.startswith(("XDG_", "HF_"))]:
        del os.environ[name]
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # and no fork of it
        shutil.rmtree(folder, ignore_errors=True)
