"""Values in label files as they are meant: texts, numbers, boxes; None for what is none of these.

Hand-made files give numbers as text and texts as numbers, and null for what is absent.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any

from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.labels.form import LabelRow


def text_of(value: Any) -> str | None:
    """The text; a number as it is written; None for what is blank or no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    text = str(value)
    plain = text.isprintable() and not text.isspace()  # cheaper to see than by cleaning it
    return text if (plain and text) or clean(text) else None


def number_of(value: Any) -> float | None:
    """The finite number, whole where it is, also one that is given as text; else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def box_of(value: Any) -> list[Any] | None:
    """4 numbers, 8 numbers, or 4 points as they stand; None for what is no such box.

    >>> box_of(["1", 2, 3.5, 4]), box_of([[0, 0], [4, 0], [4, 2], [0, 2]]), box_of([1, 2, 3])
    ([1, 2, 3.5, 4], [[0, 0], [4, 0], [4, 2], [0, 2]], None)
    """
    if not isinstance(value, list | tuple):
        return None
    if len(value) == 4 and all(isinstance(point, list | tuple) for point in value):
        points = [_numbers(point) for point in value]
        return None if any(p is None or len(p) != 2 for p in points) else points
    return _numbers(value) if len(value) in (4, 8) else None


def quad_of(points: Any) -> list[Any] | None:
    """4 points: as they are where 4 are given, else the corners of the rectangle around them, from
    the upper left, clockwise; None for fewer than 2, or none."""
    if not isinstance(points, list | tuple) or len(points) < 2:
        return None
    pairs = [_numbers(point) if isinstance(point, list | tuple) else None for point in points]
    if any(pair is None or len(pair) != 2 for pair in pairs):
        return None
    if len(pairs) == 4:
        return pairs
    around = around_points([pair for pair in pairs if pair is not None])
    x0, y0, x1, y1 = around
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def around_points(points: list[list[float]]) -> list[float]:
    """`[x0, y0, x1, y1]` around points, of which there is one at least."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


def size_of(width: Any, height: Any) -> list[float] | None:
    """`[width, height]` where both are known and positive."""
    size = [number_of(width), number_of(height)]
    return size if all(side is not None and side > 0 for side in size) else None  # type: ignore[return-value]


def object_of(value: Any, where: str) -> dict[str, Any]:
    """The JSON object. Raises ValueError when it is none."""
    if not isinstance(value, dict):
        raise ValueError(f"{where} is {_named(value)}, not an object")
    return value


def list_of(value: Any, where: str) -> list[Any]:
    """The JSON list, [] where it is absent. Raises ValueError when it is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{where} is {_named(value)}, not a list")
    return value


def row_or_error(where: str, read: Callable[..., LabelRow], *of: Any) -> LabelRow | ValueError:
    """The row that `read` makes, or, where it is broken, the error that costs no other row."""
    try:
        return read(*of)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        return ValueError(f"{where}: {said}")
    except RecursionError:
        return ValueError(f"{where}: it is nested too deep")


def _numbers(values: list[Any] | tuple[Any, ...]) -> list[float] | None:
    found = [number_of(value) for value in values]
    return None if any(number is None for number in found) else found  # type: ignore[return-value]


def _named(value: Any) -> str:
    names: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), repr(value))
