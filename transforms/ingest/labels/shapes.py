"""Shapes as labelling tools write them, as four corners in reading order."""

from math import cos, radians, sin
from typing import Any

from gyogwa.transforms.ingest.labels.values import number_of

Point = list[float]


def points_of_objects(value: Any) -> list[Point] | None:
    """Points of `[{"x", "y"}, …]`, also in capitals; a coordinate that is left out is 0,
    as services leave it out. None for what is no list of such."""
    if not isinstance(value, list) or not value:
        return None
    found = []
    for point in value:
        if not isinstance(point, dict):
            return None
        x, y = (number_of(_either(point, name)) for name in "xy")
        if x is None or y is None:
            return None
        found.append([x, y])
    return found


def points_of_numbers(value: Any) -> list[list[Any]] | None:
    """Points of `[x, y, x, y, …]`; None for what is no list of pairs.

    >>> points_of_numbers([1, 2, 9, 2, 9, 5]), points_of_numbers([1, 2, 3])
    ([[1, 2], [9, 2], [9, 5]], None)
    """
    if not isinstance(value, list) or not value or len(value) % 2:
        return None
    return [value[at : at + 2] for at in range(0, len(value), 2)]


def turned(
    x: float, y: float, width: float, height: float, degrees: float, at: Point
) -> list[Point]:
    """The corners of a rectangle that was turned clockwise around a point, in pixels."""
    angle = radians(degrees)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return [
        [
            at[0] + (px - at[0]) * cos(angle) - (py - at[1]) * sin(angle),
            at[1] + (px - at[0]) * sin(angle) + (py - at[1]) * cos(angle),
        ]
        for px, py in corners
    ]


def share_of(value: Any, most: float = 1) -> float | None:
    """A confidence of 0 to `most`, as 0 to 1; None for what is none."""
    number = number_of(value)
    return number / most if number is not None and 0 <= number <= most else None


def _either(point: dict[str, Any], name: str) -> Any:
    value = point.get(name)
    upper = point.get(name.upper()) if value is None else value
    known = name in point or name.upper() in point
    return upper if known else 0
