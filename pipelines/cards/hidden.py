"""What cards must not show: images and conversations of which personal data was masked, or that
were rejected for it.

Shards hold the masked bytes and texts, and cards of samples are made of those. All else that a card
might show, the source's own bytes, words, cells and turns, is what was masked.
"""

import pyarrow.parquet as pq

from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.files.folders import list_files
from gyogwa.transforms.files.storage import open_file

_SHOWN = ("ignore", "report")


def hidden_ids(built: RunLayout) -> set[str]:
    """Ids of the images and conversations of which something was masked or that were rejected, as
    the table `personal/` says; none where no curriculum asked for it."""
    found: set[str] = set()
    for path in list_files(f"{built.root}/personal", ".parquet"):
        with open_file(path) as file:
            rows = pq.read_table(file, columns=["id", "action"]).to_pylist()
        found.update(row["id"] for row in rows if row["action"] not in _SHOWN)
    return found
