"""Fields of a label as they are read: what is absent, counts, and boxes on the image."""

from collections.abc import Callable
from typing import Any

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.labels.units import Placed

Place = Callable[[Any], Placed]
"""From a box as the source has it to its place on the image."""


def given(row: dict[str, Any], name: str, default: Any) -> Any:
    """What a row has under a name; null means absent."""
    value = row.get(name)
    return default if value is None else value


def count_of(value: Any) -> int:
    """A position or a number of things. Raises ValueError for what is none."""
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(f"{value!r} is no position or number of things")
    return number


def within(box: Box) -> Box | None:
    """The part that lies on the image, rounded to a millionth; None where less than half does."""
    cut = [round(min(max(value, 0.0), 1.0), 6) for value in box]
    area = (box[2] - box[0]) * (box[3] - box[1])
    if area > 0 and (cut[2] - cut[0]) * (cut[3] - cut[1]) < area / 2:
        return None
    return cut


def area_of(value: Any, place: Place) -> Box:
    """A box on the image. Raises ValueError for one without area there."""
    box = within(place(value).box)
    if box is None or not (box[0] < box[2] and box[1] < box[3]):
        raise ValueError(f"box {value} has no area on the image")
    return box
