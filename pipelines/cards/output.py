"""Files of the pages: thousands of small ones, which the system brings to the disk in its own time.

Everything else that a run writes waits for the disk file by file, since it can't be had again.
Pages can: with two waits a file, those of 20,000 cards would take minutes for nothing. After a
power cut within seconds `gyogwa lint` names pages that are cut short: delete `cards/`, and `gyogwa
cards` makes them anew.
"""

from pathlib import Path

from gyogwa.transforms.files.locations import local_path
from gyogwa.transforms.files.writing import write_bytes


class Output:
    """The folder that the pages go to: local, or on an object store."""

    def __init__(self, root: str) -> None:
        self._local = local_path(root)
        self._root = root
        self._made: set[Path] = set()

    def put(self, name: str, data: bytes) -> None:
        """Write one file below the folder. Raises OSError or GyogwaError where that can't be."""
        if self._local is None:
            write_bytes(f"{self._root}/{name}", data)
            return
        path = self._local / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        path.write_bytes(data)
