"""Whether a folder on this machine is a run's."""

import os
from collections.abc import Callable

from gyogwa.schemas.run import is_marker
from gyogwa.transforms.files.storage import read_bytes


def is_run(folder: str, read: Callable[[str], bytes] = read_bytes) -> bool:
    """Whether a folder carries the marker of a run."""
    marker = f"{folder}/run.json"
    return os.path.isfile(marker) and is_marker(read(marker))
