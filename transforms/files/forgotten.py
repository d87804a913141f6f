"""What a run was made to forget, as it lies in its folder."""

from gyogwa.schemas.forgotten import Forgotten
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.writing import write_bytes


def read_forgotten(layout: RunLayout) -> Forgotten:
    """All receipts; none where nothing was forgotten. Raises GyogwaError when it can't be read."""
    try:
        data = read_bytes(layout.forgotten)
    except FileNotFoundError:
        return Forgotten(receipts=[])
    return parse_json(data, layout.forgotten, Forgotten)


def write_forgotten(layout: RunLayout, forgotten: Forgotten) -> None:
    """Replace them."""
    write_bytes(layout.forgotten, (forgotten.model_dump_json(indent=1) + "\n").encode())
